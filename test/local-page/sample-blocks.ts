/** One or more blocks of every type that the page draws. */
import type { JsonObject } from "#src/local/slack/shapes.ts";

const plain = (text: string): JsonObject => ({ type: "plain_text", text });
const mrkdwn = (text: string): JsonObject => ({ type: "mrkdwn", text });
const option = (text: string, value: string): JsonObject => ({ text: plain(text), value });
const cell = (text: string): JsonObject => ({ type: "raw_text", text });
const count = (value: number): JsonObject => ({ type: "raw_number", value, text: String(value) });
const richText = (text: string): JsonObject => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
const task = (status: string, title: string): JsonObject => ({
  type: "task_card",
  task_id: title,
  title,
  status,
  details: richText(`${title} in detail`),
});
const button = (text: string, more: JsonObject = {}): JsonObject => ({
  type: "button",
  action_id: text.toLowerCase(),
  text: plain(text),
  ...more,
});
const options = [option("A", "a"), option("B", "b")];
const input = (name: string, element: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "input",
  block_id: name,
  label: plain(name),
  element: { action_id: name, ...element },
  ...more,
});

const inputs: JsonObject[] = [
  input("name", { type: "plain_text_input", placeholder: plain("A name") }, { hint: plain("As people say it") }),
  input("note", { type: "plain_text_input", multiline: true }, { optional: true }),
  input("level", { type: "static_select", options, initial_option: options[1] }),
  input("grouped", { type: "static_select", option_groups: [{ label: plain("Group"), options }] }, { optional: true }),
  input("many", { type: "multi_static_select", options }, { optional: true }),
  input("checks", { type: "checkboxes", options }, { optional: true }),
  input("radio", { type: "radio_buttons", options, initial_option: options[0] }),
  input("day", { type: "datepicker", initial_date: "2026-11-15" }),
  input("person", { type: "users_select" }, { optional: true }),
];

export const sampleBlocks: readonly JsonObject[] = [
  { type: "header", text: plain("A header") },
  {
    type: "section",
    text: mrkdwn("*Bold* and <https://example.test|a link>"),
    accessory: button("Press", { style: "primary" }),
    block_id: "s1",
  },
  { type: "section", fields: [mrkdwn("*Spend*\n€ 10"), mrkdwn("*Clicks*\n7")], block_id: "s2" },
  { type: "divider" },
  {
    type: "context",
    elements: [mrkdwn("small print"), { type: "image", image_url: "https://example.test/a.png", alt_text: "A" }],
  },
  {
    type: "actions",
    block_id: "acts",
    elements: [
      button("Go", { style: "primary" }),
      button("Stop", {
        style: "danger",
        confirm: {
          title: plain("Stop it?"),
          text: plain("It can't be undone."),
          confirm: plain("Stop"),
          deny: plain("Keep"),
        },
      }),
      { type: "static_select", action_id: "pick", placeholder: plain("Pick one"), options },
      { type: "overflow", action_id: "more", options },
      { type: "datepicker", action_id: "when" },
    ],
  },
  {
    type: "context_actions",
    elements: [{ type: "icon_button", action_id: "trash", icon: "trash", text: plain("Delete") }],
  },
  { type: "image", image_url: "https://example.test/a.png", alt_text: "A picture", title: plain("A title") },
  {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "bold", style: { bold: true } },
          { type: "user", user_id: "U0ANA" },
        ],
      },
      {
        type: "rich_text_list",
        style: "ordered",
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "one" }] }],
      },
      { type: "rich_text_quote", elements: [{ type: "text", text: "said" }] },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "select 1" }] },
    ],
  },
  {
    type: "plan",
    title: "A plan",
    tasks: [
      task("complete", "Account"),
      task("in_progress", "Ads"),
      task("pending", "Insights"),
      task("error", "Proof"),
    ],
  },
  task("complete", "One step"),
  {
    type: "table",
    rows: [
      [cell("Campaign"), cell("Spend")],
      [cell("Spring"), count(12)],
    ],
    column_settings: [null, { align: "right" }],
  },
  {
    type: "data_table",
    caption: "Campaigns",
    page_size: 2,
    row_header_column_index: 0,
    rows: [
      [cell("Campaign"), cell("Spend")],
      [cell("Spring"), count(12)],
      [cell("Autumn"), count(7)],
      [cell("Winter"), count(99)],
    ],
  },
  {
    type: "data_visualization",
    title: "Spend",
    chart: {
      type: "bar",
      axis_config: { categories: ["Mon", "Tue"], y_label: "Euro" },
      series: [
        {
          name: "This week",
          data: [
            { label: "Mon", value: 10 },
            { label: "Tue", value: 20 },
          ],
        },
        {
          name: "Last week",
          data: [
            { label: "Mon", value: 5 },
            { label: "Tue", value: 30 },
          ],
        },
      ],
    },
  },
  {
    type: "data_visualization",
    title: "Share",
    chart: {
      type: "pie",
      segments: [
        { label: "A", value: 3 },
        { label: "B", value: 1 },
      ],
    },
  },
  { type: "markdown", text: "# Markdown\n\n- **one**\n- two" },
  { type: "alert", level: "warning", text: plain("Careful") },
  {
    type: "card",
    title: plain("A card"),
    subtitle: plain("below it"),
    body: mrkdwn("_body_"),
    actions: [button("Open")],
  },
  {
    type: "carousel",
    elements: [
      { type: "card", title: plain("First") },
      { type: "card", title: plain("Second") },
    ],
  },
  {
    type: "container",
    title: plain("Details"),
    is_collapsible: true,
    child_blocks: [{ type: "section", text: mrkdwn("inside") }],
  },
  ...inputs,
];
