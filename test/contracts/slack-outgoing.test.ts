/** What the local Slack sends to an app: signed as Slack signs, shaped as Bolt 5 reads it, retried by its plan. */
import type { BlockButtonAction, SlackCommandMiddlewareArgs, SlackEventMiddlewareArgs } from "@slack/bolt";
import { isValidSlackRequest } from "@slack/bolt";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { escapeText } from "../../src/local/slack/outgoing/escape-text.ts";
import { seedChannels, seedPeople } from "../../src/local/slack/seed.ts";
import { openBench, openBoltApp } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
let answerApp: (request: Request) => Response | Promise<Response>;
let received: { raw: string; headers: Headers }[];

beforeEach(async () => {
  received = [];
  answerApp = () => new Response(null, { status: 200 });
  bench = await openBench({
    ackTimeoutMs: 150,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      received.push({ raw: await request.clone().text(), headers: request.headers });
      return answerApp(request);
    },
  });
});
afterEach(() => bench.close());

const isValid = (index: number) => {
  const { raw, headers } = received[index] ?? { raw: "", headers: new Headers() };
  return isValidSlackRequest({
    signingSecret: bench.slack.credentials.signingSecret,
    body: raw,
    headers: {
      "x-slack-signature": headers.get("x-slack-signature") ?? "",
      "x-slack-request-timestamp": Number(headers.get("x-slack-request-timestamp")),
    },
  });
};
const form = (index: number) => Object.fromEntries(new URLSearchParams(received[index]?.raw));
const order = { user: "U0ANA", channel: "C0ADS", command: "/meta-sync" } as const;
const lastSeen = () => bench.slack.ephemerals().at(-1);

describe("slash commands", () => {
  test("carry every field that Slack sends, and Slack's signature at real time", async () => {
    await bench.clock.advance(86_400_000);
    const answer = await bench.slack.sendCommand({ ...order, text: "act_1 7d" });
    expect(answer).toMatchObject({ status: 200, body: "", ackedText: undefined });
    expect(answer).not.toHaveProperty("failure");
    expect(form(0)).toEqual({
      token: expect.stringMatching(/^\w{32}$/),
      team_id: "T0ACME01",
      team_domain: "acme",
      channel_id: "C0ADS",
      channel_name: "ads",
      user_id: "U0ANA",
      user_name: "ana",
      command: "/meta-sync",
      text: "act_1 7d",
      api_app_id: "A0METASYNC",
      is_enterprise_install: "false",
      response_url: answer.responseUrl,
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/),
    });
    expect(received[0]?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    expect(isValid(0)).toBe(true);
    expect(bench.slack.ephemerals()).toEqual([]);
  });

  test("hide the names of private conversations", async () => {
    await bench.slack.sendCommand({ ...order, channel: "G0PRIV" });
    await bench.slack.sendCommand({ ...order, channel: "D0ANA" });
    expect([form(0)["channel_name"], form(1)["channel_name"]]).toEqual(["privategroup", "directmessage"]);
  });

  test("escape what was typed, as should_escape has it", () => {
    const known = { people: seedPeople, channels: seedChannels };
    expect(escapeText("7d in #ads for @ben", known)).toBe("7d in <#C0ADS|ads> for <@U0BEN|ben>");
    expect(escapeText("@here #nowhere a@ben", known)).toBe("<!here> #nowhere a@ben");
    expect(escapeText("<@U0BEN> & https://a.example/?b=1&c=2", known)).toBe(
      "&lt;@U0BEN&gt; &amp; <https://a.example/?b=1&amp;c=2>",
    );
  });

  test("can be bent for a test: signature, time, body, secret, retry", async () => {
    const send = (overrides: Parameters<typeof bench.slack.sendCommand>[0]["overrides"]) =>
      bench.slack.sendCommand({ ...order, overrides });
    await send({ signature: "v0=00" });
    await send({ timestampOffsetSeconds: -301 });
    await send({ mutateBody: (raw) => `${raw}&text=more` });
    await send({ signingSecret: "another" });
    await send({ retryNum: 1 });
    expect([0, 1, 2, 3, 4].map(isValid)).toEqual([false, false, false, false, true]);
    expect(received[4]?.headers.get("x-slack-retry-num")).toBe("1");
    expect(received[4]?.headers.get("x-slack-retry-reason")).toBe("http_error");
    await bench.slack.sendCommand({ ...order, triggerId: "1.2.abc" });
    expect(form(5)["trigger_id"]).toBe("1.2.abc");
  });

  test("a text ack is seen by the person, a JSON one as it says", async () => {
    answerApp = () => new Response("One moment");
    expect((await bench.slack.sendCommand(order)).ackedText).toBe("One moment");
    expect(lastSeen()).toMatchObject({ text: "One moment", to: "U0ANA" });
    answerApp = () => Response.json({ text: "Started", response_type: "in_channel" });
    await bench.slack.sendCommand({ ...order, text: "act_1" });
    const channel = bench.slack.messages("C0ADS").map(({ user, text }) => [user, text]);
    expect(channel).toEqual([
      ["U0ANA", "/meta-sync act_1"],
      ["U0METASYNC", "Started"],
    ]);
  });

  test("the failure lines are Slack's own", async () => {
    answerApp = () => new Response("nope", { status: 500 });
    expect(await bench.slack.sendCommand(order)).toMatchObject({ status: 500, failure: "dispatch_failed" });
    expect(lastSeen()).toMatchObject({ user: "USLACKBOT", text: '/meta-sync failed with the error "dispatch_failed"' });
    answerApp = () => Promise.reject(new Error("connection refused"));
    expect(await bench.slack.sendCommand(order)).toMatchObject({ status: 0, failure: "dispatch_failed" });
    answerApp = () => Response.json({ text: "x", blocks: [{ type: "banner" }] });
    expect(await bench.slack.sendCommand(order)).toMatchObject({ status: 200, failure: "dispatch_failed" });
    answerApp = () => new Promise(() => undefined);
    const late = await bench.slack.sendCommand(order);
    expect(late).toMatchObject({ status: 0, failure: "operation_timeout" });
    expect(late.ms).toBeGreaterThanOrEqual(140);
    expect(lastSeen()?.text).toBe("/meta-sync failed because the app did not respond");
  });

  test("only where a person can write", async () => {
    await expect(bench.slack.sendCommand({ ...order, user: "U0EXT" })).rejects.toThrow("U0EXT is not in C0ADS");
    await expect(bench.slack.sendCommand({ ...order, user: "U0NOBODY" })).rejects.toThrow("no person U0NOBODY");
    await expect(bench.slack.sendCommand({ ...order, channel: "C0NOWHERE" })).rejects.toThrow("no channel C0NOWHERE");
    await expect(bench.slack.sendCommand({ ...order, channel: "C0ARCH" })).rejects.toThrow("archived");
    expect(received).toEqual([]);
  });
});

describe("clicks", () => {
  const button = (value: string) =>
    ({ type: "button", action_id: "job.cancel", value, text: { type: "plain_text", text: "Cancel" } }) as const;
  const blocks = [
    { type: "actions", block_id: "first", elements: [button("j1")] },
    { type: "actions", block_id: "job", elements: [button("j2")] },
  ] as const;
  const say = async (more: object = {}) => {
    const said = { channel: "C0ADS", text: "job", blocks, ...more };
    const { ts } = (await bench.client.apiCall("chat.postMessage", said)) as { ts?: string };
    return { ts: ts ?? "" };
  };
  const payload = (index: number) => JSON.parse(form(index)["payload"] ?? "{}") as BlockButtonAction;

  test("carry the message, its container and a response_url", async () => {
    const { ts } = await say();
    const click = { user: "U0BEN", channel: "C0ADS", ts, actionId: "job.cancel" };
    const answer = await bench.slack.sendClick({ ...click, value: "j2" });
    expect(answer.status).toBe(200);
    expect(isValid(0)).toBe(true);
    expect(payload(0)).toMatchObject({
      type: "block_actions",
      user: { id: "U0BEN", username: "ben", team_id: "T0ACME01" },
      team: { id: "T0ACME01", domain: "acme" },
      channel: { id: "C0ADS", name: "ads" },
      container: { type: "message", message_ts: ts, channel_id: "C0ADS", is_ephemeral: false },
      message: { type: "message", ts, text: "job", bot_id: bench.slack.credentials.botId },
      state: { values: {} },
      response_url: answer.responseUrl,
      trigger_id: answer.triggerId,
      actions: [{ type: "button", action_id: "job.cancel", block_id: "job", value: "j2" }],
    });
    expect(payload(0).container).not.toHaveProperty("thread_ts");
    expect(payload(0).message).not.toHaveProperty("thread_ts");
    await bench.slack.sendClick(click);
    expect(payload(1).actions[0]?.value).toBe("j1");
  });

  test("in a thread name it; a root with replies names itself", async () => {
    const root = await say();
    const reply = await say({ thread_ts: root.ts });
    await bench.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts: reply.ts, actionId: "job.cancel" });
    expect(payload(0).container["thread_ts"]).toBe(root.ts);
    expect(payload(0).message?.["thread_ts"]).toBe(root.ts);
    await bench.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts: root.ts, actionId: "job.cancel" });
    expect(payload(1).container).not.toHaveProperty("thread_ts");
    expect(payload(1).message?.["thread_ts"]).toBe(root.ts);
  });

  test("in an ephemeral message come without it; only its reader can click", async () => {
    const said = { channel: "C0ADS", user: "U0ANA", text: "job", blocks: [...blocks] };
    const ts = (await bench.client.chat.postEphemeral(said)).message_ts ?? "";
    await bench.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts, actionId: "job.cancel" });
    expect(payload(0).container["is_ephemeral"]).toBe(true);
    expect(payload(0)).not.toHaveProperty("message");
    const other = bench.slack.sendClick({ user: "U0BEN", channel: "C0ADS", ts, actionId: "job.cancel" });
    await expect(other).rejects.toThrow("Only U0ANA sees");
  });

  test("by someone of another organisation say so", async () => {
    const { ts } = await say({ channel: "C0SHARED" });
    await bench.slack.sendClick({ user: "U0EXT", channel: "C0SHARED", ts, actionId: "job.cancel" });
    expect(payload(0)).toMatchObject({ user: { team_id: "T0OTHER" }, team: { id: "T0ACME01" } });
  });

  test("only a button that is there, also one beside a section", async () => {
    const accessory = { ...button("a"), action_id: "job.open" };
    const section = { type: "section", text: { type: "mrkdwn", text: "x" }, accessory };
    const { ts } = await say({ blocks: [section] });
    const click = (actionId: string) => bench.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts, actionId });
    expect((await click("job.open")).status).toBe(200);
    await expect(click("job.cancel")).rejects.toThrow("has no button job.cancel (its buttons: job.open)");
    const nowhere = { user: "U0ANA", channel: "C0ADS", ts: "1700000000.000001", actionId: "x" };
    await expect(bench.slack.sendClick(nowhere)).rejects.toThrow("no message 1700000000.000001");
  });

  test("that the app doesn't take are marked beside the button", async () => {
    const { ts } = await say();
    answerApp = () => new Response(null, { status: 503 });
    const answer = await bench.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts, actionId: "job.cancel" });
    expect(answer.failure).toBe("This app responded with Status Code 503");
  });
});

describe("mentions", () => {
  const event = (index: number) => JSON.parse(received[index]?.raw ?? "{}") as Record<string, unknown>;

  test("stand in the channel and come as an event", async () => {
    const root = (await bench.client.chat.postMessage({ channel: "C0ADS", text: "root" })).ts ?? "";
    const mention = { user: "U0BEN", channel: "C0ADS", text: "status", threadTs: root };
    const { ts, eventId } = await bench.slack.sendMention(mention);
    expect(bench.slack.thread("C0ADS", root)?.replies).toMatchObject([
      { ts, user: "U0BEN", text: "<@U0METASYNC> status" },
    ]);
    expect(event(0)).toMatchObject({
      type: "event_callback",
      team_id: "T0ACME01",
      api_app_id: "A0METASYNC",
      event_id: eventId,
      event_time: expect.any(Number),
      event: { type: "app_mention", user: "U0BEN", channel: "C0ADS", ts, event_ts: ts, thread_ts: root },
      authorizations: [{ team_id: "T0ACME01", user_id: "U0METASYNC", is_bot: true }],
      is_ext_shared_channel: false,
    });
    expect(received[0]?.headers.get("content-type")).toBe("application/json");
    expect(isValid(0)).toBe(true);
    expect(bench.slack.eventAttempts(eventId)).toMatchObject([{ retryNum: 0, status: 200 }]);
  });

  test("not taken come again at once, after a minute and after five, with the reason", async () => {
    answerApp = () => new Response(null, { status: 500 });
    const { eventId, status } = await bench.slack.sendMention({ user: "U0ANA", channel: "C0ADS", text: "help" });
    expect(status).toBe(500);
    const tries = (count: number) =>
      vi.waitFor(() => expect(bench.slack.eventAttempts(eventId)).toHaveLength(count), { interval: 5 });
    await tries(2);
    await bench.clock.advance(60_000);
    await tries(3);
    await bench.clock.advance(299_000);
    expect(bench.slack.eventAttempts(eventId)).toHaveLength(3);
    answerApp = () => new Response(null, { status: 200 });
    await bench.clock.advance(1000);
    await tries(4);
    await bench.clock.advance(3_600_000);
    expect(bench.slack.eventAttempts(eventId).map(({ retryNum }) => retryNum)).toEqual([0, 1, 2, 3]);
    expect(received.map(({ headers }) => headers.get("x-slack-retry-num"))).toEqual([null, "1", "2", "3"]);
    expect(received[1]?.headers.get("x-slack-retry-reason")).toBe("http_error");
    expect(new Set(received.map(({ raw }) => raw)).size).toBe(1);
  });

  test("aren't sent again when the app says so; a late app is told as http_timeout", async () => {
    answerApp = () => new Response(null, { status: 500, headers: { "x-slack-no-retry": "1" } });
    const first = await bench.slack.sendMention({ user: "U0ANA", channel: "C0ADS", text: "help" });
    await bench.clock.advance(600_000);
    expect(bench.slack.eventAttempts(first.eventId)).toHaveLength(1);
    answerApp = () => new Promise(() => undefined);
    const second = await bench.slack.sendMention({ user: "U0ANA", channel: "C0ADS", text: "help" });
    answerApp = () => new Response(null, { status: 200 });
    await vi.waitFor(() => expect(bench.slack.eventAttempts(second.eventId)).toHaveLength(2), { interval: 5 });
    expect(received.at(-1)?.headers.get("x-slack-retry-reason")).toBe("http_timeout");
  });

  test("need the bot in the channel, and a thread that is there", async () => {
    const mention = { user: "U0ANA", channel: "C0NOBOT", text: "help" };
    await expect(bench.slack.sendMention(mention)).rejects.toThrow("The bot is not in C0NOBOT");
    const nowhere = { user: "U0ANA", channel: "C0ADS", text: "help", threadTs: "1700000000.000001" };
    await expect(bench.slack.sendMention(nowhere)).rejects.toThrow("no thread 1700000000.000001");
  });
});

describe("probes", () => {
  test("url_verification wants its challenge back, as JSON or as text", async () => {
    answerApp = async (request) => {
      const { challenge } = (await request.json()) as { challenge: string };
      return Response.json({ challenge });
    };
    expect(await bench.slack.sendUrlVerification()).toMatchObject({ status: 200, verified: true });
    expect(isValid(0)).toBe(true);
    answerApp = () => new Response("something else");
    expect((await bench.slack.sendUrlVerification()).verified).toBe(false);
  });

  test("ssl_check is a form", async () => {
    expect((await bench.slack.sendSslCheck()).status).toBe(200);
    expect(form(0)["ssl_check"]).toBe("1");
  });
});

test("a Bolt 5 app takes a command, a click and a mention, and answers each", async () => {
  const seen: string[] = [];
  const { app, door } = openBoltApp(() => bench.slack);
  answerApp = new Hono().route("/", door).fetch;
  app.command("/meta-sync", async ({ ack, command }: SlackCommandMiddlewareArgs) => {
    seen.push(`${command.user_id} ${command.text} ${command.is_enterprise_install}`);
    await ack("On it");
  });
  app.action<BlockButtonAction>("job.cancel", async ({ ack, action, body }) => {
    seen.push(`${body.user.id} ${action.value} ${String(body.container["message_ts"] === body.message?.ts)}`);
    await ack();
  });
  app.event("app_mention", ({ event }: SlackEventMiddlewareArgs<"app_mention">) => {
    seen.push(`${event.user} ${event.text}`);
    return Promise.resolve();
  });
  const { ackedText } = await bench.slack.sendCommand({ ...order, text: "act_1 in #ads" });
  expect(ackedText).toBe("On it");
  const button = {
    type: "button",
    action_id: "job.cancel",
    value: "j1",
    text: { type: "plain_text", text: "x" },
  } as const;
  const blocks = [{ type: "actions", elements: [button] }] as const;
  const said = await bench.client.chat.postMessage({ channel: "C0ADS", text: "x", blocks: [...blocks] });
  const click = { user: "U0BEN", channel: "C0ADS", ts: said.ts ?? "", actionId: "job.cancel" };
  expect((await bench.slack.sendClick(click)).status).toBe(200);
  expect((await bench.slack.sendMention({ user: "U0ANA", channel: "C0ADS", text: "help" })).status).toBe(200);
  expect((await bench.slack.sendUrlVerification()).verified).toBe(true);
  expect((await bench.slack.sendCommand({ ...order, overrides: { signature: "v0=00" } })).status).toBe(401);
  expect(seen).toEqual(["U0ANA act_1 in <#C0ADS|ads> false", "U0BEN j1 true", "U0ANA <@U0METASYNC> help"]);
});
