/** The upload flow of the official client against the local Slack, and files that outlive a restart. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "slack-files-"));
  bench = await openBench({ dataDir });
});
afterEach(async () => {
  await bench.close();
  await rm(dataDir, { recursive: true });
});

const clientWith = (...scopes: string[]) =>
  bench.clientFor(
    (() => {
      const { botToken } = bench.slack.credentials;
      bench.slack.grants.change(botToken, { scopes });
      return botToken;
    })(),
  );
const csv = "account,spend\nAcme,12.50\n";

test("uploadV2 puts a file into a thread, with its words", async () => {
  const heard: string[] = [];
  bench.slack.onChange(({ kind, channel }) => heard.push(`${kind} ${channel ?? ""}`.trim()));
  const client = clientWith("files:write", "files:read", "chat:write");
  const root = (await client.chat.postMessage({ channel: "C0ADS", text: "job" })).ts ?? "";
  await client.files.uploadV2({
    channel_id: "C0ADS",
    thread_ts: root,
    initial_comment: "Your rows",
    file: Buffer.from(csv),
    filename: "rows.csv",
    title: "Rows",
    alt_text: "Spend by account",
  });
  const [file] = bench.slack.files("C0ADS");
  expect(file).toMatchObject({
    name: "rows.csv",
    title: "Rows",
    mimetype: "text/csv",
    filetype: "csv",
    sizeBytes: csv.length,
    altText: "Spend by account",
    shares: [{ channel: "C0ADS", threadTs: root }],
  });
  const replies = bench.slack.thread("C0ADS", root)?.replies;
  expect(replies).toMatchObject([{ text: "Your rows", files: [{ id: file?.id, name: "rows.csv" }] }]);
  const content = bench.slack.fileContent(file?.id ?? "");
  expect(new TextDecoder().decode(content?.bytes)).toBe(csv);
  expect(heard).toContain("file C0ADS");
  const info = await client.files.info({ file: file?.id ?? "" });
  expect(info.file).toMatchObject({ size: csv.length, shares: { public: { C0ADS: [{ thread_ts: root }] } } });
  const address = info.file?.url_private ?? "";
  const { botToken } = bench.slack.credentials;
  const download = await fetch(address, { headers: { authorization: `Bearer ${botToken}` } });
  expect(await download.text()).toBe(csv);
  expect((await fetch(address, { redirect: "manual" })).status).toBe(302);
});

test("what Slack refuses: nothing to upload, not in the channel, no scope, a file that never came", async () => {
  const client = clientWith("files:write");
  const empty = client.apiCall("files.getUploadURLExternal", { filename: "a.csv", length: 0 });
  expect((await refusal(empty)).error).toBe("missing_argument");
  const announce = () => client.files.getUploadURLExternal({ filename: "a.csv", length: 3 });
  const { file_id: id = "", upload_url: url = "" } = await announce();
  const complete = (channel: string) => client.files.completeUploadExternal({ channel_id: channel, files: [{ id }] });
  expect((await refusal(complete("C0ADS"))).error).toBe("file_not_found");
  expect((await fetch(url, { method: "POST", body: "four" })).status).toBe(400);
  expect(await (await fetch(url, { method: "POST", body: "abc" })).text()).toBe("OK - 3");
  expect((await fetch(url, { method: "POST", body: "abc" })).status).toBe(400);
  expect((await fetch(`${bench.url}/upload/v1/F0NONE`, { method: "POST", body: "abc" })).status).toBe(404);
  expect((await refusal(complete("C0NOBOT"))).error).toBe("not_in_channel");
  expect((await refusal(complete("C0ARCH"))).error).toBe("is_archived");
  expect((await complete("C0ADS")).ok).toBe(true);
  const info = refusal(client.files.info({ file: id }));
  expect((await info).error).toBe("missing_scope");
  expect((await refusal(clientWith("chat:write").files.getUploadURLExternal({ filename: "a", length: 1 }))).error).toBe(
    "missing_scope",
  );
});

test("files, Home tabs and user groups outlive a restart; open modals don't", async () => {
  const client = clientWith("files:write", "chat:write");
  await client.files.uploadV2({ channel_id: "C0ADS", file: Buffer.from(csv), filename: "rows.csv" });
  await client.views.publish({ user_id: "U0ANA", view: { type: "home", callback_id: "home", blocks: [] } });
  bench.slack.userGroups.set("S0ADS", { handle: "ads-team", users: ["U0BEN"] });
  await bench.close();
  bench = await openBench({ dataDir });
  const [file] = bench.slack.files("C0ADS");
  expect(new TextDecoder().decode(bench.slack.fileContent(file?.id ?? "")?.bytes)).toBe(csv);
  expect(bench.slack.home("U0ANA")?.view.callback_id).toBe("home");
  expect(bench.slack.userGroups.list()).toMatchObject([{ id: "S0ADS", users: ["U0BEN"] }]);
  expect(bench.slack.modals("U0ANA")).toEqual([]);
});
