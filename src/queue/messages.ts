/** What we tell ourselves through the queue: ids only, never tokens. One zod union, one door. */
import { z } from "zod";

const workspaceId = z.string().min(1).max(64);
const jobId = z.uuid();

export const queueMessageSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("slice"),
    workspaceId,
    jobId,
    lane: z.number().int().min(1).max(64),
    seq: z.number().int().min(1),
    copy: z.number().int().min(1),
  }),
  z.object({ kind: z.literal("report"), workspaceId, jobId, attempt: z.number().int().min(1) }),
  z.object({ kind: z.literal("sweep") }),
]);
export type QueueMessage = z.infer<typeof queueMessageSchema>;
export type SliceMessage = Extract<QueueMessage, { kind: "slice" }>;

/** The part of QStash's failure callback that we read; sourceBody is base64 of what we published. */
export const failureCallbackSchema = z.object({
  sourceMessageId: z.string(),
  sourceBody: z.string(),
  status: z.number().optional(),
  retried: z.coerce.number().optional(),
});

/** The message inside a failure callback, or null when it can't be read. */
export function readFailedMessage(callback: z.infer<typeof failureCallbackSchema>): QueueMessage | null {
  try {
    const body: unknown = JSON.parse(Buffer.from(callback.sourceBody, "base64").toString("utf8"));
    const parsed = queueMessageSchema.safeParse(body);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
