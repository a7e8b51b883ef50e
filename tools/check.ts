/** `npm run check`: formatting, lint with types, types, unused code. One line per tool; its own words only when it fails. */
import { spawn } from "node:child_process";

const tools = [
  { name: "oxfmt", command: ["oxfmt", "--check"], mend: "npm run fix" },
  { name: "oxlint", command: ["oxlint", "--type-aware", "--deny-warnings"], mend: "npm run fix mends some of it" },
  { name: "tsc", command: ["tsc", "--project", "."], mend: null },
  { name: "knip", command: ["knip"], mend: null },
] as const;

type Tool = (typeof tools)[number];

/** npm puts node_modules/.bin on the PATH of its scripts; Windows has .cmd files there, which only a shell starts. */
function run(command: readonly string[]): Promise<{ passed: boolean; said: string }> {
  const { promise, resolve } = Promise.withResolvers<{ passed: boolean; said: string }>();
  const [file = "", ...words] = command;
  const child = spawn(file, words, { shell: process.platform === "win32" });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.once("error", (error) => resolve({ passed: false, said: `${file} can't be started: ${error.message}` }));
  child.once("close", (code) => resolve({ passed: code === 0, said }));
  return promise;
}

async function runTool({ name, command, mend }: Tool): Promise<boolean> {
  const startedMs = Date.now();
  const { passed, said } = await run(command);
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  const advice = passed || mend === null ? "" : `  (${mend})`;
  console.log(`${name.padEnd(8)}${passed ? "ok" : "FAILED"}  ${seconds} s${advice}`);
  if (!passed) console.log(said.trimEnd());
  return passed;
}

/** True when every tool is content. All of them run, so that one round shows everything. */
export async function check(): Promise<boolean> {
  const results = await Promise.all(tools.map(runTool));
  return results.every(Boolean);
}

if (import.meta.main) process.exitCode = (await check()) ? 0 : 1;
