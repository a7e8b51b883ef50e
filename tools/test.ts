/**
 * `npm test`: the checks, then every test; the last line alone is the count. `npm test -- test/db` hands its arguments to
 * vitest and leaves the checks out.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { check } from "./check.ts";

const root = join(import.meta.dirname, "..");
const outputFile = join(root, "node_modules/.cache/meta-sync/vitest.json");

/** What is used of vitest's JSON reporter. */
const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

function runVitest(words: readonly string[]): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${outputFile}`];
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...words], { cwd: root, stdio: "inherit" });
  child.once("close", (code) => resolve(code === 0));
  return promise;
}

function readCounts(): { passed: number; failed: number; skipped: number } | null {
  if (!existsSync(outputFile)) return null;
  const result = resultSchema.parse(JSON.parse(readFileSync(outputFile, "utf8")));
  // A file that breaks before its first test counts as one failure; vitest counts none.
  const broken = result.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken.length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

const words = process.argv.slice(2);
const checked = words.length > 0 || (await check());
rmSync(outputFile, { force: true });
const tested = await runVitest(words);
const counts = readCounts();
if (!checked) console.log("The checks above failed.");
if (counts === null) console.log("vitest ended without a result.");
else console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = checked && tested && counts !== null ? 0 : 1;
