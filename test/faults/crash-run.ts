/** One story, told at many points: an order, a process that dies, another one that goes on; and what must be true after. */
import { cpSync } from "node:fs";
import { expect } from "vitest";
import { z } from "zod";
import { makeDirectory, startProgram, type CrashPoint, type Program } from "./program.ts";

const channel = "C0ADS";
/** Small pages of time, so that a job of a second has two lanes and more than two slices. */
export const settings = {
  WORKERS_PER_JOB: "2",
  SLICE_SECONDS: "1",
  SLICE_CONCURRENCY: "2",
  META_REQUEST_DELAY_MS: "150",
  LOG_LEVEL: "info",
};

/** A directory that the program has started in once (migrated, accounts known), at noon of a day, far from any midnight. It is kept. */
export async function prepareDirectory(): Promise<string> {
  const directory = makeDirectory({ isKept: true });
  const program = await startProgram(directory, null, settings);
  const noonMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 12 * 3_600_000;
  await program.request("POST", "/_world/clock", { offsetMs: noonMs - Date.now() });
  expect(await program.stop()).toBe(0);
  return directory;
}

export function copyDirectory(prepared: string): string {
  const directory = makeDirectory();
  cpSync(prepared, directory, { recursive: true });
  return directory;
}

export async function typeCommand(program: Program, text: string): Promise<unknown> {
  return program.request("POST", "/_world/slack/admin/commands", {
    user: "U0ANA",
    channel,
    command: "/meta-sync",
    text,
  });
}

/** Types the command in a program that dies of it. */
export async function dieOf(directory: string, point: CrashPoint, text: string): Promise<Program> {
  const program = await startProgram(directory, point, settings);
  // Its answer may die with it.
  await typeCommand(program, text).catch(() => null);
  await expect
    .poll(() => program.ended(), { timeout: 30_000, message: `${point.when} ${point.call} ${point.nth}` })
    .toEqual({ code: null, signal: "SIGKILL" });
  return program;
}

const threadsSchema = z.object({
  messages: z.array(z.object({ ts: z.string(), plain: z.string(), replies: z.array(z.object({ plain: z.string() })) })),
});

/** The channel as people read it. */
export async function readChannel(program: Program): Promise<{ root: string; replies: string[] }[]> {
  const { messages } = threadsSchema.parse(
    await program.request("GET", `/_world/slack/admin/channels/${channel}/messages`),
  );
  return messages.map(({ plain, replies }) => ({ root: plain, replies: replies.map((reply) => reply.plain) }));
}

const tablesSql = `select table_schema || '.' || table_name as name from information_schema.tables
  where table_type = 'BASE TABLE' and (table_schema = 'meta_ads' or (table_schema, table_name) = ('meta_sync', 'coverage'))
  order by 1`;

/** When and by which job a row was written; and what Meta says anew at each read, which row_hash leaves out too. */
const unlike = [
  "first_seen_at",
  "synced_at",
  "valid_from",
  "job_id",
  "read_at",
  "amount_spent_minor",
  "balance_minor",
  "budget_remaining_minor",
  "image_url",
  "thumbnail_url",
  "preview_shareable_link",
  "raw",
];

/** What was synced, table by table, without what no two syncs have alike. */
export async function readRows(program: Program): Promise<Record<string, unknown>> {
  const digests: Record<string, unknown> = {};
  for (const { name } of await program.query(tablesSql)) {
    const [row] = await program.query(
      `select count(*)::int as rows, md5(string_agg(t.text, ',' order by t.text)) as digest from (
         select (to_jsonb(r) - '{${unlike.join(",")}}'::text[])::text as text from ${String(name)} r) t`,
    );
    digests[String(name)] = row;
  }
  return digests;
}
