/**
 * Bolt's receiver over a fetch Request. Order: size, raw body, ssl_check, time window in both directions, signature,
 * parse, url_verification, listeners. Slack's contract: docs.slack.dev/authentication/verifying-requests-from-slack.
 */
import { ReceiverMultipleAckError, verifySlackRequest, type App, type Receiver } from "@slack/bolt";
import { readBody } from "../read-body.ts";

export interface FetchReceiverOptions {
  /** Two while the secret is being rolled. */
  signingSecrets: readonly string[];
  /** Keeps listeners running after the answer. */
  waitUntil: (what: string, work: () => Promise<unknown>) => void;
  maxBodyBytes: number;
  /** Slack gives up after 3 s. */
  ackTimeoutMs: number;
  /** Real epoch milliseconds: signatures don't follow the movable clock. */
  now: () => number;
}

const windowSeconds = 300;
const empty = (status: number) => new Response(null, { status });

/** Reads form or JSON; an interactivity form carries its JSON in `payload`. Null when it can't be read. */
function parseBody(raw: string, contentType: string): Record<string, unknown> | null {
  try {
    if (contentType !== "application/x-www-form-urlencoded") return JSON.parse(raw) as Record<string, unknown>;
    const form = new URLSearchParams(raw);
    const payload = form.get("payload");
    return payload === null ? Object.fromEntries(form) : (JSON.parse(payload) as Record<string, unknown>);
  } catch {
    return null;
  }
}

function answerOf(acked: unknown): Response {
  if (acked === undefined || acked === null || acked === "") return empty(200);
  if (typeof acked === "string")
    return new Response(acked, { headers: { "content-type": "text/plain; charset=utf-8" } });
  return Response.json(acked);
}

export class FetchReceiver implements Receiver {
  readonly #options: FetchReceiverOptions;
  #app: App | undefined;

  constructor(options: FetchReceiverOptions) {
    if (options.signingSecrets.length === 0) throw new Error("A Slack signing secret is needed: SLACK_SIGNING_SECRET");
    this.#options = options;
  }

  init(app: App): void {
    this.#app = app;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  /** Any of the secrets, both directions of the window. */
  #isGenuine(request: Request, body: string): boolean {
    const signature = request.headers.get("x-slack-signature");
    const written = request.headers.get("x-slack-request-timestamp") ?? "";
    const timestamp = Number(written);
    if (signature === null || !/^\d{1,12}$/.test(written)) return false;
    // Bolt's own check lets timestamps of the future pass.
    if (Math.abs(this.#options.now() / 1000 - timestamp) > windowSeconds) return false;
    const headers = { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp };
    return this.#options.signingSecrets.some((signingSecret) => {
      try {
        verifySlackRequest({ signingSecret, body, headers, nowMilliseconds: this.#options.now() });
        return true;
      } catch {
        return false;
      }
    });
  }

  /** One request of Slack → one answer, within the ack time. */
  readonly handle = async (request: Request): Promise<Response> => {
    const raw = await readBody(request, this.#options.maxBodyBytes);
    if (raw === null) return empty(413);
    const contentType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    const isForm = contentType === "application/x-www-form-urlencoded";
    // Unsigned by Slack's design; nothing in it is acted upon.
    if (isForm && new URLSearchParams(raw).get("ssl_check") === "1") return empty(200);
    if (!this.#isGenuine(request, raw)) return empty(401);
    const body = parseBody(raw, contentType);
    if (body === null || typeof body !== "object" || Array.isArray(body)) return empty(400);
    if (body["type"] === "url_verification") return Response.json({ challenge: body["challenge"] });
    return this.#dispatch(request, body);
  };

  #dispatch(request: Request, body: Record<string, unknown>): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<Response>();
    let isAcked = false;
    const settle = (response: Response) => {
      if (isAcked) return;
      isAcked = true;
      clearTimeout(timer);
      resolve(response);
    };
    const timer = setTimeout(() => settle(empty(504)), this.#options.ackTimeoutMs);
    const ack = async (acked: unknown) => {
      if (isAcked) throw new ReceiverMultipleAckError();
      settle(answerOf(acked));
    };
    const retryNum = request.headers.get("x-slack-retry-num");
    const retryReason = request.headers.get("x-slack-retry-reason");
    this.#options.waitUntil("slack request", async () => {
      try {
        await this.#app?.processEvent({
          body,
          ack,
          ...(retryNum === null ? {} : { retryNum: Number(retryNum) }),
          ...(retryReason === null ? {} : { retryReason }),
        });
        settle(empty(404));
      } catch (error) {
        settle(empty(500));
        throw error;
      }
    });
    return promise;
  }
}
