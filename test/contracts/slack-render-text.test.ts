/** The plain drawing of a message, as the demo prints it. */
import { expect, test } from "vitest";
import { renderText } from "../../src/local/slack/render-text.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const raw = (text: string) => ({ type: "raw_text", text });
const number = (text: string) => ({ type: "raw_number", text, value: Number(text) });
const rich = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});

test("a living message with its plan, fields, context and buttons", () => {
  const blocks = [
    { type: "header", text: plain("Acme Shoes") },
    { type: "section", text: mrkdwn("*7 days* for <@U0ANA|ana> in <#C0ADS|ads>"), fields: [mrkdwn("*Rows*\n1,200")] },
    {
      type: "plan",
      title: "Reading",
      tasks: [
        { type: "task_card", task_id: "a", title: "Campaigns", status: "complete", details: rich("12 rows") },
        { type: "task_card", task_id: "b", title: "Ads", status: "in_progress" },
      ],
    },
    { type: "divider" },
    { type: "context", elements: [mrkdwn("since <!date^1764158400^{time}|12:00 UTC>"), plain("2 of 4")] },
    {
      type: "actions",
      elements: [
        { type: "button", text: plain("Cancel") },
        { type: "overflow", options: [] },
      ],
    },
  ];
  expect(renderText({ text: "fallback", blocks })).toBe(
    [
      "Acme Shoes",
      "==========",
      "*7 days* for @ana in #ads",
      "  *Rows*: 1,200",
      "Reading",
      "  done    Campaigns",
      "          12 rows",
      "  running Ads",
      "-".repeat(40),
      "since 12:00 UTC · 2 of 4",
      "[Cancel] [overflow]",
    ].join("\n"),
  );
});

test("tables stand in columns, numbers to the right; a data table underlines its header", () => {
  const rows = [
    [raw("Campaign"), raw("Spend")],
    [raw("Größe 😀"), number("7")],
  ];
  expect(renderText({ blocks: [{ type: "table", rows }] })).toBe("Campaign  Spend\nGröße 😀       7");
  expect(renderText({ blocks: [{ type: "data_table", caption: "Top", rows }] })).toBe(
    "Top\nCampaign  Spend\n--------  -----\nGröße 😀       7",
  );
});

test("rich text, charts, images, markdown, input", () => {
  const list = (style: string) => ({ type: "rich_text_list", style, elements: rich("one").elements });
  const blocks = [
    {
      type: "rich_text",
      elements: [
        list("bullet"),
        list("ordered"),
        { type: "rich_text_quote", elements: [{ type: "link", url: "https://a.example", text: "a" }] },
        { type: "rich_text_preformatted", elements: [{ type: "text", text: "x\ny" }] },
        {
          type: "rich_text_section",
          elements: [
            { type: "user", user_id: "U1" },
            { type: "emoji", name: "tada" },
          ],
        },
      ],
    },
    {
      type: "data_visualization",
      title: "Spend",
      chart: { type: "bar", series: [{ name: "EUR", data: [{ label: "Mon", value: 3 }] }] },
    },
    { type: "data_visualization", title: "Share", chart: { type: "pie", segments: [{ label: "A", value: 1 }] } },
    { type: "image", image_url: "https://a.example", alt_text: "logo" },
    { type: "markdown", text: "**hi**" },
    { type: "input", label: plain("Account"), element: {} },
  ];
  expect(renderText({ blocks })).toBe(
    [
      "- one",
      "1. one",
      "> a (https://a.example)",
      "    x",
      "    y",
      "@U1:tada:",
      "Spend (bar chart)",
      "  EUR: Mon 3",
      "Share (pie chart)",
      "  A 1",
      "(image: logo)",
      "**hi**",
      "Account: ____",
    ].join("\n"),
  );
});

test("without blocks the text; entities and links as a reader sees them; the unknown is named", () => {
  expect(renderText({ text: "a &lt;b&gt; &amp;lt; <https://a.example|here> <!channel>" })).toBe(
    "a <b> &lt; here (https://a.example) @channel",
  );
  expect(renderText({ text: "x", blocks: [{ type: "banner" }] })).toBe("(a banner block)");
  expect(renderText({ blocks: [{ type: "section", text: 5, fields: "x" }, { type: "table" }] })).toBe("");
  expect(renderText({})).toBe("");
});

test("the newer blocks, and files", () => {
  const plain = (text: string) => ({ type: "plain_text", text });
  const side = (text: string) => ({ text: plain(text), value: text });
  const card = {
    type: "card",
    title: plain("Acme"),
    body: plain("ok"),
    actions: [{ type: "button", text: plain("Open") }],
  };
  const blocks = [
    { type: "alert", text: plain("Careful") },
    { type: "carousel", elements: [card] },
    { type: "container", title: plain("Details"), child_blocks: [{ type: "section", text: plain("one") }] },
    {
      type: "context_actions",
      elements: [
        { type: "feedback_buttons", positive_button: side("Good"), negative_button: side("Bad") },
        { type: "icon_button", icon: "trash", text: plain("Delete") },
      ],
    },
    { type: "video", title: plain("Film") },
    { type: "hologram" },
  ];
  const drawn = renderText({ text: "x", blocks, files: [{ name: "rows.csv" }] });
  expect(drawn.split("\n")).toEqual([
    "! Careful",
    "Acme",
    "ok",
    "[Open]",
    "Details",
    "  one",
    "[Good] [Bad] [Delete]",
    "(video: Film)",
    "(a hologram block)",
    "(file: rows.csv)",
  ]);
  expect(renderText({ text: "", files: [{ title: "Rows" }] })).toBe("(file: Rows)");
});
