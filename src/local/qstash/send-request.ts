/** One HTTP request to a destination, as the service sends it: signed, byte-exact, bounded in time, no redirects. */
import { explainRefusedHost } from "./destination.ts";
import type { StoredMessage } from "./message.ts";
import type { Parts } from "./parts.ts";
import { signDelivery } from "./signature.ts";
import type { Answer } from "./store/journal.ts";

/** The HTTP library frames the message itself; a forwarded copy of these would contradict it. */
const FRAMING_HEADERS = new Set(["host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade"]);
const LARGEST_KEPT_ANSWER_BYTES = 1_048_576;

/**
 * Sends the message and reads the whole answer. Never throws: what went wrong stands in `error`, with status 0.
 * The time limit runs in world time. `stop` ends the request from outside (the queue closes).
 */
export async function sendRequest(parts: Parts, message: StoredMessage, stop: AbortSignal): Promise<Answer> {
  const refused = explainRefusedHost(message.url, parts.allowHosts);
  if (refused !== undefined) return makeFailure(refused);
  const limit = new AbortController();
  const { maxTimeoutSeconds } = parts.limits;
  const timeoutSeconds = Math.min(message.options.timeoutSeconds ?? maxTimeoutSeconds, maxTimeoutSeconds);
  const wake = parts.clock.wakeAt(parts.now() + timeoutSeconds * 1000, () => {
    limit.abort(new Error(`no answer within ${timeoutSeconds}s`));
  });
  const end = () => limit.abort(new Error("the queue was closed"));
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  try {
    return await Promise.race([fetchAnswer(parts, message, limit.signal), rejectOnAbort(limit.signal)]);
  } catch (error) {
    return makeFailure(describe(limit.signal.aborted ? limit.signal.reason : error));
  } finally {
    wake.cancel();
    stop.removeEventListener("abort", end);
  }
}

/** An attempt without an answer. */
export function makeFailure(error: string): Answer {
  return { status: 0, error, headers: {}, body: new Uint8Array() };
}

async function fetchAnswer(parts: Parts, message: StoredMessage, signal: AbortSignal): Promise<Answer> {
  const { method } = message.options;
  // fetch gives a GET no body, so what is signed is what is sent: nothing.
  const body = method === "GET" ? new Uint8Array() : message.body;
  const response = await parts.fetch(message.url, {
    method,
    headers: buildHeaders(parts, message, body),
    redirect: "manual",
    signal,
    ...(method === "GET" ? {} : { body: Buffer.from(body) }),
  });
  const answered = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    error: null,
    headers: Object.fromEntries(response.headers),
    body: answered.subarray(0, LARGEST_KEPT_ANSWER_BYTES),
  };
}

function buildHeaders(parts: Parts, message: StoredMessage, body: Uint8Array): Headers {
  const headers = new Headers();
  for (const [name, value] of message.options.headers) {
    if (!FRAMING_HEADERS.has(name.toLowerCase())) headers.set(name, value);
  }
  headers.set("User-Agent", "Upstash-QStash");
  headers.set("Accept-Encoding", "gzip");
  headers.set("Upstash-Message-Id", message.id);
  headers.set("Upstash-Retried", String(message.retried));
  headers.set("Upstash-Caller-Ip", message.callerIp);
  headers.set("Upstash-Region", parts.region);
  if (message.scheduleId !== null) headers.set("Upstash-Schedule-Id", message.scheduleId);
  const signingKey = parts.keys.currentSigningKey;
  headers.set("Upstash-Signature", signDelivery({ signingKey, url: message.url, body, jwtId: parts.makeId("jwt_") }));
  return headers;
}

/** An injected fetch may ignore its signal, so the limit is kept here too. */
async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    const fail = () => reject(signal.reason instanceof Error ? signal.reason : new Error("stopped"));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
