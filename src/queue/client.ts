/** QStash, outgoing: publish a message, ask for one, keep the sweep's schedule. The only user of the official client. */
import { Client } from "@upstash/qstash";
import { QueueError, toQueueError } from "./errors.ts";
import type { QueueMessage } from "./messages.ts";

export interface QueueConfig {
  url: string;
  token: string;
  /** Where deliveries go to; the very string that the receiver verifies against. */
  publicUrl: string;
  env: string;
  workersPerJob: number;
  /** Seconds after which QStash gives a delivery up: the slice's hard limit and 5 more. */
  deliveryTimeoutSeconds: number;
  /** The official client waits for ever, so each call gets this long. */
  callTimeoutMs: number;
}

export interface PublishOptions {
  deduplicationId: string;
  delaySeconds: number;
  /** Digits of the ad account, for the flow-control key of later slices. */
  accountId: string | null;
}

export type QueueClient = ReturnType<typeof createQueueClient>;

export const workerPath = "/api/meta-marketing-worker";
export const failedPath = "/api/meta-marketing-worker/failed";

/** First slices share one rate; later ones are limited per ad account; reports must never wait. */
function flowControl(config: QueueConfig, message: QueueMessage, accountId: string | null) {
  if (message.kind !== "slice") return undefined;
  if (message.seq === 1) return { key: `${config.env}.start`, rate: 50, period: "1s" as const };
  return { key: `${config.env}.act_${accountId ?? "unknown"}`, parallelism: config.workersPerJob };
}

export function createQueueClient(config: QueueConfig) {
  // devMode: false is explicit: QSTASH_DEV in the environment would otherwise redirect the client and open the receiver.
  const client = new Client({
    baseUrl: config.url,
    token: config.token,
    devMode: false,
    enableTelemetry: false,
    retry: { retries: 1, backoff: () => 200 },
  });

  async function call<T>(what: string, work: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(new QueueError("unavailable", `QStash took over ${config.callTimeoutMs} ms for ${what}`, undefined)),
        config.callTimeoutMs,
      );
    });
    try {
      return await Promise.race([work, timeout]);
    } catch (error) {
      throw toQueueError(error, what);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    /** Publishes one message; the id is QStash's. Throws QueueError. A duplicate within the window returns the old id. */
    async publish(message: QueueMessage, options: PublishOptions): Promise<{ messageId: string }> {
      const flow = flowControl(config, message, options.accountId);
      const answer = await call(
        `publishing a ${message.kind} message`,
        client.publishJSON({
          url: `${config.publicUrl}${workerPath}`,
          body: message,
          deduplicationId: options.deduplicationId,
          retries: 3,
          retryDelay: "10000",
          timeout: config.deliveryTimeoutSeconds,
          failureCallback: `${config.publicUrl}${failedPath}`,
          label: config.env,
          ...(options.delaySeconds > 0 ? { delay: options.delaySeconds } : {}),
          ...(flow === undefined ? {} : { flowControl: flow }),
        }),
      );
      return { messageId: answer.messageId };
    },

    /** False once QStash has delivered, dropped or never known the message. */
    async isUnderWay(messageId: string): Promise<boolean> {
      try {
        await call("looking up a message", client.messages.get(messageId));
        return true;
      } catch (error) {
        const cause = error instanceof QueueError ? error.cause : undefined;
        if (typeof cause === "object" && cause !== null && "status" in cause && cause.status === 404) return false;
        throw error;
      }
    },

    /** The sweep, every 10 minutes; the fixed id makes it safe to repeat at each start. */
    async putSweepSchedule(): Promise<void> {
      await call(
        "keeping the sweep's schedule",
        client.schedules.create({
          scheduleId: `${config.env}.sweep`,
          destination: `${config.publicUrl}${workerPath}`,
          cron: "*/10 * * * *",
          body: JSON.stringify({ kind: "sweep" } satisfies QueueMessage),
          headers: { "Content-Type": "application/json" },
          retries: 0,
          label: config.env,
        }),
      );
    },
  };
}
