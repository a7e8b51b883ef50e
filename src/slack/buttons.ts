/** The buttons of job messages: their action ids, what their value carries, and the line that takes their place. */
import { z } from "zod";
import { clockWords } from "../report/dates.ts";
import type { ActionsBlock, Button, ContextBlock } from "./message.ts";
import { context } from "./message.ts";
import { dateToken, mention } from "./text.ts";

export const jobActions = ["job.cancel", "job.retry", "job.again"] as const;
export type JobAction = (typeof jobActions)[number];

/** Who pressed the button, and when: shown instead of it. */
export interface UsedButton {
  userId: string;
  atMs: number;
}

export interface ButtonValue {
  jobId: string;
  /** The attempt that the message tells of; null where it doesn't matter. */
  attempt: number | null;
}

const words: Record<JobAction, { label: string; used: string }> = {
  "job.cancel": { label: "Cancel", used: "Cancelling…, asked by" },
  "job.retry": { label: "Retry", used: "Retried by" },
  "job.again": { label: "Sync again", used: "Synced again by" },
};

/** A job id alone, or JSON `{"job":"…","attempt":2}`: a second click on an old message must not start a third attempt. */
export function buttonValue({ jobId, attempt }: ButtonValue): string {
  return attempt === null ? jobId : JSON.stringify({ job: jobId, attempt });
}

const valueSchema = z.object({ job: z.string().min(1).max(100), attempt: z.number().int().min(1) });

/** Reads what `buttonValue` wrote; null for anything else, because values can be replayed by anyone in the channel. */
export function parseButtonValue(value: string): ButtonValue | null {
  if (/^[\w-]{1,100}$/.test(value)) return { jobId: value, attempt: null };
  try {
    const { job, attempt } = valueSchema.parse(JSON.parse(value));
    return { jobId: job, attempt };
  } catch {
    return null;
  }
}

/** The row with one button, or, once it was used, the line that says who did and when. */
export function buttonRow(
  action: JobAction,
  value: ButtonValue,
  place: string,
  used: UsedButton | null,
): ActionsBlock | ContextBlock {
  const { label, used: usedWords } = words[action];
  if (used !== null) {
    return context([`${usedWords} ${mention(used.userId)}, ${dateToken(used.atMs, clockWords(used.atMs))}`]);
  }
  const button: Button = {
    type: "button",
    action_id: action,
    text: { type: "plain_text", text: label },
    value: buttonValue(value),
    // A screen reader says which of several messages the button belongs to.
    accessibility_label: `${label}: ${place}`,
  };
  return { type: "actions", elements: [button] };
}
