/** Lets a planted fault hit the call at hand: waits, refuses, or says that the answer will be lost. */
import { setTimeout as wait } from "node:timers/promises";
import type { FaultBook } from "./faults.ts";
import { SlackRefusal } from "./refusal.ts";

/** True when the work must be done and its answer lost. Throws SlackRefusal as the fault has it. */
export async function applyFault(
  faults: FaultBook,
  method: string,
  channel: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  const fault = faults.take(method, channel);
  if (fault === undefined) return false;
  switch (fault.kind) {
    case "lost_answer":
      return true;
    case "slow":
      await wait(fault.ms ?? 1000);
      return false;
    case "ratelimited":
      throw SlackRefusal.rateLimited(fault.retryAfterSeconds ?? 1);
    case "hang":
      await faults.hang(fault, signal);
      throw new SlackRefusal("service_unavailable", { status: 503 });
    case "down":
      throw new SlackRefusal("service_unavailable", { status: 503 });
    case "invalid_blocks":
      throw SlackRefusal.invalidBlocks(["unsupported type: planted [json-pointer:/blocks/0/type]"]);
    case "expired_response_url":
      throw new SlackRefusal("expired_url", { status: 404 });
    default:
      throw new SlackRefusal(fault.kind);
  }
}
