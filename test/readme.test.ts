/** The front door opens: what the README tells people to type is there, and does what it says. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";

/** Generous: other tests may hold both cores while the embedded database starts. */
const startTimeoutMs = 100_000;
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** A script of package.json in a process and a data directory of its own, with none of this machine's variables. */
function run(script: string, words: readonly string[] = []): { child: ChildProcess; output: () => string } {
  const directory = mkdtempSync(join(tmpdir(), "meta-sync-readme-"));
  const [, file = ""] = (scripts[script] ?? "").split(" ");
  const env = { PATH: process.env["PATH"], PORT: "0", META_SYNC_DATA_DIR: directory, LOG_LEVEL: "warn" };
  const child = spawn(process.execPath, [file, ...words], { cwd: root, env });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  });
  return { child, output: () => text };
}

test("the two commands stand in the README, and their scripts exist", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(readme).toContain("\nnpm ci && npm start\n");
  expect(readme).toContain("\nnpm ci && npm test\n");
  expect(scripts).toMatchObject({
    start: "node src/main.ts",
    test: "node tools/test.ts",
    demo: "node src/cli/demo.ts",
  });
});

test("npm start prints the parts, its address and five ad accounts, answers, and stops when told to", async () => {
  const { child, output } = run("start");
  const ended = once(child, "exit");
  await vi.waitFor(() => expect(output()).toContain("npm run demo"), { timeout: startTimeoutMs, interval: 50 });
  const table = output();
  const address = /meta-sync is running at (http:\/\/localhost:\d+)/.exec(table)?.[1] ?? "";
  expect(table).toMatch(
    /Slack +embedded workspace\n +Queue +embedded QStash\n +Database +embedded Postgres \(pglite\)\n +Meta +embedded Graph API/,
  );
  expect(new Set(table.match(/^ +act_\d+/gm))).toHaveLength(5);
  const alive = await fetch(`${address}/healthz`);
  expect([alive.status, await alive.json()]).toEqual([200, { ok: true }]);
  const ready = await fetch(`${address}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { ok: true, database: "answers" }]);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  // Without trouble there is nothing to say: a warning here is one that everybody would read.
  expect(output()).not.toContain('"level":"error"');
});

test("npm run demo plays the main job and ends with a summary and exit code 0", async () => {
  const { child, output } = run("demo", ["act_2026110003", "7d"]);
  const [code] = (await once(child, "exit")) as [number | null];
  expect(output()).toContain("/meta-sync act_2026110003 7d");
  expect(output()).toMatch(/#ads · in the thread posted\n +✅ Sync complete: Chai & Co/);
  expect(output()).toMatch(/\*Spend\*: ₹/);
  expect(output()).toMatch(/The job succeeded after .* rows read/);
  expect(code).toBe(0);
});
