/** The admin API: acts of people, what they see, faults and counts, as JSON. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBench } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ fetch: () => Promise.resolve(new Response("On it")) });
});
afterEach(() => bench.close());

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Answer }> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await bench.slack.admin.request(path, init);
  return { status: response.status, body: (await response.json()) as Answer };
}
/** What the tests look into; everything else is compared as it is. */
type Answer = Record<string, unknown> & { error?: { message: string }; fault?: { id: string } };

const button = { type: "button", action_id: "job.cancel", text: { type: "plain_text", text: "Cancel" } } as const;

test("people and channels are listed and added", async () => {
  const { body } = await ask("GET", "/people");
  expect(body["people"]).toHaveLength(5);
  const added = await ask("POST", "/people", { id: "U0CLEO", name: "cleo", realName: "Cleo Park", isRestricted: true });
  expect(added).toMatchObject({ status: 201, body: { person: { id: "U0CLEO", teamId: "T0ACME01", tz: "Etc/UTC" } } });
  const members = ["U0CLEO", "U0METASYNC"];
  const channel = await ask("POST", "/channels", { id: "C0NEW", name: "new-ads", members });
  expect(channel).toMatchObject({ status: 201, body: { channel: { kind: "public", members } } });
  expect((await bench.client.users.info({ user: "U0CLEO" })).user?.is_restricted).toBe(true);
  expect((await ask("GET", "/channels")).body["channels"]).toHaveLength(8);
  const bad = await ask("POST", "/people", { id: "cleo", name: "", colour: 1 });
  expect(bad.status).toBe(400);
  expect(bad.body.error?.message).toContain("colour");
});

test("commands, clicks and mentions are sent; what Slack's client forbids is 409", async () => {
  const command = { user: "U0ANA", channel: "C0ADS", command: "/meta-sync", text: "help" };
  const sent = await ask("POST", "/commands", command);
  expect(sent).toMatchObject({ status: 200, body: { status: 200, ackedText: "On it" } });
  const blocks = [{ type: "actions", elements: [button] }] as const;
  const said = await bench.client.chat.postMessage({ channel: "C0ADS", text: "x", blocks: [...blocks] });
  const click = { user: "U0ANA", channel: "C0ADS", ts: said.ts, actionId: "job.cancel" };
  expect((await ask("POST", "/clicks", click)).body).toMatchObject({ status: 200 });
  const wrong = await ask("POST", "/clicks", { ...click, actionId: "job.retry" });
  expect(wrong).toMatchObject({ status: 409, body: { error: { code: "act_refused" } } });
  const mention = { user: "U0ANA", channel: "C0ADS", text: "status" };
  expect((await ask("POST", "/mentions", mention)).body).toMatchObject({ status: 200 });
  expect((await ask("GET", "/events")).body["attempts"]).toHaveLength(1);
  expect((await ask("POST", "/commands", { ...command, command: "meta-sync" })).status).toBe(400);
  expect((await bench.slack.admin.request("/commands", { method: "POST", body: "{" })).status).toBe(400);
});

test("a channel's threads are shown with a plain drawing, and their edits", async () => {
  const blocks = [{ type: "actions", elements: [button] }] as const;
  const root = await bench.client.chat.postMessage({ channel: "C0ADS", text: "root", blocks: [...blocks] });
  const threadTs = root.ts ?? "";
  await bench.client.chat.postMessage({ channel: "C0ADS", text: "a &amp; b", thread_ts: threadTs });
  const { body } = await ask("GET", "/channels/C0ADS/messages");
  expect(body["messages"]).toMatchObject([{ ts: threadTs, plain: "[Cancel]", replies: [{ plain: "a & b" }] }]);
  await bench.client.chat.update({ channel: "C0ADS", ts: threadTs, text: "done" });
  const edits = await ask("GET", `/channels/C0ADS/messages/${threadTs}/edits`);
  expect(edits.body["revisions"]).toMatchObject([{ text: "root" }, { text: "done" }]);
  expect((await ask("DELETE", `/channels/C0ADS/messages/${threadTs}`)).status).toBe(200);
  expect((await ask("DELETE", `/channels/C0ADS/messages/${threadTs}`)).status).toBe(404);
  expect((await ask("GET", "/channels/C0NOWHERE/messages")).status).toBe(404);
});

test("ephemeral messages, calls and counts", async () => {
  await bench.client.chat.postEphemeral({ channel: "C0ADS", user: "U0BEN", text: "psst" });
  expect((await ask("GET", "/ephemerals")).body["ephemerals"]).toMatchObject([{ to: "U0BEN", plain: "psst" }]);
  await bench.client.auth.test();
  expect((await ask("GET", "/calls?method=auth.test")).body["calls"]).toMatchObject([{ outcome: "ok", args: {} }]);
  expect((await ask("GET", "/calls")).body["calls"]).toHaveLength(2);
  expect((await ask("GET", "/stats")).body["counts"]).toEqual({
    "auth.test": { ok: 1 },
    "chat.postEphemeral": { ok: 1 },
  });
});

test("faults are planted, listed, removed; rate limits are switched", async () => {
  const { status, body } = await ask("POST", "/faults", { kind: "down", times: null, method: "auth.test" });
  expect(status).toBe(201);
  await expect(bench.client.auth.test()).rejects.toMatchObject({ statusCode: 503 });
  const id = body.fault?.id ?? "";
  expect((await ask("GET", "/faults")).body["faults"]).toMatchObject([{ id, hits: 1 }]);
  expect((await ask("DELETE", `/faults/${id}`)).status).toBe(200);
  expect((await ask("DELETE", `/faults/${id}`)).status).toBe(404);
  await ask("POST", "/faults", { kind: "down" });
  expect((await ask("DELETE", "/faults")).body["faults"]).toEqual([]);
  await bench.client.auth.test();
  expect((await ask("POST", "/faults", { kind: "meteor" })).status).toBe(400);
  const misplaced = await ask("POST", "/faults", { kind: "is_archived", method: "auth.test" });
  expect(misplaced).toMatchObject({ status: 400, body: { error: { code: "fault_misplaced" } } });
  expect((await ask("PUT", "/limits", { enabled: true })).body).toEqual({ enabled: true });
  await bench.client.chat.postMessage({ channel: "C0ADS", text: "x" });
  await expect(bench.client.chat.postMessage({ channel: "C0ADS", text: "x" })).rejects.toMatchObject({ retryAfter: 1 });
});

test("listeners hear of each change", async () => {
  const heard: string[] = [];
  const stop = bench.slack.onChange(({ kind, channel }) => heard.push(`${kind} ${channel ?? ""}`.trim()));
  await bench.client.chat.postMessage({ channel: "C0ADS", text: "x" });
  expect(heard).toEqual(["message C0ADS", "call"]);
  stop();
  await bench.client.chat.postMessage({ channel: "C0ADS", text: "x" });
  expect(heard).toHaveLength(2);
});

test("what people do in the message box, modals, Home tabs and installs", async () => {
  expect((await ask("POST", "/messages", { user: "U0ANA", channel: "C0ADS", text: "hi" })).body).toMatchObject({
    ok: true,
  });
  expect((await ask("POST", "/homes", { user: "U0ANA" })).body).toMatchObject({ status: 200 });
  expect((await ask("GET", "/homes/U0ANA")).body).toEqual({ home: null });
  const { triggerId } = await bench.slack.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync" });
  const text = { type: "plain_text", text: "x" } as const;
  const element = { type: "button", action_id: "go", text } as const;
  const view = {
    type: "modal",
    title: text,
    submit: text,
    blocks: [{ type: "actions", elements: [element] }],
  } as const;
  const id = (
    await bench.client.views.open({ trigger_id: triggerId, view: { ...view, blocks: [...view.blocks] } as never })
  ).view?.id;
  expect((await ask("GET", "/modals/U0ANA")).body["modals"]).toMatchObject([{ id }]);
  expect((await ask("POST", "/views/action", { user: "U0ANA", viewId: id, actionId: "go" })).body).toMatchObject({
    status: 200,
  });
  const late = await ask("POST", "/views/submit", { user: "U0BEN", viewId: id });
  expect(late).toMatchObject({ status: 409, body: { error: { code: "act_refused" } } });
  expect((await ask("POST", "/views/close", { user: "U0ANA", viewId: id })).body).toEqual({
    closed: [id],
    notified: 0,
  });
  expect((await ask("POST", "/options", { user: "U0ANA", viewId: id })).status).toBe(400);
  expect((await ask("POST", "/shortcuts", { user: "U0ANA", callbackId: "x" })).status).toBe(409);
  expect((await ask("GET", "/shortcuts")).body).toEqual({ shortcuts: [] });
  const group = await ask("POST", "/user-groups", { id: "S0ADS", handle: "ads", users: ["U0BEN"] });
  expect(group.body).toMatchObject({ userGroup: { handle: "ads", name: "s0ads" } });
  expect((await ask("GET", "/user-groups")).body["userGroups"]).toHaveLength(1);
  const authorizeUrl = `https://slack.com/oauth/v2/authorize?client_id=${bench.slack.credentials.clientId}&scope=commands`;
  const installed = await ask("POST", "/install", { authorizeUrl, user: "U0ANA" });
  expect(installed.body["redirectTo"]).toContain("http://app.example/api/slack/oauth_redirect?state=&code=");
  expect((await ask("POST", "/uninstall", {})).body).toEqual({ uninstalled: true });
});

test("a file is handed out as a download", async () => {
  bench.slack.grants.change(bench.slack.credentials.botToken, { scopes: ["files:write"] });
  await bench.client.files.uploadV2({ channel_id: "C0ADS", file: Buffer.from("<b>"), filename: "a.txt" });
  const { body } = await ask("GET", "/channels/C0ADS/files");
  const [file] = body["files"] as { id: string }[];
  const response = await bench.slack.admin.request(`/files/${file?.id}`);
  expect(await response.text()).toBe("<b>");
  expect(response.headers.get("content-disposition")).toBe("attachment");
  expect((await ask("GET", "/files/F0NONE")).status).toBe(404);
});
