/** What a person types into the message box of the local Slack, and what they use in messages. */
import type { App } from "@slack/bolt";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openBench, openBoltApp } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
let app: App;
let deliveries: number;
beforeEach(async () => {
  deliveries = 0;
  bench = await openBench({
    fetch: async (input, init) => {
      deliveries += 1;
      return new Hono().route("/", bolt.door).fetch(new Request(input, init));
    },
  });
  const bolt = openBoltApp(() => bench.slack);
  app = bolt.app;
});
afterEach(() => bench.close());

const say = (text: string, more: object = {}) =>
  bench.slack.sendMessage({ user: "U0ANA", channel: "C0ADS", text, ...more });

describe("the message box", () => {
  test("a slash is a command; threads take none", async () => {
    app.command("/meta-sync", ({ ack, command }) => ack(`You said ${command.text}`));
    const sent = await say("/meta-sync  act_1 7d ");
    expect(sent).toMatchObject({ ok: true, command: { ackedText: "You said act_1 7d" } });
    expect(sent).not.toHaveProperty("ts");
    const root = (await say("hello")).ts ?? "";
    expect(await say("/meta-sync help", { threadTs: root })).toEqual({
      ok: false,
      failure: "slash commands are not supported in threads",
    });
    expect(await say("/unheard of")).toMatchObject({ ok: false, failure: "dispatch_failed" });
    expect(deliveries).toBe(2);
  });

  test("a mention anywhere in the text is stored and sent", async () => {
    const heard: unknown[] = [];
    app.event("app_mention", async ({ event }) => {
      heard.push([event.text, event.thread_ts]);
    });
    const root = (await say("hello")).ts ?? "";
    const sent = await say("please, @meta-sync status", { threadTs: root });
    expect(sent).toMatchObject({ ok: true, mention: { status: 200, ts: sent.ts } });
    await say("<@U0METASYNC> help");
    // Bolt acknowledges an event before its listeners are done.
    await vi.waitFor(() => {
      expect(heard).toEqual([
        ["please, <@U0METASYNC> status", root],
        ["<@U0METASYNC> help", undefined],
      ]);
    });
    expect(bench.slack.thread("C0ADS", root)?.replies).toMatchObject([{ user: "U0ANA", ts: sent.ts }]);
  });

  test("anything else is an ordinary message, escaped, with names as tokens", async () => {
    bench.slack.userGroups.set("S0ADS", { handle: "ads-team" });
    const { ts } = await say("a < b & c, @ben and @ads-team in #ads <!channel>");
    const text = "a &lt; b &amp; c, <@U0BEN> and <!subteam^S0ADS|@ads-team> in <#C0ADS|ads> <!channel>";
    expect(bench.slack.messages("C0ADS")).toMatchObject([{ ts, user: "U0ANA", text }]);
    expect(deliveries).toBe(0);
  });

  test("in a direct message nothing is a mention; where the bot isn't, Slackbot says so", async () => {
    expect(await say("@meta-sync hi", { channel: "D0ANA" })).not.toHaveProperty("mention");
    expect(await say("@meta-sync hi", { channel: "C0NOBOT" })).toMatchObject({ ok: true });
    expect(bench.slack.ephemerals()).toMatchObject([{ to: "U0ANA", user: "USLACKBOT", channel: "C0NOBOT" }]);
    expect(deliveries).toBe(0);
  });

  test("what Slack's client forbids is a failure in words", async () => {
    expect((await say("hi", { channel: "C0ARCH" })).failure).toContain("archived");
    expect((await say("hi", { user: "U0EXT" })).failure).toContain("is not in C0ADS");
    expect((await say("hi", { threadTs: "1700000000.000001" })).failure).toContain("no thread");
    expect((await say("  ")).failure).toContain("nothing to send");
    expect(bench.slack.messages("C0ADS")).toEqual([]);
  });
});

describe("menus in messages", () => {
  const plain = (text: string) => ({ type: "plain_text", text });
  const option = (value: string) => ({ text: plain(value), value });

  test("send what was chosen, as its kind has it", async () => {
    const seen: Record<string, unknown>[] = [];
    app.action(/.*/, async ({ ack, body, action }) => {
      seen.push({ action, state: (body as unknown as { state: { values: unknown } }).state.values });
      await ack();
    });
    const elements = [
      { type: "static_select", action_id: "one", options: [option("a"), option("b")] },
      { type: "multi_users_select", action_id: "many" },
      { type: "datepicker", action_id: "day", initial_date: "2026-11-01" },
      { type: "overflow", action_id: "more", options: [option("x")] },
    ];
    const blocks = [{ type: "actions", block_id: "row", elements }];
    const said = { channel: "C0ADS", text: "x", blocks };
    const { ts } = (await bench.client.apiCall("chat.postMessage", said)) as { ts?: string };
    const use = (actionId: string, value: string | string[]) =>
      bench.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts: ts ?? "", actionId, value });
    await use("one", "b");
    await use("many", ["U0BEN"]);
    await use("day", "2026-11-23");
    await use("more", "x");
    expect(seen.map(({ action }) => action)).toMatchObject([
      { type: "static_select", block_id: "row", selected_option: option("b") },
      { type: "multi_users_select", selected_users: ["U0BEN"] },
      { type: "datepicker", selected_date: "2026-11-23", initial_date: "2026-11-01" },
      { type: "overflow", selected_option: option("x") },
    ]);
    expect(seen[0]?.["state"]).toMatchObject({
      row: { one: { selected_option: option("b") }, day: { selected_date: "2026-11-01" } },
    });
    await expect(use("one", "c")).rejects.toThrow("has no option c (its options: a, b)");
  });

  test("small buttons under a message, in cards and in containers too", async () => {
    const used: unknown[] = [];
    app.action(/.*/, async ({ ack, action }) => {
      used.push(["action_id" in action && action.action_id, "value" in action && action.value]);
      await ack();
    });
    const button = (id: string) => ({ type: "button", action_id: id, text: plain("Go"), value: id });
    const side = (value: string) => ({ text: plain(value), value });
    const rate = {
      type: "feedback_buttons",
      action_id: "rate",
      positive_button: side("up"),
      negative_button: side("down"),
    };
    const blocks = [
      { type: "context_actions", elements: [rate] },
      { type: "carousel", elements: [{ type: "card", title: plain("A"), actions: [button("in-card")] }] },
      { type: "container", title: plain("B"), child_blocks: [{ type: "actions", elements: [button("in-box")] }] },
    ];
    const said = { channel: "C0ADS", text: "x", blocks };
    const { ts = "" } = (await bench.client.apiCall("chat.postMessage", said)) as { ts?: string };
    const at = { user: "U0ANA", channel: "C0ADS", ts };
    await bench.slack.sendClick({ ...at, actionId: "rate", value: "down" });
    await bench.slack.sendClick({ ...at, actionId: "in-card" });
    await bench.slack.sendClick({ ...at, actionId: "in-box" });
    expect(used).toEqual([
      ["rate", "down"],
      ["in-card", "in-card"],
      ["in-box", "in-box"],
    ]);
  });
});

test("listeners hear whose modal, Home tab and ephemeral message changed", async () => {
  const heard: object[] = [];
  bench.slack.onChange(({ kind, user }) => heard.push({ kind, user }));
  app.command("/meta-sync", ({ ack }) => ack("hi"));
  const { command } = await say("/meta-sync");
  const title = { type: "plain_text", text: "x" } as const;
  const view = { type: "modal", title, blocks: [] } as const;
  await bench.client.views.open({ trigger_id: command?.triggerId ?? "", view: { ...view, blocks: [] } });
  await bench.client.views.publish({ user_id: "U0BEN", view: { type: "home", blocks: [] } });
  bench.slack.people.set("U0BEN", { tz: "Etc/UTC" });
  expect(heard.filter(({ kind }: { kind?: string }) => kind !== "call")).toEqual([
    { kind: "ephemeral", user: "U0ANA" },
    { kind: "view", user: "U0ANA" },
    { kind: "home", user: "U0BEN" },
    { kind: "person", user: "U0BEN" },
  ]);
});
