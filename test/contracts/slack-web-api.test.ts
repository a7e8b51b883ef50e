/** The local Slack's Web API, driven by the official client: what it does, and what it refuses. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultScopes } from "../../src/local/slack/seed.ts";
import { scopes } from "../../manifest/manifest.ts";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } }) as const;

describe("who is who", () => {
  test("auth.test tells the bot and the team, and the scopes that the manifest asks for", async () => {
    const answer = await bench.client.auth.test();
    expect(answer).toMatchObject({
      ok: true,
      url: "https://acme.slack.com/",
      team: "Acme",
      team_id: "T0ACME01",
      user_id: bench.slack.credentials.botUserId,
      bot_id: bench.slack.credentials.botId,
      is_enterprise_install: false,
    });
    expect(answer.response_metadata?.scopes).toEqual([...defaultScopes]);
    expect([...defaultScopes]).toEqual(scopes.map(({ scope }) => scope));
  });

  test("users.info tells members, guests, strangers and their zones", async () => {
    const ana = await bench.client.users.info({ user: "U0ANA", include_locale: true });
    expect(ana.user).toMatchObject({
      name: "ana",
      team_id: "T0ACME01",
      tz: "Europe/Berlin",
      locale: "de-DE",
      is_admin: true,
      is_owner: true,
      is_restricted: false,
    });
    expect([3600, 7200]).toContain(ana.user?.tz_offset);
    expect(ana.user).not.toHaveProperty("is_stranger");
    const ben = await bench.client.users.info({ user: "U0BEN" });
    expect(ben.user).toMatchObject({ tz: "America/New_York", is_admin: false });
    expect(ben.user).not.toHaveProperty("locale");
    expect((await bench.client.users.info({ user: "U0GUEST" })).user?.is_restricted).toBe(true);
    expect((await bench.client.users.info({ user: "U0EXT" })).user).toMatchObject({
      team_id: "T0OTHER",
      is_stranger: true,
    });
    expect((await refusal(bench.client.users.info({ user: "U0NOBODY" }))).error).toBe("user_not_found");
  });

  test("team.info needs a scope that the app doesn't ask for", async () => {
    expect((await refusal(bench.client.team.info())).error).toBe("missing_scope");
    const { token } = bench.slack.grants.issue({ appName: "other", scopes: ["team:read"] });
    expect((await bench.clientFor(token).team.info()).team).toMatchObject({ id: "T0ACME01", domain: "acme" });
  });
});

describe("tokens", () => {
  test("no token, a wrong one, a revoked one", async () => {
    const url = `${bench.url}/api/auth.test`;
    expect(await (await fetch(url, { method: "POST" })).json()).toEqual({ ok: false, error: "not_authed" });
    expect((await refusal(bench.clientFor("xoxb-wrong").auth.test())).error).toBe("invalid_auth");
    bench.slack.grants.change(bench.slack.credentials.botToken, { revoked: true });
    expect((await refusal(bench.client.auth.test())).error).toBe("token_revoked");
    expect(() => bench.slack.grants.change("xoxb-wrong", { revoked: true })).toThrow(RangeError);
  });

  test("a missing scope is named, with those there are", async () => {
    bench.slack.grants.change(bench.slack.credentials.botToken, { scopes: ["commands"] });
    const failed = bench.client.chat.postMessage({ channel: "C0ADS", text: "hi" });
    await expect(failed).rejects.toMatchObject({
      data: { error: "missing_scope", needed: "chat:write", provided: "commands" },
    });
    bench.slack.grants.change(bench.slack.credentials.botToken, { scopes: ["channels:read"] });
    await expect(bench.client.conversations.info({ channel: "G0PRIV" })).rejects.toMatchObject({
      data: { error: "missing_scope", needed: "groups:read" },
    });
  });
});

describe("the wire", () => {
  const post = (body: string, contentType: string | undefined, token: string | undefined) =>
    bench.slack.wire.request("https://slack.com/api/chat.postMessage", {
      method: "POST",
      body: new TextEncoder().encode(body),
      headers: {
        ...(contentType === undefined ? {} : { "content-type": contentType }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });

  test("form, JSON, multipart and query all carry a call; a JSON body carries no token", async () => {
    const token = bench.slack.credentials.botToken;
    const json = "application/json; charset=utf-8";
    const error = async (response: Promise<Response> | Response) =>
      ((await (await response).json()) as { error?: string }).error ?? "ok";
    const said = { channel: "C0ADS", text: "hi" };
    expect(await error(post(JSON.stringify(said), json, token))).toBe("ok");
    expect(await error(post(JSON.stringify({ ...said, token }), json, undefined))).toBe("not_authed");
    expect(await error(post("channel=C0ADS&text=hi", "application/x-www-form-urlencoded", token))).toBe("ok");
    const form = new FormData();
    for (const [key, value] of Object.entries({ ...said, token })) form.set(key, value);
    const url = "https://slack.com/api/chat.postMessage";
    expect(await error(bench.slack.wire.request(url, { method: "POST", body: form }))).toBe("ok");
    expect(await error(bench.slack.wire.request(`${url}?channel=C0ADS&text=hi&token=${token}`))).toBe("ok");
    expect(await error(post("{", json, token))).toBe("invalid_json");
    expect(await error(post("[]", json, token))).toBe("json_not_object");
    expect(await error(post("hi", "text/csv", token))).toBe("invalid_post_type");
    expect(await error(post("hi", undefined, token))).toBe("missing_post_type");
    expect(await error(post("channel=C0ADS", "multipart/form-data", token))).toBe("invalid_form_data");
  });

  test("a method that isn't served is unknown; a missing argument is named", async () => {
    expect((await refusal(bench.client.apiCall("reactions.add", {}))).error).toBe("unknown_method");
    expect(await refusal(bench.client.apiCall("chat.postMessage", { text: "hi" }))).toEqual({
      error: "invalid_arguments",
      messages: ["[ERROR] missing required field: channel"],
    });
  });

  test("the served log keeps each call without its token, and counts", async () => {
    await bench.client.chat.postMessage({ channel: "C0ADS", text: "hi" });
    await refusal(bench.client.chat.postMessage({ channel: "C0NOWHERE", text: "hi" }));
    const [first, second] = bench.slack.calls("chat.postMessage");
    expect(first).toMatchObject({ args: { channel: "C0ADS", text: "hi" }, status: 200, outcome: "ok" });
    expect(second).toMatchObject({ outcome: "channel_not_found", answer: { ok: false } });
    expect(JSON.stringify(bench.slack.calls())).not.toContain("xoxb-");
    expect(bench.slack.counts()["chat.postMessage"]).toEqual({ ok: 1, channel_not_found: 1 });
  });
});

describe("posting", () => {
  test("a message has a ts of world time, an author, named blocks and its metadata", async () => {
    const metadata = { event_type: "sync", event_payload: { job: "j1" } };
    const answer = await bench.client.chat.postMessage({
      channel: "C0ADS",
      text: "Started",
      blocks: [section("Started"), { type: "actions", elements: [{ type: "button", text: plain("Cancel") }] }],
      metadata,
    });
    expect(answer).toMatchObject({ ok: true, channel: "C0ADS" });
    expect(answer.ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(Math.abs(Number(answer.ts) * 1000 - bench.clock.now())).toBeLessThan(10_000);
    const [kept] = bench.slack.messages("C0ADS");
    expect(kept).toMatchObject({ user: bench.slack.credentials.botUserId, text: "Started", metadata });
    expect(kept?.blocks?.[0]?.block_id).toMatch(/^.{5}$/);
    expect(kept?.blocks?.[1]?.["elements"]).toEqual([
      { type: "button", text: plain("Cancel"), action_id: expect.stringMatching(/^.{5}$/) },
    ]);
  });

  test("messages of one moment get ts of their own, in order", async () => {
    const posts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => bench.client.chat.postMessage({ channel: "C0ADS", text: `${n}` })),
    );
    expect(new Set(posts.map(({ ts }) => ts)).size).toBe(20);
    const order = bench.slack.messages("C0ADS").map(({ ts }) => ts);
    expect(order).toEqual([...order].sort());
  });

  test("by name, to a private channel, to a person (which opens the direct message)", async () => {
    expect((await bench.client.chat.postMessage({ channel: "#ads", text: "hi" })).channel).toBe("C0ADS");
    expect((await bench.client.chat.postMessage({ channel: "G0PRIV", text: "hi" })).channel).toBe("G0PRIV");
    expect((await bench.client.chat.postMessage({ channel: "U0ANA", text: "hi" })).channel).toBe("D0ANA");
    const direct = (await bench.client.chat.postMessage({ channel: "U0BEN", text: "hi" })).channel ?? "";
    expect(direct).toMatch(/^D/);
    expect((await bench.client.chat.postMessage({ channel: "U0BEN", text: "again" })).channel).toBe(direct);
  });

  test("where it can't: unknown, private without the bot, public without the bot, archived", async () => {
    bench.slack.channels.leave("G0PRIV", bench.slack.credentials.botUserId);
    const errorOf = async (channel: string) =>
      (await refusal(bench.client.chat.postMessage({ channel, text: "hi" }))).error;
    expect(await errorOf("C0NOWHERE")).toBe("channel_not_found");
    expect(await errorOf("G0PRIV")).toBe("channel_not_found");
    expect(await errorOf("C0NOBOT")).toBe("not_in_channel");
    expect(await errorOf("C0ARCH")).toBe("is_archived");
    bench.slack.channels.join("C0NOBOT", bench.slack.credentials.botUserId);
    expect(await errorOf("C0NOBOT")).toBe("ok");
  });

  test("nothing said, markdown beside text, unreadable blocks and metadata", async () => {
    const errorOf = async (args: Record<string, unknown>) =>
      (await refusal(bench.client.apiCall("chat.postMessage", { channel: "C0ADS", ...args }))).error;
    expect(await errorOf({})).toBe("no_text");
    expect(await errorOf({ text: "  ", blocks: [] })).toBe("no_text");
    expect(await errorOf({ text: "hi", markdown_text: "hi" })).toBe("markdown_text_conflict");
    expect(await errorOf({ markdown_text: "**hi**" })).toBe("ok");
    expect(await errorOf({ markdown_text: "x".repeat(12_001) })).toBe("msg_too_long");
    expect(await errorOf({ text: "hi", blocks: "[{" })).toBe("invalid_blocks_format");
    expect(await errorOf({ text: "hi", metadata: { event_type: 1 } })).toBe("invalid_metadata_format");
    expect(await errorOf({ text: "hi", attachments: "{}" })).toBe("invalid_attachments");
    expect(await errorOf({ text: "hi", attachments: Array.from({ length: 101 }, () => ({ text: "x" })) })).toBe(
      "too_many_attachments",
    );
  });

  test("text over 40,000 characters is cut, counted in code points", async () => {
    await bench.client.chat.postMessage({ channel: "C0ADS", text: "😀".repeat(40_005) });
    expect(Array.from(bench.slack.messages("C0ADS")[0]?.text ?? "")).toHaveLength(40_000);
  });

  test("blocks without text leave screen readers with Slack's own phrase", async () => {
    await bench.client.apiCall("chat.postMessage", { channel: "C0ADS", blocks: [section("hi")] });
    expect(bench.slack.messages("C0ADS")[0]?.text).toBe("This content can't be displayed.");
  });
});

describe("threads", () => {
  test("a reply stands under its root; a broadcast says so", async () => {
    const root = await bench.client.chat.postMessage({ channel: "C0ADS", text: "root" });
    const threadTs = root.ts ?? "";
    await bench.client.chat.postMessage({ channel: "C0ADS", text: "one", thread_ts: threadTs });
    const said = { channel: "C0ADS", text: "two", thread_ts: threadTs, reply_broadcast: true } as const;
    await bench.client.chat.postMessage(said);
    const thread = bench.slack.thread("C0ADS", threadTs);
    expect(thread?.message.text).toBe("root");
    expect(thread?.replies.map(({ text, subtype }) => [text, subtype])).toEqual([
      ["one", undefined],
      ["two", "thread_broadcast"],
    ]);
    expect(bench.slack.threads("C0ADS")).toHaveLength(1);
  });

  test("no such root, a root deleted, a reply's ts, not a ts", async () => {
    const reply = async (threadTs: string) =>
      refusal(bench.client.chat.postMessage({ channel: "C0ADS", text: "x", thread_ts: threadTs }));
    expect((await reply("1700000000.000001")).error).toBe("thread_not_found");
    expect((await reply("0")).error).toBe("invalid_thread_ts");
    const root = (await bench.client.chat.postMessage({ channel: "C0ADS", text: "root" })).ts ?? "";
    const said = await bench.client.chat.postMessage({ channel: "C0ADS", text: "x", thread_ts: root });
    expect((await reply(said.ts ?? "")).error).toBe("cannot_reply_to_message");
    expect(bench.slack.deleteMessage("C0ADS", root)).toBe(true);
    expect((await reply(root)).error).toBe("thread_not_found");
  });
});

describe("editing and deleting", () => {
  let ts: string;
  beforeEach(async () => {
    const metadata = { event_type: "sync", event_payload: {} };
    const said = { channel: "C0ADS", text: "first", blocks: [section("first")], metadata };
    ts = (await bench.client.chat.postMessage(said)).ts ?? "";
  });
  const edit = (args: Record<string, unknown>) =>
    bench.client.apiCall("chat.update", { channel: "C0ADS", ts, ...args });

  test("text alone wipes the blocks, blocks alone keep the text, metadata stays until emptied", async () => {
    await edit({ blocks: [section("second")] });
    expect(bench.slack.messages("C0ADS")[0]).toMatchObject({ text: "first", metadata: { event_type: "sync" } });
    await edit({ text: "third" });
    expect(bench.slack.messages("C0ADS")[0]).not.toHaveProperty("blocks");
    expect(bench.slack.messages("C0ADS")[0]).toHaveProperty("metadata");
    await edit({ text: "fourth", metadata: {} });
    expect(bench.slack.messages("C0ADS")[0]).not.toHaveProperty("metadata");
    expect(bench.slack.messages("C0ADS")[0]?.edited?.user).toBe(bench.slack.credentials.botUserId);
  });

  test("every revision is kept with its world time", async () => {
    await bench.clock.advance(3000);
    await edit({ text: "second" });
    await bench.clock.advance(4000);
    await edit({ text: "final" });
    const revisions = bench.slack.edits("C0ADS", ts);
    expect(revisions.map(({ revision, kind, text }) => [revision, kind, text])).toEqual([
      [1, "posted", "first"],
      [2, "edited", "second"],
      [3, "edited", "final"],
    ]);
    const gaps = revisions.slice(1).map(({ atMs }, n) => atMs - (revisions[n]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3000);
    expect(gaps[1]).toBeGreaterThanOrEqual(4000);
  });

  test("too long, nothing said, unknown, another app's, archived", async () => {
    expect((await refusal(edit({ text: "x".repeat(4001) }))).error).toBe("msg_too_long");
    expect((await refusal(edit({}))).error).toBe("no_text");
    expect((await refusal(edit({ text: "x", ts: "1700000000.000001" }))).error).toBe("message_not_found");
    const other = bench.slack.grants.issue({ appName: "other" });
    bench.slack.channels.join("C0ADS", other.botUserId);
    const stranger = bench.clientFor(other.token);
    const named = { channel: "C0ADS", ts };
    expect((await refusal(stranger.chat.update({ ...named, text: "x" }))).error).toBe("cant_update_message");
    expect((await refusal(stranger.chat.delete(named))).error).toBe("cant_delete_message");
    bench.slack.channels.set("C0ADS", { isArchived: true });
    expect((await refusal(edit({ text: "x" }))).error).toBe("is_inactive");
    bench.slack.channels.set("C0ADS", { isArchived: false });
    bench.slack.channels.leave("C0ADS", bench.slack.credentials.botUserId);
    expect((await refusal(edit({ text: "x" }))).error).toBe("cant_update_message");
  });

  test("a deleted message is gone, a root with replies leaves a tombstone", async () => {
    await bench.client.chat.postMessage({ channel: "C0ADS", text: "reply", thread_ts: ts });
    await bench.client.chat.delete({ channel: "C0ADS", ts });
    expect(bench.slack.messages("C0ADS").map(({ subtype }) => subtype)).toEqual(["tombstone", undefined]);
    expect((await refusal(edit({ text: "x" }))).error).toBe("message_not_found");
    expect(bench.slack.edits("C0ADS", ts).at(-1)?.kind).toBe("deleted");
    const lone = (await bench.client.chat.postMessage({ channel: "C0GENERAL", text: "x" })).ts ?? "";
    await bench.client.chat.delete({ channel: "C0GENERAL", ts: lone });
    expect(bench.slack.messages("C0GENERAL")).toEqual([]);
  });
});

describe("one person, one link", () => {
  test("chat.postEphemeral shows to one member; it can't be edited", async () => {
    const said = { channel: "C0ADS", user: "U0BEN", text: "psst" };
    const { message_ts: ts } = await bench.client.chat.postEphemeral(said);
    expect(bench.slack.ephemerals()).toMatchObject([{ to: "U0BEN", text: "psst", channel: "C0ADS", ts }]);
    expect(bench.slack.messages("C0ADS")).toEqual([]);
    const edit = bench.client.chat.update({ channel: "C0ADS", ts: ts ?? "", text: "x" });
    expect((await refusal(edit)).error).toBe("message_not_found");
    const errorOf = async (args: { channel: string; user: string }) =>
      (await refusal(bench.client.chat.postEphemeral({ ...args, text: "x" }))).error;
    expect(await errorOf({ channel: "C0ADS", user: "U0EXT" })).toBe("user_not_in_channel");
    expect(await errorOf({ channel: "C0NOBOT", user: "U0BEN" })).toBe("not_in_channel");
  });

  test("chat.getPermalink links a root and a reply", async () => {
    const root = (await bench.client.chat.postMessage({ channel: "C0ADS", text: "root" })).ts ?? "";
    const reply = (await bench.client.chat.postMessage({ channel: "C0ADS", text: "x", thread_ts: root })).ts ?? "";
    const link = async (ts: string) =>
      (await bench.client.chat.getPermalink({ channel: "C0ADS", message_ts: ts })).permalink;
    expect(await link(root)).toBe(`https://acme.slack.com/archives/C0ADS/p${root.replace(".", "")}`);
    expect(await link(reply)).toContain(`?thread_ts=${root}&cid=C0ADS`);
    expect((await refusal(link("1700000000.000001"))).error).toBe("message_not_found");
  });
});

describe("conversations", () => {
  test("info tells members, privacy, sharing and archiving", async () => {
    const info = async (channel: string) => (await bench.client.conversations.info({ channel })).channel;
    expect(await info("C0ADS")).toMatchObject({
      name: "ads",
      is_member: true,
      is_private: false,
      is_ext_shared: false,
    });
    expect(await info("C0NOBOT")).toMatchObject({ is_member: false });
    expect(await info("G0PRIV")).toMatchObject({ is_private: true, is_member: true });
    expect(await info("C0SHARED")).toMatchObject({ is_ext_shared: true, shared_team_ids: ["T0ACME01", "T0OTHER"] });
    expect(await info("C0ARCH")).toMatchObject({ is_archived: true });
    const counted = await bench.client.conversations.info({ channel: "C0ADS", include_num_members: true });
    expect(counted.channel?.num_members).toBe(4);
    expect((await refusal(info("D0ANA"))).error).toBe("missing_scope");
    expect((await refusal(info("C0NOWHERE"))).error).toBe("channel_not_found");
    bench.slack.channels.leave("G0PRIV", bench.slack.credentials.botUserId);
    expect((await refusal(info("G0PRIV"))).error).toBe("channel_not_found");
  });

  test("open needs im:write, and gives the same direct message again", async () => {
    expect((await refusal(bench.client.conversations.open({ users: "U0BEN" }))).error).toBe("missing_scope");
    bench.slack.grants.change(bench.slack.credentials.botToken, { scopes: [...defaultScopes, "im:write", "im:read"] });
    const opened = await bench.client.conversations.open({ users: "U0BEN" });
    expect(opened.channel?.id).toMatch(/^D/);
    const again = await bench.client.conversations.open({ users: "U0BEN", return_im: true });
    expect(again).toMatchObject({
      already_open: true,
      channel: { id: opened.channel?.id, is_im: true, user: "U0BEN" },
    });
    const errorOf = async (users: string) => (await refusal(bench.client.conversations.open({ users }))).error;
    expect(await errorOf("U0NOBODY")).toBe("user_not_found");
    expect(await errorOf(bench.slack.credentials.botUserId)).toBe("cannot_dm_bot");
    expect(await errorOf("U0ANA,U0BEN")).toBe("method_not_supported_for_channel_type");
    expect((await refusal(bench.client.apiCall("conversations.open", {}))).error).toBe("users_list_not_supplied");
  });

  test("list pages through what the bot may see", async () => {
    const first = await bench.client.conversations.list({ limit: 2, exclude_archived: true });
    expect(first.channels?.map(({ id }) => id)).toEqual(["C0GENERAL", "C0ADS"]);
    const cursor = first.response_metadata?.next_cursor ?? "";
    const second = await bench.client.conversations.list({ limit: 2, exclude_archived: true, cursor });
    expect(second.channels?.map(({ id }) => id)).toEqual(["C0NOBOT", "C0SHARED"]);
    expect(second.response_metadata?.next_cursor).toBe("");
    const hidden = await bench.client.conversations.list({ types: "private_channel" });
    expect(hidden.channels?.map(({ id }) => id)).toEqual(["G0PRIV"]);
    const errorOf = async (args: Record<string, unknown>) =>
      (await refusal(bench.client.apiCall("conversations.list", args))).error;
    expect(await errorOf({ types: "secret" })).toBe("invalid_types");
    expect(await errorOf({ cursor: "x" })).toBe("invalid_cursor");
    expect(await errorOf({ limit: 1001 })).toBe("invalid_limit");
    expect(await errorOf({ types: "im" })).toBe("missing_scope");
  });
});

describe("rate limits, when switched on", () => {
  test("one post a second in a channel, fifty edits a minute", async () => {
    bench.slack.setRateLimits(true);
    const post = (channel: string) => bench.client.chat.postMessage({ channel, text: "x" });
    const { ts } = await post("C0ADS");
    await expect(post("C0ADS")).rejects.toMatchObject({ code: "slack_webapi_rate_limited_error", retryAfter: 1 });
    await post("C0GENERAL");
    await bench.clock.advance(1000);
    await post("C0ADS");
    const edit = () => bench.client.chat.update({ channel: "C0ADS", ts: ts ?? "", text: "x" });
    for (let n = 0; n < 50; n += 1) await edit();
    await expect(edit()).rejects.toMatchObject({ code: "slack_webapi_rate_limited_error" });
    await bench.clock.advance(60_000);
    await edit();
  });
});

test("a restart keeps credentials, messages, revisions and counts", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "local-slack-"));
  const before = await openBench({ dataDir });
  const { ts } = await before.client.chat.postMessage({ channel: "C0ADS", text: "first" });
  await before.client.chat.update({ channel: "C0ADS", ts: ts ?? "", text: "second" });
  before.slack.people.set("U0NEW", { name: "new", realName: "New One" });
  const { credentials } = before.slack;
  await before.close();
  const after = await openBench({ dataDir });
  expect(after.slack.credentials).toEqual(credentials);
  expect(after.slack.messages("C0ADS")).toMatchObject([{ ts, text: "second" }]);
  expect(after.slack.edits("C0ADS", ts ?? "")).toHaveLength(2);
  expect(after.slack.counts()["chat.update"]).toEqual({ ok: 1 });
  expect(after.slack.people.get("U0NEW")?.realName).toBe("New One");
  expect((await after.client.chat.update({ channel: "C0ADS", ts: ts ?? "", text: "third" })).ok).toBe(true);
  await after.close();
  await rm(dataDir, { recursive: true });
});

function plain(text: string) {
  return { type: "plain_text", text } as const;
}
