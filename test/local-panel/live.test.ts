/** The panel in the running program, over HTTP: who may use it, what it never shows, requests that Slack sends twice. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEnvironment } from "#src/config.ts";
import { learnAccounts } from "#src/duties.ts";
import type { World } from "#src/local/world.ts";
import { start, type Running } from "#src/start.ts";
import { readPanel, type Panel } from "./open-panel.ts";

const dataDir = mkdtempSync(join(tmpdir(), "meta-sync-panel-"));
const place = { user: "U0ANA", channel: "C0ADS", command: "/meta-sync" };
let running: Running;
let panel: Panel;

beforeAll(async () => {
  const environment = readEnvironment({ META_SYNC_DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "silent" });
  running = await start(environment, { isPortChosen: false, write: () => {} });
  panel = readPanel((path, init) => fetch(`${running.address}/_world/panel${path}`, init));
  await learnAccounts(running.services);
});

afterAll(async () => {
  await running.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function world(): World {
  if (running.world === null) throw new Error("There is no embedded world.");
  return running.world;
}

function allOf<Part>(part: Part | null): Part {
  if (part === null) throw new Error("A part of the embedded world is missing.");
  return part;
}

/** Lets a sync happen, and another by its button; the response_urls that the command and the click were given. */
async function syncTwice(): Promise<string[]> {
  const slack = allOf(world().slack);
  const replies = () => slack.threads(place.channel).flatMap((thread) => thread.replies);
  const typed = await slack.sendCommand({ ...place, text: "act_2026110003 7d" });
  await expect.poll(() => replies().length, { timeout: 50_000 }).toBe(1);
  const clicked = await slack.sendClick({ ...place, ts: replies()[0]?.ts ?? "", actionId: "job.again" });
  // The second sync is told in the same thread: its own message, then its summary.
  await expect.poll(() => replies().length, { timeout: 50_000 }).toBe(3);
  return [typed.responseUrl, clicked.responseUrl];
}

test("no token, no secret and no response_url stands in any answer of the panel", async () => {
  const responseUrls = await syncTwice();
  const { slack, queue, graph, database, identity } = world();
  const keys = [slack?.credentials, queue?.keys, graph?.credentials, database?.keys].flatMap((held) =>
    Object.entries(held ?? {}),
  );
  const secrets = keys.filter(([name]) => /token|secret|key/i.test(name)).map(([, value]) => String(value));
  secrets.push(identity.secretsKey, ...responseUrls.map((url) => url.split("/").at(-1) ?? ""));
  expect(secrets.filter((secret) => secret.length > 7).length).toBeGreaterThanOrEqual(12);

  const { faults } = await panel.look();
  await Promise.all(faults.choices.map(({ id }) => panel.try("/faults/on", { fault: id })));
  const answers = await Promise.all(
    ["", "/state?count=500", "/state?refused=1&count=500"].map((path) =>
      panel.request(path).then((answer) => answer.text()),
    ),
  );
  answers.push(await panel.act("/faults/clear", {}));
  for (const answer of answers) {
    expect(secrets.filter((secret) => secret.length > 7 && answer.includes(secret))).toEqual([]);
    expect(answer).not.toMatch(/xox[bp]-|EAAB|\/commands\/T0|\/actions\/T0|Bearer /);
  }
  const { received } = await panel.look("?part=slack&count=500");
  expect(received.map((one) => `${one.what} ${one.about}`)).toEqual(
    expect.arrayContaining([
      "to the app: command #ads · /meta-sync act_2026110003 7d",
      "to the app: block_actions #ads · job.again",
    ]),
  );
});

test("a command that Slack sends twice is seen twice on the panel and starts one job", async () => {
  const slack = allOf(world().slack);
  const before = await running.services.db.recentJobs("default", place.channel, 50);
  await panel.act("/faults/on", { fault: "slack.duplicate", times: 1 });
  expect((await panel.look()).faults.active).toMatchObject([{ title: "Request is sent twice", howOften: "once more" }]);
  await slack.sendCommand({ ...place, text: "act_2026110003 3d" });
  const sent = async () =>
    (await panel.look("?part=slack&count=500")).received
      .filter((one) => one.about.endsWith("/meta-sync act_2026110003 3d"))
      .map((one) => `${one.what} ${one.status}`);
  await expect.poll(sent).toEqual(["to the app: command (again) 200", "to the app: command 200"]);
  expect((await panel.look()).faults.active).toEqual([]);
  const after = await running.services.db.recentJobs("default", place.channel, 50);
  expect(after.length - before.length).toBe(1);
});

test("the page brings its own files and nothing from elsewhere", async () => {
  const page = await panel.request("");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
  const html = await page.text();
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|style="|https?:\/\//);
  for (const file of readdirSync(join(import.meta.dirname, "../../src/local/panel/assets"))) {
    const asset = await panel.request(`/assets/${file}`);
    expect([file, asset.status, asset.headers.get("x-content-type-options")]).toEqual([file, 200, "nosniff"]);
    expect(asset.headers.get("content-type")).toMatch(file.endsWith(".css") ? /^text\/css/ : /^text\/javascript/);
  }
  expect((await panel.request("/assets/..%2Fdoor.ts")).status).toBe(404);
});

test("a page of another origin can't act", async () => {
  const headers = { "content-type": "application/json", origin: "https://evil.example" };
  const answer = await panel.request("/faults/on", { method: "POST", headers, body: '{"fault":"database.down"}' });
  expect(answer.status).toBe(403);
  expect((await panel.look()).faults.active).toEqual([]);
});

test("an unchanged state costs an answer without a body", async () => {
  world().queue?.pause();
  const askTwice = async () => {
    const first = await panel.request("/state?part=meta");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    return (await panel.request("/state?part=meta", { headers })).status;
  };
  // The program's own duties may still be calling: then the state did change in between.
  await expect.poll(askTwice).toBe(304);
  world().queue?.resume();
});
