/** Every limit of the local Slack's checker: a message or a view exactly at it is taken, one just over is pointed at. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf } from "../../src/local/slack/checks/blocks.ts";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const x = (length: number) => "x".repeat(length);
const times = <Item>(count: number, make: (n: number) => Item): Item[] =>
  Array.from({ length: count }, (_none, n) => make(n));
const image = (more: object = {}) => ({ type: "image", image_url: "https://a.example/i.png", alt_text: "i", ...more });
const url = (length: number) => `https://a.example/${x(length - 18)}`;
const section = (more: object) => ({ type: "section", text: mrkdwn("x"), ...more });
const options = (count: number) => times(count, (n) => ({ text: plain(`${n}`), value: `${n}` }));
const element = (more: object) => ({ type: "actions", elements: [more] });
const button = (more: object) => element({ type: "button", text: plain("Go"), ...more });
const select = (more: object) => element({ type: "static_select", options: options(1), ...more });
const input = (more: object) => ({ type: "input", label: plain("x"), element: { type: "plain_text_input" }, ...more });
const field = (more: object) => input({ element: { type: "plain_text_input", ...more } });
const card = (more: object) => ({ type: "card", title: mrkdwn("x"), ...more });
const container = (more: object) => ({
  type: "container",
  title: plain("x"),
  child_blocks: [{ type: "divider" }],
  ...more,
});
const contextActions = (count: number) => ({
  type: "context_actions",
  elements: times(count, () => ({ type: "icon_button", icon: "trash", text: plain("x") })),
});
const icon = (more: object) => ({
  type: "context_actions",
  elements: [{ type: "icon_button", icon: "trash", text: plain("x"), ...more }],
});
const feedback = (text: string, value: string) => ({
  type: "context_actions",
  elements: [
    {
      type: "feedback_buttons",
      positive_button: { text: plain(text), value },
      negative_button: { text: plain("x"), value: "x" },
    },
  ],
});
const video = (more: object) => ({
  type: "video",
  video_url: "https://a.example/v",
  thumbnail_url: "https://a.example/t",
  alt_text: "x",
  title: plain("x"),
  ...more,
});
const chart = (more: object) => ({ type: "data_visualization", title: "x", chart: more });
const pie = (count: number, label = 1) =>
  chart({ type: "pie", segments: times(count, (n) => ({ label: `${n}`.padEnd(label, "x"), value: 1 })) });
const bars = (series: number, categories: number) => {
  const labels = times(categories, String);
  const data = labels.map((label) => ({ label, value: 1 }));
  return chart({
    type: "bar",
    series: times(series, (n) => ({ name: `${n}`, data })),
    axis_config: { categories: labels },
  });
};
const cell = (text: string) => ({ type: "raw_text", text });
const dataTable = (rows: number, more: object = {}) => ({
  type: "data_table",
  caption: "x",
  rows: times(rows, () => [cell("x")]),
  ...more,
});

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

const modal = (more: object, blocks: readonly object[] = []) => ({
  type: "modal",
  title: plain("x"),
  submit: plain("Go"),
  blocks,
  ...more,
});
const home = (more: object, blocks: readonly object[] = []) => ({ type: "home", blocks, ...more });

/** Limits of views; `make` builds the whole view. */
const inViews: readonly [name: string, limit: number, make: (size: number) => object, pointer: string][] = [
  ["modal title", 24, (n) => modal({ title: plain(x(n)) }), "/view/title/text"],
  ["submit", 24, (n) => modal({ submit: plain(x(n)) }), "/view/submit/text"],
  ["close", 24, (n) => modal({ close: plain(x(n)) }), "/view/close/text"],
  ["private_metadata", 3000, (n) => modal({ private_metadata: x(n) }), "/view/private_metadata"],
  ["callback_id", 255, (n) => modal({ callback_id: x(n) }), "/view/callback_id"],
  ["external_id", 255, (n) => modal({ external_id: x(n) }), "/view/external_id"],
  [
    "modal blocks",
    100,
    (n) =>
      modal(
        {},
        times(n, () => ({ type: "divider" })),
      ),
    "/view/blocks",
  ],
  [
    "home blocks",
    100,
    (n) =>
      home(
        {},
        times(n, () => ({ type: "divider" })),
      ),
    "/view/blocks",
  ],
  ["home private_metadata", 3000, (n) => home({ private_metadata: x(n) }), "/view/private_metadata"],
  ["alert", 200, (n) => modal({}, [{ type: "alert", text: plain(x(n)) }]), "/view/blocks/0/text/text"],
  [
    "files",
    10,
    (n) => modal({}, [input({ element: { type: "file_input", max_files: n } })]),
    "/view/blocks/0/element/max_files",
  ],
  [
    "lines",
    100,
    (n) => modal({}, [input({ element: { type: "rich_text_input", max_lines: n } })]),
    "/view/blocks/0/element/max_lines",
  ],
  [
    "focus",
    1,
    (n) =>
      modal(
        {},
        times(n, () => field({ focus_on_load: true })),
      ),
    "/view/blocks",
  ],
];

describe("in views", () => {
  const open = (view: object) => refusal(bench.client.apiCall("views.open", { trigger_id: "1.2.never", view }));
  const publish = (view: object) => refusal(bench.client.apiCall("views.publish", { user_id: "U0ANA", view }));
  // Slack looks at the view first: one that is in order gets as far as the trigger.
  test.each(inViews)("%s: %d is taken, one more is not", async (_name, limit, make, pointer) => {
    const send = "title" in make(1) ? open : publish;
    expect(["ok", "invalid_trigger_id"]).toContain((await send(make(limit))).error);
    const over = await send(make(limit + 1));
    expect(over.error).toBe("invalid_arguments");
    expect(over.messages.join("\n")).toContain(`[json-pointer:${pointer}]`);
  });

  test("250 kB in all", async () => {
    const full = times(81, () => section({ text: mrkdwn(x(3000)) }));
    const filled = (bytes: number) => {
      const empty = JSON.stringify(home({}, [...full, section({ text: mrkdwn("") })])).length;
      return home({}, [...full, section({ text: mrkdwn(x(bytes - empty)) })]);
    };
    expect((await publish(filled(250_000))).error).toBe("ok");
    expect((await publish(filled(250_001))).error).toBe("view_too_large");
  });

  test("a form needs a submit button, a modal a title, and a Home tab neither", async () => {
    const form = { type: "modal", title: plain("x"), blocks: [input({})] };
    expect((await open(form)).messages).toEqual(["[ERROR] missing required field: submit [json-pointer:/view]"]);
    expect((await open({ type: "modal", blocks: [] })).messages).toEqual([
      "[ERROR] missing required field: title [json-pointer:/view]",
    ]);
    expect((await publish(home({ title: plain("x") }))).messages.join()).toContain("[json-pointer:/view/title]");
    expect((await publish(home({}, [input({})]))).error).toBe("ok");
    expect((await publish(modal({}))).messages.join()).toContain("unsupported type: modal [json-pointer:/view/type]");
  });
});

const onlyInMessages = [
  "markdown",
  "table",
  "data_table",
  "data_visualization",
  "task_card",
  "plan",
  "card",
  "carousel",
  "container",
  "context_actions",
];

describe("where blocks may stand", () => {
  test.each(onlyInMessages)("%s: messages only", async (type) => {
    expect(Object.keys(blocksOf.message)).toContain(type);
    const inModal = { trigger_id: "1.2.never", view: modal({}, [{ type }]) };
    const { messages } = await refusal(bench.client.apiCall("views.open", inModal));
    expect(messages.join()).toContain(`unsupported type: ${type} [json-pointer:/view/blocks/0/type]`);
    const onHome = { user_id: "U0ANA", view: home({}, [{ type }]) };
    const refused = await refusal(bench.client.apiCall("views.publish", onHome));
    expect(refused.messages.join()).toContain(`unsupported type: ${type}`);
  });

  test("alerts in modals only; a field for files too", async () => {
    expect(Object.keys(blocksOf.modal)).toContain("alert");
    expect(Object.keys(blocksOf.home)).not.toContain("alert");
    const files = input({ element: { type: "file_input" } });
    const refused = await refusal(bench.client.apiCall("views.publish", { user_id: "U0ANA", view: home({}, [files]) }));
    expect(refused.messages.join()).toContain(
      "unsupported type: file_input [json-pointer:/view/blocks/0/element/type]",
    );
  });

  test("a container holds no progress, cards or tables of the newer kind", async () => {
    for (const type of ["plan", "task_card", "card", "data_table", "markdown", "container"]) {
      const blocks = [container({ child_blocks: [{ type }] })];
      const refused = await refusal(bench.client.apiCall("chat.postMessage", { channel: "C0ADS", text: "x", blocks }));
      expect(refused.messages.join()).toContain(
        `unsupported type: ${type} [json-pointer:/blocks/0/child_blocks/0/type]`,
      );
    }
  });
});
