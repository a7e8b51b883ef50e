/** The queue's door: POST /api/meta-marketing-worker and its failure callback. Only what QStash signed gets in. */
import { Hono, type Context } from "hono";
import { failedPath, workerPath } from "../queue/client.ts";
import { failureCallbackSchema, queueMessageSchema, readFailedMessage, type QueueMessage } from "../queue/messages.ts";
import type { Services } from "../services.ts";
import { drainOutbox } from "../verbs/jobs/drain.ts";
import { giveUpMessage } from "../verbs/jobs/give-up.ts";
import { reportJob } from "../verbs/jobs/report.ts";
import { sweep } from "../verbs/jobs/sweep.ts";
import { workSlice, type DeliveryAnswer } from "../verbs/jobs/work-slice.ts";
import { answerError } from "./error-answer.ts";
import { maxBodyBytes, readBody } from "./read-body.ts";

/** The JSON of a genuine delivery; a Response when it isn't one. */
async function readDelivery(c: Context, services: Services, path: string): Promise<{ json: unknown } | Response> {
  const body = await readBody(c.req.raw, maxBodyBytes);
  if (body === null) return answerError(c, 413, "too_large", "The body is larger than 1 MiB.");
  const verdict = await services.verifyDelivery({
    signature: c.req.header("upstash-signature"),
    region: c.req.header("upstash-region"),
    body,
    path: `${path}${new URL(c.req.url).search}`,
  });
  if (!verdict.ok) {
    services.log.warn("delivery_refused", { path, reason: verdict.reason });
    return answerError(c, 401, "unauthorized", "Not a delivery of this deployment's queue.");
  }
  try {
    return { json: JSON.parse(body) as unknown };
  } catch {
    return { json: null };
  }
}

async function work(services: Services, message: QueueMessage): Promise<DeliveryAnswer> {
  switch (message.kind) {
    case "slice":
      return workSlice(services, message);
    case "report": {
      const shown = await reportJob(services, message.workspaceId, message.jobId, message.attempt);
      if (shown.outcome !== "later") return { status: 200, outcome: shown.outcome };
      return { status: 503, outcome: shown.reason, retryAfterSeconds: shown.retryAfterSeconds ?? 10 };
    }
    case "sweep":
      await sweep(services);
      return { status: 200, outcome: "swept" };
    default:
      return message satisfies never;
  }
}

/** QStash retries every answer but 2xx; 489 with this header means never. */
function answerDelivery(c: Context, answer: DeliveryAnswer): Response {
  if (answer.status === 489) {
    return new Response(answer.outcome, { status: 489, headers: { "Upstash-NonRetryable-Error": "true" } });
  }
  if (answer.status === 503) c.header("Retry-After", String(answer.retryAfterSeconds));
  return c.json({ outcome: answer.outcome }, answer.status);
}

export function workerRoutes(services: Services): Hono {
  const app = new Hono();
  app.post(workerPath, async (c) => {
    const delivery = await readDelivery(c, services, workerPath);
    if (delivery instanceof Response) return delivery;
    const message = queueMessageSchema.safeParse(delivery.json);
    if (!message.success) {
      services.log.error("message_unreadable", { problem: message.error.message });
      return answerDelivery(c, { status: 489, outcome: "This message can't be read by this version." });
    }
    const answer = await work(services, message.data);
    services.background.run("drain after delivery", () => drainOutbox(services, {}));
    return answerDelivery(c, answer);
  });
  app.post(failedPath, async (c) => {
    const delivery = await readDelivery(c, services, failedPath);
    if (delivery instanceof Response) return delivery;
    const callback = failureCallbackSchema.safeParse(delivery.json);
    const message = callback.success ? readFailedMessage(callback.data) : null;
    if (message === null) return answerDelivery(c, { status: 489, outcome: "This failure callback can't be read." });
    return answerDelivery(c, { status: 200, outcome: await giveUpMessage(services, message) });
  });
  return app;
}
