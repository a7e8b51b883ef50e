/** Modals: the official client opens them, a Bolt 5 app answers what people do in them. */
import type { App } from "@slack/bolt";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBench, openBoltApp, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
let app: App;
let triggerId: string;

const plain = (text: string) => ({ type: "plain_text", text }) as const;
const account = {
  type: "input",
  block_id: "account",
  label: plain("Account"),
  element: { type: "plain_text_input", action_id: "name", min_length: 3 },
} as const;
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
  callback_id: "sync",
  private_metadata: "C0ADS",
  blocks: [account, days],
  ...more,
});
const named = (name: string) => ({ account: { name: { type: "plain_text_input", value: name } } });

beforeEach(async () => {
  bench = await openBench({
    ackTimeoutMs: 500,
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
const submit = (values = named("Acme")) => bench.slack.submitView({ user: "U0ANA", viewId: top()?.id ?? "", values });

describe("a trigger_id", () => {
  test("opens one modal, for the person who made it", async () => {
    const { view } = await open();
    expect(view).toMatchObject({ type: "modal", callback_id: "sync", private_metadata: "C0ADS", app_id: "A0METASYNC" });
    expect(view?.root_view_id).toBe(view?.id);
    expect(view?.state).toMatchObject({ values: { account: { name: { value: null } } } });
    expect(bench.slack.modals("U0ANA").map(({ id }) => id)).toEqual([view?.id]);
    expect(bench.slack.modals("U0BEN")).toEqual([]);
    expect((await refusal(open())).error).toBe("exchanged_trigger_id");
  });

  test("lives three seconds", async () => {
    await bench.clock.advance(3001);
    expect((await refusal(open())).error).toBe("expired_trigger_id");
    triggerId = "1.2.abc";
    expect((await refusal(open())).error).toBe("invalid_trigger_id");
  });

  test("is the app's own, and isn't spent on a view that Slack refuses", async () => {
    const other = bench.clientFor(bench.slack.grants.issue({ appName: "other" }).token);
    const stolen = other.views.open({ trigger_id: triggerId, view: form() });
    expect((await refusal(stolen)).error).toBe("invalid_trigger_id");
    expect((await refusal(open(form({ title: plain("x".repeat(25)) })))).error).toBe("invalid_arguments");
    await open();
  });
});

describe("a form", () => {
  test("is checked by Slack's client before it is sent", async () => {
    await open();
    expect(await submit({} as never)).toEqual({
      status: 0,
      ms: 0,
      errors: { account: "Please complete this required field." },
    });
    expect((await submit(named("ab"))).errors).toEqual({ account: "Please enter at least 3 characters." });
    const unknown = bench.slack.submitView({
      user: "U0ANA",
      viewId: top()?.id ?? "",
      values: { nowhere: { x: { value: "1" } } },
    });
    await expect(unknown).rejects.toThrow("has no input nowhere/x");
  });

  test("reaches the app with its values, and closes at an empty ack", async () => {
    const seen: unknown[] = [];
    app.view("sync", async ({ ack, view, body }) => {
      seen.push(view.private_metadata, view.state.values, body.user.id);
      await ack();
    });
    await open();
    const values = { ...named("Acme"), days: { pick: { selected_option: { value: "7d" } } } };
    expect(await submit(values as never)).toMatchObject({ status: 200, action: "close" });
    expect(seen).toEqual([
      "C0ADS",
      {
        account: { name: { type: "plain_text_input", value: "Acme" } },
        days: { pick: { type: "static_select", selected_option: { text: plain("7 days"), value: "7d" } } },
      },
      "U0ANA",
    ]);
    expect(bench.slack.modals("U0ANA")).toEqual([]);
  });

  test("stays with the app's errors, and what was typed", async () => {
    app.view("sync", ({ ack }) => ack({ response_action: "errors", errors: { account: "No such account" } }));
    await open();
    expect(await submit()).toMatchObject({ status: 200, errors: { account: "No such account" } });
    expect(top()?.state.values["account"]).toEqual({ name: { type: "plain_text_input", value: "Acme" } });
  });

  test("is updated, gets another on top, and is cleared", async () => {
    const answers = ["update", "push", "clear"] as const;
    let asked = 0;
    app.view("sync", async ({ ack }) => {
      const action = answers[asked++];
      if (action === "clear") return ack({ response_action: "clear" });
      await ack({ response_action: action ?? "update", view: form({ title: plain(`Step ${asked}`) }) });
    });
    const root = (await open()).view?.id;
    expect((await submit()).action).toBe("update");
    expect(top()).toMatchObject({ id: root, view: { title: plain("Step 1") } });
    // What was typed stays, for the input is still there.
    expect(top()?.state.values["account"]?.["name"]?.["value"]).toBe("Acme");
    expect((await submit()).action).toBe("push");
    expect(top()).toMatchObject({ rootViewId: root, previousViewId: root });
    expect((await submit()).action).toBe("clear");
    expect(bench.slack.modals("U0ANA")).toEqual([]);
  });

  test("stays when the app fails, is late, or answers what Slack can't use", async () => {
    await open();
    const trouble = { failure: "We had some trouble connecting. Try again?" };
    expect(await submit()).toMatchObject({ status: 404, ...trouble });
    app.view("sync", ({ ack }) => ack({ response_action: "errors", errors: { nowhere: "x" } }));
    expect(await submit()).toMatchObject({ status: 200, ...trouble });
    expect(bench.slack.modals("U0ANA")).toHaveLength(1);
  });
});

describe("a stack of modals", () => {
  const press = () => bench.slack.sendViewAction({ user: "U0ANA", viewId: top()?.id ?? "", actionId: "more" });
  const more = {
    type: "actions",
    block_id: "row",
    elements: [{ type: "button", action_id: "more", text: plain("More"), value: "m1" }],
  };

  test("grows by views.push to three, by a trigger from inside", async () => {
    const view = form({ blocks: [more], submit: undefined, notify_on_close: true });
    const seen: unknown[] = [];
    app.action("more", async ({ ack, body, action, client: _client }) => {
      seen.push("view" in body && body.view?.id === top()?.id, "value" in action && action.value, body.type);
      await ack();
    });
    await open(view);
    for (const size of [2, 3]) {
      const pressed = await press();
      await bench.client.views.push({ trigger_id: pressed.triggerId, view: view as never });
      expect(bench.slack.modals("U0ANA")).toHaveLength(size);
    }
    const pressed = await press();
    const fourth = bench.client.views.push({ trigger_id: pressed.triggerId, view: view as never });
    expect((await refusal(fourth)).error).toBe("push_limit_reached");
    expect(seen.slice(0, 3)).toEqual([true, "m1", "block_actions"]);
    const [root] = bench.slack.modals("U0ANA");
    const under = bench.slack.sendViewAction({ user: "U0ANA", viewId: root?.id ?? "", actionId: "more" });
    await expect(under).rejects.toThrow("has no view");
  });

  test("a trigger from outside can't push", async () => {
    await open();
    const outside = await bench.slack.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync" });
    const pushed = bench.client.views.push({ trigger_id: outside.triggerId, view: form() });
    expect((await refusal(pushed)).error).toBe("not_found");
  });

  test("closes view by view, or whole, and tells the app when it asked", async () => {
    const closed: unknown[] = [];
    app.action("more", ({ ack }) => ack());
    app.view({ callback_id: "sync", type: "view_closed" }, async ({ ack, body }) => {
      closed.push("is_cleared" in body && body.is_cleared);
      await ack();
    });
    await open(form({ blocks: [more] }));
    const pressed = await press();
    await bench.client.views.push({ trigger_id: pressed.triggerId, view: form({ notify_on_close: true }) });
    const second = top()?.id ?? "";
    expect(await bench.slack.closeView({ user: "U0ANA", viewId: second })).toEqual({ closed: [second], notified: 1 });
    const first = top()?.id ?? "";
    expect(await bench.slack.closeView({ user: "U0ANA", viewId: first, clear: true })).toMatchObject({ notified: 0 });
    expect(closed).toEqual([false]);
    const late = bench.client.views.update({ view_id: first, view: form() });
    expect((await refusal(late)).error).toBe("not_found");
  });
});

describe("views.update", () => {
  test("by id and hash, or by external_id, which is one view's alone", async () => {
    const { view } = await open(form({ external_id: "sync-1" }));
    const { id = "", hash = "" } = view ?? {};
    const updated = await bench.client.views.update({ view_id: id, hash, view: form({ external_id: "sync-1" }) });
    expect(updated.view?.hash).not.toBe(hash);
    const stale = bench.client.views.update({ view_id: id, hash, view: form() });
    expect((await refusal(stale)).error).toBe("hash_conflict");
    await bench.client.views.update({
      external_id: "sync-1",
      view: form({ title: plain("Again"), external_id: "sync-1" }),
    });
    expect(top()?.view["title"]).toEqual(plain("Again"));
    const twin = bench.client.views.publish({
      user_id: "U0BEN",
      view: { type: "home", external_id: "sync-1", blocks: [] },
    });
    expect((await refusal(twin)).error).toBe("duplicate_external_id");
    const both = bench.client.apiCall("views.update", { view_id: id, external_id: "sync-1", view: form() });
    expect((await refusal(both)).error).toBe("invalid_arguments");
  });
});

test("blocks.validate tells code, message, pointer and constraint, and sends nothing", async () => {
  const { client } = bench;
  const ok = await client.blocks.validate({ blocks: [{ type: "divider" }] });
  expect(ok.ok).toBe(true);
  const wrong = client.apiCall("blocks.validate", { blocks: [{ type: "header", text: plain("x".repeat(151)) }] });
  const { data } = (await wrong.catch((error: unknown) => error)) as { data: { error: string; errors: unknown[] } };
  expect(data.error).toBe("invalid_blocks");
  expect(data.errors).toContainEqual({
    pointer: "/0/text/text",
    code: "failed_constraint",
    message: "must be less than 151 characters",
    constraint: { type: "max_length", expected: ["150"], got: "151" },
  });
  const inMessage = client.blocks.validate({ message: { blocks: [{ type: "alert" }] } });
  expect((await refusal(inMessage)).error).toBe("invalid_message");
  expect((await refusal(client.blocks.validate({ view: form({ blocks: [{ type: "plan" }] }) as never }))).error).toBe(
    "invalid_view",
  );
  const two = client.apiCall("blocks.validate", { blocks: [], view: form() });
  expect((await refusal(two)).error).toBe("invalid_arguments");
  expect(bench.slack.messages("C0ADS")).toEqual([]);
});
