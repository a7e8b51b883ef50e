/** POST /v2/batch: many messages in one call; a bad one gets its error in its place while the others are sent. */
import type { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { Parts } from "../parts.ts";
import { publishMessage } from "../publish-message.ts";
import { applyPublishFaults } from "./apply-publish-faults.ts";
import { CALLER_IP, pickHeaders } from "./read-order.ts";

const batch = z.array(
  z.object({
    destination: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string().default(""),
    queue: z.string().optional(),
  }),
);

type BatchItem = z.infer<typeof batch>[number];

export function addBatchRoutes(wire: Hono, parts: Parts): void {
  wire.post("/v2/batch", async (c) => {
    const read = batch.safeParse(await c.req.json<unknown>().catch(() => undefined));
    if (!read.success) {
      const issue = read.error.issues[0];
      throw new ApiError(400, `invalid batch at [${issue?.path.join(".") ?? ""}]: ${issue?.message ?? "not JSON"}`);
    }
    const items = read.data.map((item) => ({ ...item, headers: pickHeaders(Object.entries(item.headers)) }));
    const subjects = items.map(({ headers, destination }) => ({
      labels: (headers["upstash-label"] ?? "").split(","),
      url: destination,
    }));
    return await applyPublishFaults(parts, c, subjects, () => c.json(items.map((item) => publishItem(parts, item))));
  });
}

function publishItem(parts: Parts, item: BatchItem): object {
  try {
    if (item.queue !== undefined) throw new ApiError(400, "queues are not supported by the embedded QStash");
    const { destination, headers, body } = item;
    return publishMessage(parts, { destination, headers, body: new TextEncoder().encode(body), callerIp: CALLER_IP });
  } catch (error) {
    if (error instanceof ApiError) return { error: error.message };
    throw error;
  }
}
