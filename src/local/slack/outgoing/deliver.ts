/** Sends one signed request to the app, as Slack does: HMAC over the raw body, 3 seconds to answer. */
import { createHmac } from "node:crypto";

/** What a test may bend: a wrong signature, an old timestamp, a body changed after signing, a retry. */
export interface DeliveryOverrides {
  signature?: string | undefined;
  /** Added to the real time that is signed. */
  timestampOffsetSeconds?: number | undefined;
  /** Changes the body after it was signed. */
  mutateBody?: ((raw: string) => string) | undefined;
  signingSecret?: string | undefined;
  retryNum?: number | undefined;
  retryReason?: string | undefined;
}

export interface DeliveryAnswer {
  /** HTTP status; 0 when no answer came. */
  status: number;
  body: string;
  /** Response content type, without parameters. */
  contentType: string;
  /** Real milliseconds until the answer, or until Slack gave up. */
  ms: number;
  failure?: "timeout" | "connection_failed";
  /** The app asked not to be sent this again. */
  noRetry: boolean;
}

export interface Courier {
  fetch: typeof fetch;
  appUrl: () => string;
  signingSecret: string;
  /** Real milliseconds; Slack waits 3,000. */
  ackTimeoutMs: number;
}

/** Posts the raw body to `<appUrl>/api/slack/events`; never throws for what the app does. */
export async function deliver(
  courier: Courier,
  raw: string,
  contentType: "application/json" | "application/x-www-form-urlencoded",
  overrides: DeliveryOverrides = {},
): Promise<DeliveryAnswer> {
  const headers = writeHeaders(courier, raw, contentType, overrides);
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  const signal = AbortSignal.timeout(courier.ackTimeoutMs);
  // An app called in process doesn't hear the signal, so the wait itself must end too.
  const outOfTime = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("The app did not answer in time.")), { once: true });
  });
  const ask = async (): Promise<DeliveryAnswer> => {
    const response = await courier.fetch(`${courier.appUrl()}/api/slack/events`, {
      method: "POST",
      headers,
      body: overrides.mutateBody?.(raw) ?? raw,
      signal,
      redirect: "manual",
    });
    const body = await response.text();
    return {
      status: response.status,
      body,
      contentType: (response.headers.get("content-type") ?? "").split(";")[0] ?? "",
      ms: took(),
      noRetry: response.headers.get("x-slack-no-retry") === "1",
    };
  };
  try {
    return await Promise.race([ask(), outOfTime]);
  } catch {
    const failure = signal.aborted ? "timeout" : "connection_failed";
    return { status: 0, body: "", contentType: "", ms: took(), failure, noRetry: false };
  }
}

function writeHeaders(
  courier: Courier,
  raw: string,
  contentType: string,
  overrides: DeliveryOverrides,
): Record<string, string> {
  // Real time: the app's library checks the timestamp against its own clock.
  const timestamp = Math.floor(Date.now() / 1000) + (overrides.timestampOffsetSeconds ?? 0);
  const secret = overrides.signingSecret ?? courier.signingSecret;
  const headers: Record<string, string> = {
    "content-type": contentType,
    "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    accept: "application/json,*/*",
    "x-slack-request-timestamp": String(timestamp),
    "x-slack-signature": overrides.signature ?? sign(secret, timestamp, raw),
  };
  if (overrides.retryNum === undefined) return headers;
  const retryReason = overrides.retryReason ?? "http_error";
  return { ...headers, "x-slack-retry-num": String(overrides.retryNum), "x-slack-retry-reason": retryReason };
}

/** Slack's v0 signature. */
function sign(signingSecret: string, timestampSeconds: number, raw: string): string {
  return `v0=${createHmac("sha256", signingSecret).update(`v0:${timestampSeconds}:${raw}`).digest("hex")}`;
}

export function isAccepted(answer: DeliveryAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** What Slack shows beside the thing pressed when the app didn't take the act; undefined when it did. */
export function tellTrouble(answer: DeliveryAnswer): string | undefined {
  if (isAccepted(answer)) return undefined;
  return answer.status === 0 ? "This app didn't respond" : `This app responded with Status Code ${answer.status}`;
}

/** Posts an interaction: JSON in the `payload` field of a form. */
export function deliverPayload(
  courier: Courier,
  payload: Record<string, unknown>,
  overrides?: DeliveryOverrides,
): Promise<DeliveryAnswer> {
  const raw = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return deliver(courier, raw, "application/x-www-form-urlencoded", overrides);
}
