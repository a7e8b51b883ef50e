/** The Home tab, menus whose options the app suggests, and shortcuts, with a Bolt 5 app that answers them. */
import type { App } from "@slack/bolt";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openBench, openBoltApp, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
let app: App;
let triggerId: string;

const plain = (text: string) => ({ type: "plain_text", text }) as const;
const days = {
  type: "input",
  block_id: "days",
  optional: true,
  label: plain("Days"),
  element: {
    type: "static_select",
    action_id: "pick",
    options: [
      { text: plain("7 days"), value: "7d" },
      { text: plain("30 days"), value: "30d" },
    ],
  },
} as const;
const form = (more: object = {}) => ({
  type: "modal" as const,
  title: plain("Sync"),
  submit: plain("Start"),
  blocks: [days],
  ...more,
});
beforeEach(async () => {
  bench = await openBench({
    ackTimeoutMs: 500,
    app: {
      shortcuts: [
        { callbackId: "quick", name: "Sync now", type: "global" },
        { callbackId: "about", name: "Sync this", type: "message" },
      ],
    },
    fetch: async (input, init) => new Hono().route("/", door).fetch(new Request(input, init)),
  });
  const bolt = openBoltApp(() => bench.slack);
  const { door } = bolt;
  app = bolt.app;
  app.command("/meta-sync", async ({ ack }) => ack());
  ({ triggerId } = await bench.slack.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync" }));
});
afterEach(() => bench.close());

const open = (view: object = form()) => bench.client.views.open({ trigger_id: triggerId, view: view as never });
const top = () => bench.slack.modals("U0ANA").at(-1);

describe("the Home tab", () => {
  const home = (title: string) => ({
    type: "home" as const,
    blocks: [{ type: "header", text: plain(title) } as const, { ...days, dispatch_action: true }],
  });

  test("is opened, published by the app, and used", async () => {
    app.event("app_home_opened", async ({ event }) => {
      await bench.client.views.publish({ user_id: event.user, view: home(event.tab ?? "") });
    });
    expect((await bench.slack.openHome({ user: "U0BEN" })).status).toBe(200);
    // Bolt acknowledges an event before its listeners are done.
    const shown = await vi.waitFor(() => {
      const published = bench.slack.home("U0BEN");
      expect(published).toBeDefined();
      return published;
    });
    expect(shown?.view.blocks[0]).toMatchObject({ text: plain("home") });
    const seen: unknown[] = [];
    app.action("pick", async ({ ack, body, action }) => {
      seen.push(action, "view" in body ? body.view?.state.values["days"] : undefined);
      await ack();
    });
    const order = { user: "U0BEN", viewId: shown?.id ?? "", actionId: "pick", value: "30d" };
    expect((await bench.slack.sendViewAction(order)).status).toBe(200);
    const chosen = { text: plain("30 days"), value: "30d" };
    expect(seen).toMatchObject([
      { type: "static_select", selected_option: chosen },
      { pick: { selected_option: chosen } },
    ]);
    await expect(bench.slack.sendViewAction({ ...order, value: "1y" })).rejects.toThrow("has no option 1y");
  });

  test("keeps its id; a stale hash is a conflict; a person who isn't there has none", async () => {
    const first = (await bench.client.views.publish({ user_id: "U0BEN", view: home("1") })).view;
    const second = await bench.client.views.publish({ user_id: "U0BEN", hash: first?.hash ?? "", view: home("2") });
    expect(second.view?.id).toBe(first?.id);
    const stale = bench.client.views.publish({ user_id: "U0BEN", hash: first?.hash ?? "", view: home("3") });
    expect((await refusal(stale)).error).toBe("hash_conflict");
    const nobody = bench.client.views.publish({ user_id: "U0NOBODY", view: home("x") });
    expect((await refusal(nobody)).error).toBe("user_not_found");
  });

  test("that the manifest doesn't turn on can't be published or opened", async () => {
    const off = await openBench({ app: { homeTab: false } });
    const refused = await refusal(off.client.views.publish({ user_id: "U0BEN", view: home("x") }));
    expect(refused.error).toBe("not_enabled");
    await expect(off.slack.openHome({ user: "U0BEN" })).rejects.toThrow("has no Home tab");
    await expect(bench.slack.openHome({ user: "U0EXT" })).rejects.toThrow("of another organisation");
    await off.close();
  });
});

describe("suggested options", () => {
  const menu = {
    type: "actions",
    block_id: "who",
    elements: [{ type: "external_select", action_id: "account", min_query_length: 2 }],
  };

  test("come from the app once enough is typed", async () => {
    const asked: string[] = [];
    app.options("account", async ({ ack, payload, body }) => {
      expect(body.type).toBe("block_suggestion");
      asked.push(payload.value);
      await ack({ options: [{ text: plain("Acme"), value: "act_1" }] });
    });
    const { ts = "" } = await bench.client.chat.postMessage({ channel: "C0ADS", text: "x", blocks: [menu] as never });
    const order = { user: "U0ANA", channel: "C0ADS", ts, actionId: "account", blockId: "who" };
    expect(await bench.slack.suggestOptions({ ...order, typed: "a" })).toEqual({ options: [] });
    expect(await bench.slack.suggestOptions({ ...order, typed: "ac" })).toEqual({
      options: [{ text: plain("Acme"), value: "act_1" }],
    });
    expect(asked).toEqual(["ac"]);
    app.action("account", ({ ack }) => ack());
    const picked = { user: "U0ANA", channel: "C0ADS", ts, actionId: "account", value: "act_1" };
    expect((await bench.slack.sendClick(picked)).status).toBe(200);
  });

  test("in a modal; an app that fails, or sends what Slack can't show, gives none", async () => {
    await open(form({ submit: undefined, blocks: [menu] }));
    const order = { user: "U0ANA", viewId: top()?.id ?? "", actionId: "account", blockId: "who", typed: "ac" };
    expect(await bench.slack.suggestOptions(order)).toEqual({
      options: [],
      failure: "This app responded with Status Code 404",
    });
    app.options("account", ({ ack }) => ack({ options: [{ text: plain("x".repeat(76)), value: "a" }] }));
    expect((await bench.slack.suggestOptions(order)).failure).toContain("json-pointer:/options/0/text/text");
  });
});

describe("shortcuts", () => {
  test("are those of the manifest: one from the menu, one on a message", async () => {
    expect(bench.slack.shortcuts().map(({ callbackId }) => callbackId)).toEqual(["quick", "about"]);
    const seen: unknown[] = [];
    app.shortcut("quick", async ({ ack, body }) => {
      seen.push(body.type);
      await ack();
    });
    app.shortcut("about", async ({ ack, body }) => {
      seen.push(body.type, "message" in body ? body.message.text : undefined);
      await ack();
    });
    const quick = await bench.slack.sendShortcut({ user: "U0ANA", callbackId: "quick" });
    expect(quick.status).toBe(200);
    await bench.client.views.open({ trigger_id: quick.triggerId, view: form() });
    const { ts = "" } = await bench.client.chat.postMessage({ channel: "C0ADS", text: "a job" });
    const about = { user: "U0ANA", callbackId: "about", channel: "C0ADS", ts };
    expect((await bench.slack.sendShortcut(about)).status).toBe(200);
    expect(seen).toEqual(["shortcut", "message_action", "a job"]);
    const unknown = bench.slack.sendShortcut({ user: "U0ANA", callbackId: "nope" });
    await expect(unknown).rejects.toThrow("its shortcuts: quick, about");
  });
});
