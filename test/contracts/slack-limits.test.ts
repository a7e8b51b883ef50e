/** Every limit of messages in the local Slack: one exactly at it is taken, one just over is pointed at. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  plain,
  mrkdwn,
  x,
  times,
  image,
  url,
  section,
  options,
  element,
  button,
  select,
  input,
  field,
  card,
  container,
  contextActions,
  icon,
  feedback,
  video,
  pie,
  bars,
  cell,
  dataTable,
} from "./slack-builders.ts";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

type Limit = [name: string, limit: number, make: (size: number) => object | readonly object[], pointer: string];

/** Limits of what may stand in a message. `make` builds the blocks of that size; the pointer is the one of size + 1. */
const inMessages: readonly Limit[] = [
  ["blocks", 50, (n) => times(n, () => ({ type: "divider" })), "/blocks"],
  ["block_id", 255, (n) => ({ type: "divider", block_id: x(n) }), "/blocks/0/block_id"],
  ["section text", 3000, (n) => section({ text: mrkdwn(x(n)) }), "/blocks/0/text/text"],
  ["fields", 10, (n) => section({ fields: times(n, () => plain("x")) }), "/blocks/0/fields"],
  ["field text", 2000, (n) => section({ fields: [plain(x(n))] }), "/blocks/0/fields/0/text"],
  ["header", 150, (n) => ({ type: "header", text: plain(x(n)) }), "/blocks/0/text/text"],
  ["context", 10, (n) => ({ type: "context", elements: times(n, () => plain("x")) }), "/blocks/0/elements"],
  [
    "actions",
    25,
    (n) => ({ type: "actions", elements: times(n, () => ({ type: "button", text: plain("x") })) }),
    "/blocks/0/elements",
  ],
  ["action_id", 255, (n) => button({ action_id: x(n) }), "/blocks/0/elements/0/action_id"],
  ["button text", 75, (n) => button({ text: plain(x(n)) }), "/blocks/0/elements/0/text/text"],
  ["button value", 2000, (n) => button({ value: x(n) }), "/blocks/0/elements/0/value"],
  ["button url", 3000, (n) => button({ url: url(n) }), "/blocks/0/elements/0/url"],
  ["accessibility_label", 75, (n) => button({ accessibility_label: x(n) }), "/blocks/0/elements/0/accessibility_label"],
  [
    "confirm title",
    100,
    (n) => button({ confirm: { title: plain(x(n)), text: plain("x") } }),
    "/blocks/0/elements/0/confirm/title/text",
  ],
  ["confirm text", 300, (n) => button({ confirm: { text: plain(x(n)) } }), "/blocks/0/elements/0/confirm/text/text"],
  [
    "confirm yes",
    30,
    (n) => button({ confirm: { text: plain("x"), confirm: plain(x(n)) } }),
    "/blocks/0/elements/0/confirm/confirm/text",
  ],
  [
    "confirm no",
    30,
    (n) => button({ confirm: { text: plain("x"), deny: plain(x(n)) } }),
    "/blocks/0/elements/0/confirm/deny/text",
  ],
  ["options", 100, (n) => select({ options: options(n) }), "/blocks/0/elements/0/options"],
  [
    "option groups",
    100,
    (n) => select({ options: undefined, option_groups: times(n, () => ({ label: plain("x"), options: options(1) })) }),
    "/blocks/0/elements/0/option_groups",
  ],
  [
    "group label",
    75,
    (n) => select({ options: undefined, option_groups: [{ label: plain(x(n)), options: options(1) }] }),
    "/blocks/0/elements/0/option_groups/0/label/text",
  ],
  [
    "options of a group",
    100,
    (n) => select({ options: undefined, option_groups: [{ label: plain("x"), options: options(n) }] }),
    "/blocks/0/elements/0/option_groups/0/options",
  ],
  [
    "option text",
    75,
    (n) => select({ options: [{ text: plain(x(n)), value: "x" }] }),
    "/blocks/0/elements/0/options/0/text/text",
  ],
  [
    "option description",
    75,
    (n) => select({ options: [{ text: plain("x"), description: plain(x(n)), value: "x" }] }),
    "/blocks/0/elements/0/options/0/description/text",
  ],
  [
    "option value",
    150,
    (n) => select({ options: [{ text: plain("x"), value: x(n) }] }),
    "/blocks/0/elements/0/options/0/value",
  ],
  ["placeholder", 150, (n) => select({ placeholder: plain(x(n)) }), "/blocks/0/elements/0/placeholder/text"],
  ["overflow", 5, (n) => element({ type: "overflow", options: options(n) }), "/blocks/0/elements/0/options"],
  ["checkboxes", 10, (n) => element({ type: "checkboxes", options: options(n) }), "/blocks/0/elements/0/options"],
  ["radio buttons", 10, (n) => element({ type: "radio_buttons", options: options(n) }), "/blocks/0/elements/0/options"],
  ["image alt", 2000, (n) => image({ alt_text: x(n) }), "/blocks/0/alt_text"],
  ["image title", 2000, (n) => image({ title: plain(x(n)) }), "/blocks/0/title/text"],
  ["image url", 3000, (n) => image({ image_url: url(n) }), "/blocks/0/image_url"],
  ["input label", 2000, (n) => input({ label: plain(x(n)) }), "/blocks/0/label/text"],
  ["input hint", 2000, (n) => input({ hint: plain(x(n)) }), "/blocks/0/hint/text"],
  ["text field", 3000, (n) => field({ initial_value: x(n) }), "/blocks/0/element/initial_value"],
  ["min_length", 3000, (n) => field({ min_length: n }), "/blocks/0/element/min_length"],
  ["max_length", 3000, (n) => field({ max_length: n }), "/blocks/0/element/max_length"],
  ["markdown", 12_000, (n) => ({ type: "markdown", text: x(n) }), "/blocks/0/text"],
  [
    "markdown in sum",
    12_000,
    (n) => [
      { type: "markdown", text: x(6000) },
      { type: "markdown", text: x(n - 6000) },
    ],
    "/blocks",
  ],
  ["table rows", 100, (n) => ({ type: "table", rows: times(n, () => [cell("x")]) }), "/blocks/0/rows"],
  ["table columns", 20, (n) => ({ type: "table", rows: [times(n, () => cell("x"))] }), "/blocks/0/rows/0"],
  ["table cells in sum", 10_000, (n) => ({ type: "table", rows: [[cell(x(n))]] }), "/blocks"],
  [
    "column settings",
    20,
    (n) => ({ type: "table", rows: [[cell("x")]], column_settings: times(n, () => null) }),
    "/blocks/0/column_settings",
  ],
  ["data_table rows", 101, (n) => dataTable(n), "/blocks/0/rows"],
  ["data_table page", 100, (n) => dataTable(2, { page_size: n }), "/blocks/0/page_size"],
  [
    "data_table header column",
    19,
    (n) => dataTable(2, { row_header_column_index: n }),
    "/blocks/0/row_header_column_index",
  ],
  ["chart title", 50, (n) => ({ ...pie(1), title: x(n) }), "/blocks/0/title"],
  ["pie segments", 12, (n) => pie(n), "/blocks/0/chart/segments"],
  ["chart label", 20, (n) => pie(1, n), "/blocks/0/chart/segments/0/label"],
  ["series", 12, (n) => bars(n, 1), "/blocks/0/chart/series"],
  ["categories", 20, (n) => bars(1, n), "/blocks/0/chart/axis_config/categories"],
  ["charts", 2, (n) => times(n, () => pie(1)), "/blocks"],
  ["card title", 150, (n) => card({ title: mrkdwn(x(n)) }), "/blocks/0/title/text"],
  ["card subtitle", 150, (n) => card({ subtitle: mrkdwn(x(n)) }), "/blocks/0/subtitle/text"],
  ["card body", 200, (n) => card({ body: mrkdwn(x(n)) }), "/blocks/0/body/text"],
  [
    "card buttons",
    3,
    (n) => card({ actions: times(n, () => ({ type: "button", text: plain("x") })) }),
    "/blocks/0/actions",
  ],
  ["carousel", 10, (n) => ({ type: "carousel", elements: times(n, () => card({})) }), "/blocks/0/elements"],
  ["container title", 150, (n) => container({ title: plain(x(n)) }), "/blocks/0/title/text"],
  ["container subtitle", 150, (n) => container({ subtitle: plain(x(n)) }), "/blocks/0/subtitle/text"],
  [
    "container blocks",
    10,
    (n) => container({ child_blocks: times(n, () => ({ type: "divider" })) }),
    "/blocks/0/child_blocks",
  ],
  ["context actions", 5, contextActions, "/blocks/0/elements"],
  ["icon button text", 75, (n) => icon({ text: plain(x(n)) }), "/blocks/0/elements/0/text/text"],
  [
    "icon button readers",
    10,
    (n) => icon({ visible_to_user_ids: times(n, String) }),
    "/blocks/0/elements/0/visible_to_user_ids",
  ],
  ["feedback text", 75, (n) => feedback(x(n), "x"), "/blocks/0/elements/0/positive_button/text/text"],
  ["feedback value", 2000, (n) => feedback("x", x(n)), "/blocks/0/elements/0/positive_button/value"],
  ["video title", 199, (n) => video({ title: plain(x(n)) }), "/blocks/0/title/text"],
  ["video description", 200, (n) => video({ description: plain(x(n)) }), "/blocks/0/description/text"],
  ["video author", 49, (n) => video({ author_name: x(n) }), "/blocks/0/author_name"],
  ["task id", 255, (n) => ({ type: "task_card", task_id: x(n), title: "x", status: "pending" }), "/blocks/0/task_id"],
];

describe("in messages", () => {
  const post = (blocks: object | readonly object[]) =>
    refusal(
      bench.client.apiCall("chat.postMessage", {
        channel: "C0ADS",
        text: "x",
        blocks: Array.isArray(blocks) ? blocks : [blocks],
      }),
    );
  test.each(inMessages)("%s: %d is taken, one more is not", async (_name, limit, make, pointer) => {
    expect(await post(make(limit))).toEqual({ error: "ok", messages: [] });
    const over = await post(make(limit + 1));
    expect(over.error).toBe("invalid_blocks");
    expect(over.messages.join("\n")).toContain(`[json-pointer:${pointer}]`);
  });
});

describe("whole messages", () => {
  const call = (method: string, more: object) => refusal(bench.client.apiCall(method, { channel: "C0ADS", ...more }));

  test("an edited text of 4,000; a posted one is cut at 40,000", async () => {
    const { ts = "" } = await bench.client.chat.postMessage({ channel: "C0ADS", text: x(40_001) });
    expect(bench.slack.messages("C0ADS").at(-1)?.text).toHaveLength(40_000);
    expect((await call("chat.update", { ts, text: x(4000) })).error).toBe("ok");
    expect((await call("chat.update", { ts, text: x(4001) })).error).toBe("msg_too_long");
  });

  test("100 attachments, 12,000 characters of markdown_text", async () => {
    const attachments = (count: number) => times(count, () => ({ text: "x" }));
    expect((await call("chat.postMessage", { attachments: attachments(100) })).error).toBe("ok");
    expect((await call("chat.postMessage", { attachments: attachments(101) })).error).toBe("too_many_attachments");
    expect((await call("chat.postMessage", { markdown_text: x(12_000) })).error).toBe("ok");
    expect((await call("chat.postMessage", { markdown_text: x(12_001) })).error).toBe("msg_too_long");
    expect((await call("chat.postMessage", { markdown_text: "x", text: "x" })).error).toBe("markdown_text_conflict");
  });

  test("all blocks together: 13,297 characters in one, by the model of what was measured", async () => {
    const sections = (last: number) => [
      ...times(4, () => section({ text: mrkdwn(x(3000)) })),
      section({ text: mrkdwn(x(last)) }),
    ];
    const left = 13_357 - 12_000 - 5 * 60;
    expect((await call("chat.postMessage", { text: "x", blocks: sections(left) })).error).toBe("ok");
    expect((await call("chat.postMessage", { text: "x", blocks: sections(left + 1) })).error).toBe(
      "msg_blocks_too_long",
    );
  });

  test("1,000 characters that describe a file", async () => {
    const { token } = bench.slack.grants.issue({ appName: "x", scopes: ["files:write"] });
    const announce = (alt_text: string) =>
      refusal(bench.clientFor(token).files.getUploadURLExternal({ filename: "a.csv", length: 1, alt_text }));
    expect((await announce(x(1000))).error).toBe("ok");
    expect((await announce(x(1001))).error).toBe("invalid_arguments");
  });
});
