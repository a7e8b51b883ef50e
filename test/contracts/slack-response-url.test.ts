/** response_urls: 30 minutes, 5 uses, who sees the message, what a button's address may replace. */
import { WebClient } from "@slack/web-api";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBench } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ fetch: () => Promise.resolve(new Response(null, { status: 200 })) });
});
afterEach(() => bench.close());

const post = async (url: string, payload: unknown, headers: Record<string, string> = {}) => {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  const response = await fetch(url, { ...init, body: typeof payload === "string" ? payload : JSON.stringify(payload) });
  const body = await response.text();
  return { status: response.status, body: body.startsWith("{") ? (JSON.parse(body) as object) : body };
};

const command = async (channel = "C0ADS") =>
  (await bench.slack.sendCommand({ user: "U0ANA", channel, command: "/meta-sync", text: "help" })).responseUrl;

const button = { type: "button", action_id: "job.cancel", text: { type: "plain_text", text: "Cancel" } } as const;
const withButton = [{ type: "actions", elements: [button] }] as const;

const click = async (ts: string) =>
  (await bench.slack.sendClick({ user: "U0ANA", channel: "C0ADS", ts, actionId: "job.cancel" })).responseUrl;

describe("a command's address", () => {
  test("shows to the person, or to the channel, even where the bot isn't", async () => {
    const url = await command("C0NOBOT");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/commands\/T0ACME01\/\d+\/[\w-]{24}$/);
    expect(await post(url, { text: "only you" })).toEqual({ status: 200, body: "ok" });
    expect(bench.slack.ephemerals()).toMatchObject([{ to: "U0ANA", text: "only you", channel: "C0NOBOT" }]);
    await post(url, { text: "everybody", response_type: "in_channel" });
    expect(bench.slack.messages("C0NOBOT")).toMatchObject([{ text: "everybody", app_id: "A0METASYNC" }]);
  });

  test("has nothing to replace: a new message comes", async () => {
    const url = await command();
    await post(url, { text: "one" });
    await post(url, { text: "two", replace_original: true });
    expect(bench.slack.ephemerals().map(({ text }) => text)).toEqual(["one", "two"]);
  });

  test("takes five posts", async () => {
    const url = await command();
    for (let n = 0; n < 5; n += 1) expect((await post(url, { text: `${n}` })).status).toBe(200);
    expect(await post(url, { text: "6" })).toEqual({ status: 404, body: { ok: false, error: "used_url" } });
    expect(bench.slack.ephemerals()).toHaveLength(5);
  });

  test("lives for thirty minutes of world time", async () => {
    const url = await command();
    await bench.clock.advance(30 * 60_000 - 1000);
    expect((await post(url, { text: "late" })).status).toBe(200);
    await bench.clock.advance(2000);
    expect(await post(url, { text: "too late" })).toEqual({ status: 404, body: { ok: false, error: "expired_url" } });
  });

  test("refuses what it can't read, without counting it as a use", async () => {
    const url = await command();
    expect(await post(url, "{")).toEqual({ status: 400, body: { ok: false, error: "invalid_payload" } });
    expect(await post(url, {})).toEqual({ status: 400, body: { ok: false, error: "no_text" } });
    const bad = await post(url, { text: "x", blocks: [{ type: "banner" }] });
    expect(bad).toMatchObject({ status: 400, body: { error: "invalid_blocks" } });
    for (let n = 0; n < 5; n += 1) expect((await post(url, { text: `${n}` })).status).toBe(200);
  });

  test("another address's secret, another kind, a form payload", async () => {
    const url = await command();
    expect((await post(`${url}x`, { text: "x" })).body).toEqual({ ok: false, error: "invalid_url" });
    expect((await post(url.replace("/commands/", "/actions/"), { text: "x" })).status).toBe(404);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await post(url, `payload=${encodeURIComponent('{"text":"x"}')}`, form)).status).toBe(200);
  });

  test("the sum of all blocks isn't limited here", async () => {
    const text = { type: "mrkdwn", text: "x".repeat(2900) };
    const blocks = Array.from({ length: 6 }, () => ({ type: "section", text }));
    expect((await post(await command(), { text: "x", blocks })).status).toBe(200);
  });

  test("is written for hooks.slack.com when nothing else is told, and stands in the log without its secret", async () => {
    const own = await openBench({
      publicBase: () => "https://hooks.slack.com",
      fetch: () => Promise.reject(new Error()),
    });
    const { responseUrl } = await own.slack.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync" });
    expect(responseUrl).toMatch(/^https:\/\/hooks\.slack\.com\/commands\//);
    const request = new Request(responseUrl, { method: "POST", body: '{"text":"hi"}' });
    expect((await own.slack.wire.fetch(request)).status).toBe(200);
    expect(own.slack.calls("response_url")).toMatchObject([{ args: { text: "hi" }, outcome: "ok" }]);
    expect(JSON.stringify(own.slack.calls())).not.toContain(responseUrl.split("/").at(-1));
    await own.close();
  });
});

test("mounted under a prefix, the Web API and the address handed out both work", async () => {
  const host = new Hono();
  const own = await openBench({
    publicBase: () => "http://world.example/_world/slack",
    fetch: () => Promise.resolve(new Response(null, { status: 200 })),
  });
  host.route("/_world/slack", own.slack.wire).route("/_world/slack/admin", own.slack.admin);
  const client = new WebClient(own.slack.credentials.botToken, {
    slackApiUrl: "http://world.example/_world/slack/api/",
    fetch: async (input, init) => host.fetch(new Request(input, init)),
  });
  expect((await client.chat.postMessage({ channel: "C0ADS", text: "hi" })).ok).toBe(true);
  const { responseUrl } = await own.slack.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync" });
  expect((await host.request(responseUrl, { method: "POST", body: '{"text":"hi"}' })).status).toBe(200);
  expect((await host.request("/_world/slack/admin/ephemerals")).status).toBe(200);
  await own.close();
});

describe("a button's address", () => {
  const said = { channel: "C0ADS", text: "job", blocks: [...withButton] };

  test("replaces and deletes the message clicked, or adds one", async () => {
    const ts = (await bench.client.chat.postMessage(said)).ts ?? "";
    const url = await click(ts);
    expect(await post(url, { text: "for you" })).toEqual({ status: 200, body: { ok: true } });
    expect(bench.slack.ephemerals()).toMatchObject([{ text: "for you", to: "U0ANA" }]);
    await post(url, { text: "cancelled", replace_original: true });
    expect(bench.slack.messages("C0ADS")).toMatchObject([{ ts, text: "cancelled" }]);
    expect(bench.slack.messages("C0ADS")[0]).not.toHaveProperty("blocks");
    await post(url, { text: "in thread", response_type: "in_channel", thread_ts: ts });
    expect(bench.slack.thread("C0ADS", ts)?.replies).toMatchObject([{ text: "in thread" }]);
    await post(url, { delete_original: true });
    expect(bench.slack.messages("C0ADS")[0]?.subtype).toBe("tombstone");
    const gone = await post(url, { text: "x", replace_original: true });
    expect(gone).toEqual({ status: 404, body: { ok: false, error: "message_not_found" } });
  });

  test("is the only way to change an ephemeral message", async () => {
    const shown = await bench.client.chat.postEphemeral({ ...said, user: "U0ANA" });
    const url = await click(shown.message_ts ?? "");
    await post(url, { text: "changed", replace_original: true });
    expect(bench.slack.ephemerals()).toMatchObject([{ text: "changed", to: "U0ANA" }]);
    await post(url, { delete_original: true });
    expect(bench.slack.ephemerals()).toEqual([]);
  });
});
