/** What Slack's own client says about a form before it is sent, and what goes along when it is. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBench } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
let sent: Record<string, unknown>[];
beforeEach(async () => {
  sent = [];
  bench = await openBench({
    fetch: async (input, init) => {
      const form = new URLSearchParams(await new Request(input, init).text());
      const payload = form.get("payload");
      if (payload !== null) sent.push(JSON.parse(payload) as Record<string, unknown>);
      return new Response(null, { status: 200 });
    },
  });
});
afterEach(() => bench.close());

const plain = (text: string) => ({ type: "plain_text", text }) as const;

/** Opens a modal with one input and submits it with this value. */
async function fill(element: Record<string, unknown>, value: unknown, more: object = {}) {
  const { triggerId } = await bench.slack.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync" });
  const block = { type: "input", block_id: "b", label: plain("x"), element: { ...element, action_id: "a" }, ...more };
  const view = { type: "modal", title: plain("x"), submit: plain("Go"), blocks: [block] };
  const { view: opened } = await bench.client.views.open({ trigger_id: triggerId, view: view as never });
  const values = { b: { a: value as Record<string, unknown> } };
  return bench.slack.submitView({ user: "U0ANA", viewId: opened?.id ?? "", values });
}

const three = ["a", "b", "c"].map((value) => ({ text: plain(value), value }));
const whole = { type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "9" };
const most = { type: "multi_static_select", options: three, max_selected_items: 2 };

test.each([
  ["too short a text", { type: "plain_text_input", min_length: 2 }, { value: "x" }, "at least 2 characters"],
  ["too long a text", { type: "plain_text_input", max_length: 2 }, { value: "xxx" }, "no more than 2 characters"],
  ["a text of 3,001", { type: "plain_text_input" }, { value: "x".repeat(3001) }, "no more than 3000"],
  ["no number", whole, { value: "x" }, "valid number"],
  ["a fraction", whole, { value: "1.5" }, "valid number"],
  ["too small a number", whole, { value: "0" }, "at least 1"],
  ["too large a number", whole, { value: "10" }, "at most 9"],
  ["no address of mail", { type: "email_text_input" }, { value: "ana" }, "valid email"],
  ["no address of a page", { type: "url_text_input" }, { value: "javascript:x" }, "valid URL"],
  ["too many choices", most, { selected_options: three }, "no more than 2"],
  ["nothing chosen", most, { selected_options: [] }, "required field"],
  ["no day", { type: "datepicker" }, { selected_date: null }, "required field"],
  ["too many files", { type: "file_input", max_files: 1 }, { files: [{ id: "F1" }, { id: "F2" }] }, "no more than 1"],
])("%s keeps the form from being sent", async (_name, element, value, words) => {
  const answer = await fill(element, value);
  expect(answer).toMatchObject({ status: 0, errors: { b: expect.stringContaining(words) as string } });
  expect(sent).toEqual([]);
});

test.each([
  ["an optional field left empty", { type: "plain_text_input" }, { value: null }, { optional: true }],
  ["a number within its bounds", whole, { value: "9" }, {}],
  ["a mail address", { type: "email_text_input" }, { value: "ana@acme.example" }, {}],
  ["two of three", most, { selected_options: three.slice(1) }, {}],
])("%s goes to the app", async (_name, element, value, more) => {
  expect(await fill(element, value, more)).toMatchObject({ status: 200, action: "close" });
  expect(sent[0]).toMatchObject({ type: "view_submission", view: { state: { values: { b: { a: value } } } } });
  expect(sent[0]?.["response_urls"]).toEqual([]);
});

test("a channel chosen with response_url_enabled brings an address to post to", async () => {
  await fill({ type: "conversations_select", response_url_enabled: true }, { selected_conversation: "C0ADS" });
  const [url] = (sent[0]?.["response_urls"] ?? []) as { response_url: string }[];
  expect(url).toMatchObject({ block_id: "b", action_id: "a", channel_id: "C0ADS" });
  const body = JSON.stringify({ text: "Started", response_type: "in_channel" });
  expect((await fetch(url?.response_url ?? "", { method: "POST", body })).status).toBe(200);
  expect(bench.slack.messages("C0ADS")).toMatchObject([{ text: "Started" }]);
});

test("an option that isn't offered can't be chosen", async () => {
  const menu = { type: "static_select", options: three };
  await expect(fill(menu, { selected_option: { value: "z" } })).rejects.toThrow(
    "has no option z (its options: a, b, c)",
  );
});
