/** The local Slack's own block checker: what it takes, and one message over each limit with the pointer it answers. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureBlocks } from "../../src/local/slack/checks/check-blocks.ts";
import { messageBlocks } from "../../src/local/slack/checks/blocks.ts";
import { coverage } from "../../src/local/slack/coverage.ts";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const post = (blocks: readonly unknown[]) =>
  refusal(bench.client.apiCall("chat.postMessage", { channel: "C0ADS", text: "x", blocks }));

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const section = (more: object) => ({ type: "section", text: mrkdwn("x"), ...more });
const actions = (...elements: readonly unknown[]) => ({ type: "actions", elements });
const button = (more: object = {}) => ({ type: "button", text: plain("Go"), ...more });
const option = (text = "one") => ({ text: plain(text), value: text });
const cell = (text = "x") => ({ type: "raw_text", text });
const number = (value: number) => ({ type: "raw_number", value, text: String(value) });
const rich = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const card = (more: object = {}) => ({ type: "task_card", task_id: "t", title: "Ads", status: "pending", ...more });
const dataTable = (more: object = {}) => ({
  type: "data_table",
  caption: "Top",
  rows: [[cell("a")], [cell("b")]],
  ...more,
});
const chart = (more: object) => ({ type: "data_visualization", title: "Spend", chart: more });
const pie = (segments: readonly unknown[]) => chart({ type: "pie", segments });
const bars = (more: object = {}) =>
  chart({
    type: "bar",
    series: [{ name: "Spend", data: [{ label: "Mon", value: 1 }] }],
    axis_config: { categories: ["Mon"] },
    ...more,
  });
const input = (more: object = {}) => ({
  type: "input",
  label: plain("Account"),
  element: { type: "plain_text_input" },
  ...more,
});
const repeat = <Item>(count: number, make: (n: number) => Item): Item[] =>
  Array.from({ length: count }, (_none, n) => make(n));
const x = (length: number) => "x".repeat(length);

describe("what Slack takes", () => {
  test("one message of each block type", async () => {
    const richer = {
      type: "rich_text",
      elements: [
        { type: "rich_text_list", style: "ordered", elements: [rich("a").elements[0]] },
        { type: "rich_text_quote", elements: [{ type: "link", url: "https://a.example", text: "a" }] },
        { type: "rich_text_preformatted", elements: [{ type: "text", text: "code" }] },
        {
          type: "rich_text_section",
          elements: [
            { type: "text", text: "bold", style: { bold: true } },
            { type: "date", timestamp: 1_764_158_400, format: "{date_short}", fallback: "26 Nov" },
            { type: "user", user_id: "U0ANA" },
          ],
        },
      ],
    };
    const confirm = { title: plain("Sure?"), text: mrkdwn("Stop it"), confirm: plain("Yes"), deny: plain("No") };
    const menu = { type: "static_select", placeholder: plain("Pick"), options: [option()] };
    const samples: Record<string, object> = {
      section: section({ fields: [plain("a"), mrkdwn("b")], accessory: button({ style: "danger", confirm }) }),
      header: { type: "header", text: { ...plain("Title"), emoji: true } },
      divider: { type: "divider", block_id: "line" },
      context: {
        type: "context",
        elements: [mrkdwn("a"), { type: "image", image_url: "https://a.example/i.png", alt_text: "logo" }],
      },
      actions: actions(button({ action_id: "job.cancel", value: "j1" }), { ...menu, action_id: "pick" }),
      image: { type: "image", image_url: "https://a.example/i.png", alt_text: "chart", title: plain("Chart") },
      input: input(),
      rich_text: richer,
      markdown: { type: "markdown", text: "**hi**" },
      table: {
        type: "table",
        rows: [
          [cell(), number(3)],
          [rich("a"), cell()],
        ],
        column_settings: [{ align: "right", is_wrapped: true }, null],
      },
      data_table: dataTable({ page_size: 10, row_header_column_index: 0 }),
      data_visualization: bars(),
      task_card: card({
        details: rich("a"),
        output: rich("b"),
        sources: [{ type: "url", url: "https://a.example", text: "a" }],
      }),
      plan: { type: "plan", title: "Sync", tasks: [card()] },
      video: {
        type: "video",
        video_url: "https://a.example/v",
        thumbnail_url: "https://a.example/t.png",
        alt_text: "A film",
        title: plain("Film"),
      },
      card: { type: "card", title: mrkdwn("Acme"), body: mrkdwn("x"), actions: [button({ action_id: "a" })] },
      carousel: { type: "carousel", elements: [{ type: "card", title: mrkdwn("Acme") }] },
      container: { type: "container", title: plain("More"), is_collapsible: true, child_blocks: [section({})] },
      context_actions: {
        type: "context_actions",
        elements: [
          { type: "icon_button", icon: "trash", text: plain("Delete"), action_id: "bin" },
          {
            type: "feedback_buttons",
            positive_button: { text: plain("Good"), value: "up" },
            negative_button: { text: plain("Bad"), value: "down" },
          },
        ],
      },
    };
    expect(Object.keys(samples).sort()).toEqual(Object.keys(messageBlocks).sort());
    for (const [type, block] of Object.entries(samples)) {
      expect({ type, ...(await post([block])) }).toEqual({ type, error: "ok", messages: [] });
    }
  });

  test("just at the limits, counted in code points", async () => {
    const full = [section({ text: mrkdwn("😀".repeat(3000)) }), { type: "header", text: plain(x(150)) }];
    expect((await post([...full, actions(...repeat(25, () => button()))])).error).toBe("ok");
    expect((await post(repeat(50, () => ({ type: "divider" })))).error).toBe("ok");
  });
});

/** Over one limit each: what is sent, where Slack points, and its words. */
const overLimits: readonly [name: string, blocks: readonly unknown[], pointer: string, words: string][] = [
  ["51 blocks", repeat(51, () => ({ type: "divider" })), "/blocks", "no more than 50 items allowed"],
  ["unknown type", [{ type: "banner" }], "/blocks/0/type", "unsupported type: banner"],
  ["no type", [{}], "/blocks/0/type", "missing required field: type"],
  ["alert is for modals", [{ type: "alert", text: plain("x") }], "/blocks/0/type", "unsupported type: alert"],
  ["block_id 256", [{ type: "divider", block_id: x(256) }], "/blocks/0/block_id", "must be less than 256 characters"],
  ["block_id twice", repeat(2, () => ({ type: "divider", block_id: "a" })), "/blocks/1/block_id", "already exists"],
  ["unknown key", [section({ txt: 1 })], "/blocks/0/txt", "additional property not allowed: txt"],
  [
    "section text 3001",
    [section({ text: mrkdwn(x(3001)) })],
    "/blocks/0/text/text",
    "must be less than 3001 characters",
  ],
  ["section text empty", [section({ text: mrkdwn("") })], "/blocks/0/text/text", "must be more than 0 characters"],
  ["section without text", [{ type: "section" }], "/blocks/0", "missing required field: text"],
  [
    "11 fields",
    [section({ fields: repeat(11, () => plain("x")) })],
    "/blocks/0/fields",
    "no more than 10 items allowed",
  ],
  [
    "field 2001",
    [section({ fields: [plain(x(2001))] })],
    "/blocks/0/fields/0/text",
    "must be less than 2001 characters",
  ],
  ["expand no boolean", [section({ expand: "yes" })], "/blocks/0/expand", "must be a boolean"],
  [
    "emoji in mrkdwn",
    [section({ text: { ...mrkdwn("x"), emoji: true } })],
    "/blocks/0/text/emoji",
    "not allowed: emoji",
  ],
  ["header 151", [{ type: "header", text: plain(x(151)) }], "/blocks/0/text/text", "must be less than 151 characters"],
  ["header in mrkdwn", [{ type: "header", text: mrkdwn("x") }], "/blocks/0/text/type", "unsupported type: mrkdwn"],
  [
    "11 in context",
    [{ type: "context", elements: repeat(11, () => plain("x")) }],
    "/blocks/0/elements",
    "no more than 10",
  ],
  [
    "button in context",
    [{ type: "context", elements: [button()] }],
    "/blocks/0/elements/0/type",
    "unsupported type: button",
  ],
  ["26 actions", [actions(...repeat(26, () => button()))], "/blocks/0/elements", "no more than 25 items allowed"],
  ["no actions", [actions()], "/blocks/0/elements", "no fewer than 1 items allowed"],
  ["action_id 256", [actions(button({ action_id: x(256) }))], "/blocks/0/elements/0/action_id", "less than 256"],
  [
    "action_id twice",
    [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
    "/blocks/0/elements/1/action_id",
    "exists",
  ],
  [
    "button text 76",
    [actions(button({ text: plain(x(76)) }))],
    "/blocks/0/elements/0/text/text",
    "less than 76 characters",
  ],
  [
    "button value 2001",
    [actions(button({ value: x(2001) }))],
    "/blocks/0/elements/0/value",
    "less than 2001 characters",
  ],
  [
    "button url 3001",
    [actions(button({ url: `https://a.example/${x(2990)}` }))],
    "/blocks/0/elements/0/url",
    "less than 3001",
  ],
  ["button url scheme", [actions(button({ url: "javascript:x" }))], "/blocks/0/elements/0/url", "must be a valid URL"],
  [
    "button style",
    [actions(button({ style: "green" }))],
    "/blocks/0/elements/0/style",
    "must be one of: primary, danger",
  ],
  [
    "button label 76",
    [actions(button({ accessibility_label: x(76) }))],
    "/blocks/0/elements/0/accessibility_label",
    "less than 76",
  ],
  [
    "confirm title 101",
    [actions(button({ confirm: { title: plain(x(101)), text: plain("x") } }))],
    "/blocks/0/elements/0/confirm/title/text",
    "less than 101",
  ],
  [
    "confirm text 301",
    [actions(button({ confirm: { text: plain(x(301)) } }))],
    "/blocks/0/elements/0/confirm/text/text",
    "less than 301",
  ],
  [
    "confirm button 31",
    [actions(button({ confirm: { text: plain("x"), confirm: plain(x(31)) } }))],
    "/blocks/0/elements/0/confirm/confirm/text",
    "less than 31",
  ],
  [
    "101 options",
    [actions({ type: "static_select", options: repeat(101, (n) => option(`${n}`)) })],
    "/blocks/0/elements/0/options",
    "no more than 100",
  ],
  [
    "option text 76",
    [actions({ type: "static_select", options: [{ text: plain(x(76)), value: "a" }] })],
    "/blocks/0/elements/0/options/0/text/text",
    "less than 76",
  ],
  [
    "option value 151",
    [actions({ type: "static_select", options: [{ text: plain("a"), value: x(151) }] })],
    "/blocks/0/elements/0/options/0/value",
    "less than 151",
  ],
  [
    "overflow 6",
    [actions({ type: "overflow", options: repeat(6, (n) => option(`${n}`)) })],
    "/blocks/0/elements/0/options",
    "no more than 5",
  ],
  [
    "checkboxes 11",
    [actions({ type: "checkboxes", options: repeat(11, (n) => option(`${n}`)) })],
    "/blocks/0/elements/0/options",
    "no more than 10",
  ],
  [
    "placeholder 151",
    [actions({ type: "datepicker", placeholder: plain(x(151)) })],
    "/blocks/0/elements/0/placeholder/text",
    "less than 151",
  ],
  [
    "alt_text 2001",
    [{ type: "image", image_url: "https://a.example", alt_text: x(2001) }],
    "/blocks/0/alt_text",
    "less than 2001",
  ],
  [
    "image without alt_text",
    [{ type: "image", image_url: "https://a.example" }],
    "/blocks/0",
    "missing required field: alt_text",
  ],
  [
    "image title 2001",
    [{ type: "image", image_url: "https://a.example", alt_text: "x", title: plain(x(2001)) }],
    "/blocks/0/title/text",
    "less than 2001",
  ],
  ["input label 2001", [input({ label: plain(x(2001)) })], "/blocks/0/label/text", "less than 2001"],
  ["input hint 2001", [input({ hint: plain(x(2001)) })], "/blocks/0/hint/text", "less than 2001"],
  ["input button", [input({ element: button() })], "/blocks/0/element/type", "unsupported type: button"],
  [
    "input value 3001",
    [input({ element: { type: "plain_text_input", initial_value: x(3001) } })],
    "/blocks/0/element/initial_value",
    "less than 3001",
  ],
  ["markdown 12001", [{ type: "markdown", text: x(12_001) }], "/blocks/0/text", "must be less than 12001 characters"],
  [
    "markdown in sum",
    repeat(2, () => ({ type: "markdown", text: x(6001) })),
    "/blocks",
    "markdown must be less than 12001",
  ],
  [
    "rich text piece",
    [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "sticker" }] }] }],
    "/blocks/0/elements/0/elements/0/type",
    "unsupported type: sticker",
  ],
  [
    "rich text style",
    [
      {
        type: "rich_text",
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "x", style: { loud: true } }] }],
      },
    ],
    "/blocks/0/elements/0/elements/0/style/loud",
    "not allowed: loud",
  ],
  [
    "101 rows",
    [{ type: "table", rows: repeat(101, () => [cell()]) }],
    "/blocks/0/rows",
    "no more than 100 items allowed",
  ],
  [
    "21 columns",
    [{ type: "table", rows: [repeat(21, () => cell())] }],
    "/blocks/0/rows/0",
    "no more than 20 items allowed",
  ],
  ["empty cell", [{ type: "table", rows: [[cell("")]] }], "/blocks/0/rows/0/0/text", "must be more than 0 characters"],
  ["cells 10001", [{ type: "table", rows: [[cell(x(10_001))]] }], "/blocks", "table cells must be less than 10001"],
  [
    "alignment",
    [{ type: "table", rows: [[cell()]], column_settings: [{ align: "top" }] }],
    "/blocks/0/column_settings/0/align",
    "must be one of",
  ],
  ["data_table without caption", [dataTable({ caption: undefined })], "/blocks/0", "missing required field: caption"],
  ["data_table header only", [dataTable({ rows: [[cell()]] })], "/blocks/0/rows", "no fewer than 2 items allowed"],
  ["data_table 102 rows", [dataTable({ rows: repeat(102, () => [cell()]) })], "/blocks/0/rows", "no more than 101"],
  [
    "data_table rich header",
    [dataTable({ rows: [[rich("a")], [cell()]] })],
    "/blocks/0/rows/0/0/type",
    "unsupported type: rich_text",
  ],
  ["data_table page 101", [dataTable({ page_size: 101 })], "/blocks/0/page_size", "from 1 to 100"],
  ["chart title 51", [{ ...bars(), title: x(51) }], "/blocks/0/title", "must be less than 51 characters"],
  [
    "13 segments",
    [pie(repeat(13, (n) => ({ label: `${n}`, value: 1 })))],
    "/blocks/0/chart/segments",
    "no more than 12",
  ],
  ["segment zero", [pie([{ label: "a", value: 0 }])], "/blocks/0/chart/segments/0/value", "must be more than 0"],
  [
    "label 21",
    [pie([{ label: x(21), value: 1 }])],
    "/blocks/0/chart/segments/0/label",
    "must be less than 21 characters",
  ],
  [
    "13 series",
    [bars({ series: repeat(13, (n) => ({ name: `${n}`, data: [{ label: "Mon", value: 1 }] })) })],
    "/blocks/0/chart/series",
    "no more than 12",
  ],
  [
    "series name twice",
    [bars({ series: repeat(2, () => ({ name: "a", data: [{ label: "Mon", value: 1 }] })) })],
    "/blocks/0/chart/series/1/name",
    "must be unique",
  ],
  [
    "21 categories",
    [bars({ axis_config: { categories: repeat(21, String) } })],
    "/blocks/0/chart/axis_config/categories",
    "no more than 20",
  ],
  [
    "axis label 51",
    [bars({ axis_config: { categories: ["Mon"], x_label: x(51) } })],
    "/blocks/0/chart/axis_config/x_label",
    "less than 51",
  ],
  [
    "category without value",
    [bars({ axis_config: { categories: ["Tue"] } })],
    "/blocks/0/chart/series/0/data",
    "one value for every category",
  ],
  ["3 charts", repeat(3, () => bars()), "/blocks", "no more than 2 data_visualization blocks allowed"],
  [
    "task status",
    [card({ status: "done" })],
    "/blocks/0/status",
    "must be one of: pending, in_progress, complete, error",
  ],
  ["task details", [card({ details: plain("x") })], "/blocks/0/details/type", "unsupported type: plain_text"],
  [
    "task source",
    [card({ sources: [{ type: "url", url: "ftp://a", text: "a" }] })],
    "/blocks/0/sources/0/url",
    "must be a valid URL",
  ],
  [
    "plan task",
    [{ type: "plan", title: "x", tasks: [{ type: "section" }] }],
    "/blocks/0/tasks/0/type",
    "unsupported type: section",
  ],
];

describe("over a limit", () => {
  test.each(overLimits)("%s", async (_name, blocks, pointer, words) => {
    const { error, messages } = await post(blocks);
    expect(error).toBe("invalid_blocks");
    const pointed = messages.filter((message) => message.endsWith(`[json-pointer:${pointer}]`));
    expect(pointed.join("\n")).toContain(words);
    expect(messages.every((message) => message.startsWith("[ERROR] "))).toBe(true);
  });

  test("the owner of a wrong text is named before the text, as Slack does", async () => {
    const { messages } = await post([section({ text: mrkdwn(x(3001)) })]);
    expect(messages).toEqual([
      "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
      "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]);
  });

  test("a second table is an invalid attachment", async () => {
    const table = { type: "table", rows: [[cell()]] };
    expect(await post([table, table])).toEqual({
      error: "invalid_attachments",
      messages: ["[ERROR] only_one_table_allowed"],
    });
  });

  test("blocks that aren't a list of objects have no format", async () => {
    expect((await post(["x"])).error).toBe("invalid_blocks_format");
    const call = bench.client.apiCall("chat.postMessage", { channel: "C0ADS", blocks: "{}" });
    expect((await refusal(call)).error).toBe("invalid_blocks_format");
  });

  test("all blocks together: the measurements that are known come out as Slack had them", async () => {
    const spread = (characters: number, blocks: number) =>
      repeat(blocks, (n) =>
        section({ text: mrkdwn(x(Math.floor(characters / blocks) + (n < characters % blocks ? 1 : 0))) }),
      );
    expect((await post(spread(9597, 50))).error).toBe("ok");
    expect((await post(spread(6020, 33))).error).toBe("ok");
    expect((await post(spread(11_341, 45))).error).toBe("msg_blocks_too_long");
    expect((await post(spread(14_000, 5))).error).toBe("msg_blocks_too_long");
    expect(measureBlocks(spread(100, 2))).toBe(220);
  });
});

test("the coverage row names each block that is served", () => {
  const row = coverage.find(({ route }) => route.endsWith("/chat.postMessage"));
  for (const type of Object.keys(messageBlocks)) expect(row?.note).toContain(type);
});
