/** Every block type as HTML; what can't be drawn says so. */
import { expect, test } from "vitest";
import { drawBlocks, drawnTypes } from "#src/local/page/blocks/draw-blocks.ts";
import { html as markup } from "#src/local/page/markup.ts";
import type { JsonObject } from "#src/local/slack/shapes.ts";
import { context, flat } from "./reader.ts";
import { sampleBlocks } from "./sample-blocks.ts";

const draw = (block: JsonObject): string => flat(drawBlocks([block], context));

test("every type that is drawn has a sample, and each sample is drawn in full", () => {
  expect(new Set(sampleBlocks.map((block) => block["type"]))).toEqual(new Set(drawnTypes));
  for (const block of sampleBlocks) expect(draw(block), String(block["type"])).not.toContain("can't be drawn");
});

test.each([{ type: "video" }, { type: "<script>" }, { type: "toString" }, {}])(
  "%j is a box that says what it is",
  (block) => {
    const html = draw(block);
    expect(html).toContain("can't be drawn: ");
    expect(html).not.toContain("<script>");
  },
);

test("half a block draws what is there and never throws", () => {
  for (const type of drawnTypes) {
    for (const wrong of [undefined, null, 7, "text", [], [null], {}, [{ type: "none" }]]) {
      const block = {
        type,
        text: wrong,
        elements: wrong,
        fields: wrong,
        rows: wrong,
        chart: wrong,
        tasks: wrong,
        element: wrong,
        accessory: wrong,
        title: wrong,
      };
      expect(draw(block)).toBeTypeOf("string");
    }
  }
});

test("a button carries what a click needs, its confirm dialog beside it", () => {
  const html = draw({
    type: "actions",
    block_id: "b1",
    elements: [
      {
        type: "button",
        action_id: "job.cancel",
        value: `{"job":"1"}`,
        style: "danger",
        text: { type: "plain_text", text: "Cancel" },
        accessibility_label: "Cancel: Acme",
        confirm: {
          title: { type: "plain_text", text: "Stop <it>?" },
          text: { type: "mrkdwn", text: "*Sure?*" },
          confirm: { type: "plain_text", text: "Stop" },
        },
      },
    ],
  });
  expect(html).toContain(
    `class="btn danger" data-act="press" data-block-id="b1" data-action-id="job.cancel" data-value="{&quot;job&quot;:&quot;1&quot;}"`,
  );
  expect(html).toContain(`aria-label="Cancel: Acme"`);
  expect(html).toContain("<h2>Stop &lt;it&gt;?</h2>");
  expect(html).toContain("<b>Sure?</b>");
});

test("a button or a picture with a hostile address has none", () => {
  const html = draw({
    type: "section",
    block_id: "b",
    text: { type: "mrkdwn", text: "x" },
    accessory: { type: "button", action_id: "a", url: "javascript:alert(1)", text: { type: "plain_text", text: "Go" } },
  });
  expect(html).not.toContain("javascript");
  const picture = draw({ type: "image", image_url: "javascript:alert(1)", alt_text: 'a "cat"' });
  expect(picture).toContain(`<span class="no-image">a &quot;cat&quot;</span>`);
});

test("states of tasks are words, charts tell their figures, tables have heads", () => {
  const byType = (type: string): string => draw(sampleBlocks.find((block) => block["type"] === type) ?? {});
  expect(byType("plan")).toContain("In progress");
  expect(byType("plan")).toContain("1 of 4");
  expect(byType("data_visualization")).toContain(
    `aria-label="Spend, bar chart. This week: Mon 10, Tue 20; Last week: Mon 5, Tue 30"`,
  );
  expect(byType("data_table")).toMatch(/<caption><bdi>Campaigns<\/bdi><\/caption>.*<th scope="row"/u);
  expect(byType("data_table")).toContain("Show all 3 rows");
  expect(byType("table")).toContain(`<th scope="col"`);
  expect(byType("alert")).toContain("<b>Warning</b>");
});

test("fields of a form have labels, hints and room for an error", () => {
  const html = flat(
    drawBlocks(
      sampleBlocks.filter((block) => block["type"] === "input"),
      { ...context, place: "modal", key: "V1" },
    ),
  );
  for (const [, id] of html.matchAll(/<label class="label" id="[^"]+" for="([^"]+)"/gu))
    expect(html).toContain(` id="${id}"`);
  expect(html).toContain(`aria-describedby="V1-name/name-hint V1-name/name-error"`);
  expect(html).toContain(`<small>(optional)</small>`);
  expect(html).toContain(`<option value="b" selected>B</option>`);
  expect(html).toContain(`type="date" value="2026-11-15"`);
  expect(html.match(/type="(?:checkbox|radio)"/gu)).toHaveLength(4);
  expect(html).toContain(`<optgroup label="Group">`);
});

test.each([
  { type: "section", text: { type: "mrkdwn", text: "one" } },
  { type: "section", fields: [{ type: "plain_text", text: "one" }] },
  { type: "context", elements: [{ type: "mrkdwn", text: "one" }] },
  { type: "header", text: { type: "plain_text", text: "one" } },
  { type: "markdown", text: "one" },
  { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "one" }] }] },
])("$type: what says that a message was edited stands behind its last words, above what is pressed", (last) => {
  const button = { type: "button", action_id: "go", text: { type: "plain_text", text: "Go" } };
  const blocks = [last, { type: "divider" }, { type: "actions", elements: [button] }];
  const drawn = flat(drawBlocks(blocks, context, markup`<i>(edited)</i>`));
  expect(drawn.replaceAll(/<[^>]+>/gu, "")).toBe("one(edited)Go");
});
