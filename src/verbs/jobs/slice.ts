/** What the parts of one slice share while a lane works, and the progress they show. */
import type { Lease } from "../../db/work.ts";
import type { Services } from "../../services.ts";
import type { SyncRequest } from "../../sync/request.ts";
import type { Budget } from "../../sync/outcome.ts";
import { showLiving } from "./report.ts";

export interface Slice {
  services: Services;
  lease: Lease;
  request: SyncRequest;
  budget: Budget;
  /** Set by the first part that learns that the lane's work is over. */
  over: "final" | "lease_lost" | null;
  startedMs: number;
  calls: number;
  /** Calls of SQL that tell whether there is a block: how many were sent, and the latest of them that is answered. */
  asks: number;
  answered: number;
  lastEditMs: number;
}

/** Awaits a call of SQL that was just sent: what is sent after a page was asked for tells of every block committed before. */
export async function untilTold<Answer>(slice: Slice, answer: Promise<Answer>): Promise<Answer> {
  slice.asks += 1;
  const ask = slice.asks;
  const told = await answer;
  slice.answered = Math.max(slice.answered, ask);
  return told;
}

/** An SQL answer told of a block, ISO 8601: no part of this lane begins a call before. The later end of two wins. */
export function heedBlock({ budget }: Slice, until: string): void {
  budget.blockedUntilMs = Math.max(Date.parse(until), budget.blockedUntilMs ?? 0);
}

/**
 * Meta wants no calls for a while: stored for every lane and job of the account or the app, and heeded by this slice at once.
 */
export async function holdBack(slice: Slice, scope: "account" | "app", seconds: number, reason: string): Promise<void> {
  const { services, budget, request } = slice;
  budget.blockedUntilMs = Math.max(services.now() + seconds * 1000, budget.blockedUntilMs ?? 0);
  const key = scope === "app" ? services.config.meta.app : request.accountId;
  const { blockedUntil } = await services.db.block(scope, key, seconds, reason);
  heedBlock(slice, blockedUntil);
}

/** At most one edit per 3 s is asked for; the database keeps the same distance across lanes. */
const editEveryMs = 3000;

/** Edits the living message at the side of the work, when it is due. Never waited for. */
export function touchProgress(slice: Slice): void {
  const { services, lease } = slice;
  const now = services.now();
  if (services.slack === null || now - slice.lastEditMs < editEveryMs) return;
  slice.lastEditMs = now;
  services.background.run("progress edit", () => showLiving(services, lease.workspaceId, lease.jobId, false));
}
