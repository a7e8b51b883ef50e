/** What the local Slack's checker has against elements and blocks beside their sizes: shapes, ranges, pairs that exclude each other. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { container, input, plain, section, video } from "./slack-builders.ts";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const option = (value: string) => ({ text: plain(value), value });
const field = (type: string, more: object = {}) => input({ element: { type, ...more } });
const menu = (more: object) => field("static_select", { options: [option("a")], ...more });
const filtered = (filter: unknown) => field("conversations_select", { filter });

/** Messages that Slack takes. */
const good: readonly [name: string, block: object][] = [
  ["a picture of Slack's own", { type: "image", slack_file: { id: "F0A" }, alt_text: "x" }],
  ["an option that is chosen at first", menu({ initial_option: option("a") })],
  ["a menu with groups", menu({ options: undefined, option_groups: [{ label: plain("g"), options: [option("a")] }] })],
  ["checkboxes with markup", field("checkboxes", { options: [{ text: { type: "mrkdwn", text: "*a*" }, value: "a" }] })],
  ["a number with bounds", field("number_input", { is_decimal_allowed: true, min_value: "-1.5", max_value: "2" })],
  ["a time with its zone", field("timepicker", { initial_time: "08:00", timezone: "Europe/Berlin" })],
  ["a moment", field("datetimepicker", { initial_date_time: 1_764_158_400 })],
  [
    "a field that tells of each letter",
    field("plain_text_input", { dispatch_action_config: { trigger_actions_on: ["on_character_entered"] } }),
  ],
  ["a conversation menu with a filter", filtered({ include: ["public"], exclude_bot_users: true })],
  [
    "a workflow button",
    section({
      accessory: { type: "workflow_button", text: plain("x"), workflow: { trigger: { url: "https://a.example" } } },
    }),
  ],
  [
    "a card with a picture",
    { type: "card", hero_image: { type: "image", image_url: "https://a.example", alt_text: "x" } },
  ],
  [
    "a container with a rich title",
    container({ title: undefined, rich_text_title: { type: "rich_text", elements: [] } }),
  ],
];

test.each(good)("takes %s", async (_name, block) => {
  const sent = bench.client.apiCall("chat.postMessage", { channel: "C0ADS", text: "x", blocks: [block] });
  expect(await refusal(sent)).toEqual({ error: "ok", messages: [] });
});

/** What is wrong, where Slack points, and its words. */
const bad: readonly [name: string, block: object, pointer: string, words: string][] = [
  [
    "options and groups",
    menu({ option_groups: [{ label: plain("g"), options: [option("a")] }] }),
    "/element",
    "exclude each other",
  ],
  ["no options", menu({ options: undefined }), "/element", "missing required field: options"],
  ["a choice that isn't offered", menu({ initial_option: option("b") }), "/element/initial_option", "must match"],
  [
    "choices that aren't offered",
    field("checkboxes", { options: [option("a")], initial_options: [option("b")] }),
    "/element/initial_options/0",
    "must match",
  ],
  [
    "markup in a menu",
    menu({ options: [{ text: { type: "mrkdwn", text: "a" }, value: "a" }] }),
    "/element/options/0/text/type",
    "unsupported type: mrkdwn",
  ],
  [
    "none to be chosen",
    field("multi_users_select", { max_selected_items: 0 }),
    "/element/max_selected_items",
    "from 1",
  ],
  ["an unknown key", field("users_select", { options: [] }), "/element/options", "additional property not allowed"],
  ["an unknown filter", filtered({ include: ["secret"] }), "/element/filter/include/0", "must be one of"],
  ["a day that is none", field("datepicker", { initial_date: "23.11.2026" }), "/element/initial_date", "YYYY-MM-DD"],
  ["a time that is none", field("timepicker", { initial_time: "24:00" }), "/element/initial_time", "HH:mm"],
  [
    "milliseconds",
    field("datetimepicker", { initial_date_time: 1_764_158_400_000 }),
    "/element/initial_date_time",
    "whole number",
  ],
  ["a number without its kind", field("number_input"), "/element", "missing required field: is_decimal_allowed"],
  [
    "a fraction where none may be",
    field("number_input", { is_decimal_allowed: false, min_value: "1.5" }),
    "/element/min_value",
    "must be a number",
  ],
  [
    "bounds the wrong way",
    field("plain_text_input", { min_length: 5, max_length: 4 }),
    "/element/min_length",
    "must not be greater than max_length",
  ],
  [
    "an unknown dispatch",
    field("email_text_input", { dispatch_action_config: { trigger_actions_on: ["on_blur"] } }),
    "/element/dispatch_action_config/trigger_actions_on/0",
    "must be one of",
  ],
  [
    "an overflow menu in a form",
    field("overflow", { options: [option("a")] }),
    "/element/type",
    "unsupported type: overflow",
  ],
  [
    "two pictures in one",
    { type: "image", image_url: "https://a.example", slack_file: { id: "F0A" }, alt_text: "x" },
    "",
    "exclude each other",
  ],
  [
    "a file by neither id nor address",
    { type: "image", slack_file: {}, alt_text: "x" },
    "/slack_file",
    "either an id or a url",
  ],
  ["an empty card", { type: "card" }, "", "missing required field: title"],
  [
    "a menu in a card",
    { type: "card", title: plain("x"), actions: [{ type: "overflow", options: [option("a")] }] },
    "/actions/0/type",
    "unsupported type: overflow",
  ],
  [
    "a section in a carousel",
    { type: "carousel", elements: [section({})] },
    "/elements/0/type",
    "unsupported type: section",
  ],
  ["a container without a title", container({ title: undefined }), "", "missing required field: title"],
  [
    "a collapsed container that can't open",
    container({ default_collapsed: true }),
    "/default_collapsed",
    "is_collapsible",
  ],
  [
    "an unknown icon",
    { type: "context_actions", elements: [{ type: "icon_button", icon: "heart", text: plain("x") }] },
    "/elements/0/icon",
    "must be one of: trash",
  ],
  [
    "half a verdict",
    {
      type: "context_actions",
      elements: [{ type: "feedback_buttons", positive_button: { text: plain("x"), value: "x" } }],
    },
    "/elements/0",
    "missing required field: negative_button",
  ],
  [
    "a button under a message",
    { type: "context_actions", elements: [{ type: "button", text: plain("x") }] },
    "/elements/0/type",
    "unsupported type: button",
  ],
  ["an open film", video({ video_url: "http://a.example/v" }), "/video_url", "must use https"],
  ["a file block", { type: "file", source: "remote", external_id: "x" }, "/type", "unsupported type: file"],
];

test.each(bad)("refuses %s", async (_name, block, pointer, words) => {
  const sent = bench.client.apiCall("chat.postMessage", { channel: "C0ADS", text: "x", blocks: [block] });
  const { error, messages } = await refusal(sent);
  expect(error).toBe("invalid_blocks");
  const pointed = messages.filter((message) => message.endsWith(`[json-pointer:/blocks/0${pointer}]`));
  expect(pointed.join("\n")).toContain(words);
});
