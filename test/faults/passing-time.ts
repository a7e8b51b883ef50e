/** The minute after a restart, without sitting through it: real time while anything moves, a jump where everything waits. */
import { expect, vi } from "vitest";
import { z } from "zod";
import type { Program } from "./program.ts";

const stateSchema = z.object({
  state: z.string().nullable(),
  reports: z.number(),
  unsent: z.number(),
  busy: z.number(),
});
const stateSql = `select
  (select string_agg(state, ',') from public.background_jobs where account_id is not null) as state,
  (select count(*)::int from meta_sync.reports) as reports,
  (select count(*)::int from meta_sync.outbox where sent_at is null) as unsent,
  (select count(*)::int from meta_sync.lanes where state <> 'parked') as busy`;

/** One job that ended well, everybody told, nothing left to send, no lane at work. */
const end = { state: "succeeded", reports: 1, unsent: 0, busy: 0 };

export async function readState(program: Program): Promise<z.infer<typeof stateSchema>> {
  return stateSchema.parse((await program.query(stateSql))[0]);
}

/** By the real clock. */
export async function waitForEnd(program: Program, timeoutMs: number): Promise<void> {
  await vi.waitFor(async () => expect(await readState(program)).toEqual(end), { timeout: timeoutMs, interval: 100 });
}

const clockSchema = z.object({ now: z.iso.datetime().transform((text) => Date.parse(text)) });
const messagesSchema = z.object({
  messages: z.array(z.object({ nextDeliveryAt: z.number().nullable(), scheduleId: z.string().optional() })),
});
const outboxSql = `select (extract(epoch from min(coalesce(taken_until, meta_sync.clock()))) * 1000)::float8 as at
  from meta_sync.outbox where sent_at is null`;

/** Milliseconds of the world's clock until the first thing that waits may go on; 0 when something may now. */
async function readPauseMs(program: Program): Promise<number> {
  const { now } = clockSchema.parse(await program.request("GET", "/_world/clock"));
  const { messages } = messagesSchema.parse(await program.request("GET", "/_world/qstash/admin/messages"));
  const [row] = z.array(z.object({ at: z.number().nullable() })).parse(await program.query(outboxSql));
  const times = messages.filter(({ scheduleId }) => scheduleId === undefined).map((message) => message.nextDeliveryAt);
  const waiting = [...times, row?.at ?? null].filter((at) => at !== null);
  return waiting.length === 0 ? 0 : Math.max(0, Math.min(...waiting) - now);
}

/** Waits for the end, over every pause; the milliseconds that passed by the world's clock. */
export async function passTimeToEnd(program: Program): Promise<number> {
  const startedMs = Date.now();
  let jumpedMs = 0;
  const look = async () => {
    const state = await readState(program);
    const pauseMs = state.reports > 0 && state.unsent === 0 ? 0 : await readPauseMs(program);
    if (pauseMs > 0 && (await program.jump(pauseMs + 1))) jumpedMs += pauseMs + 1;
    expect(state).toEqual(end);
  };
  await vi.waitFor(look, { timeout: 45_000, interval: 100 });
  return Date.now() - startedMs + jumpedMs;
}
