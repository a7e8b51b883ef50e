/** A call that Slack refuses: the error word of the `{ok:false,error}` envelope and what goes with it. */
import type { JsonObject } from "./shapes.ts";

export class SlackRefusal extends Error {
  override name = "SlackRefusal";
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly extra: JsonObject;

  /** `messages` become `response_metadata.messages`; `extra` is spread into the envelope. */
  constructor(
    code: string,
    detail: {
      messages?: readonly string[];
      extra?: JsonObject;
      status?: number;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(`Slack refuses: ${code}${detail.messages === undefined ? "" : ` (${detail.messages.join("; ")})`}`);
    this.code = code;
    this.status = detail.status ?? 200;
    this.headers = detail.headers ?? {};
    this.extra = {
      ...detail.extra,
      ...(detail.messages === undefined ? {} : { response_metadata: { messages: detail.messages } }),
    };
  }

  static invalidBlocks(errors: readonly string[]): SlackRefusal {
    return new SlackRefusal("invalid_blocks", {
      extra: { errors },
      messages: errors.map((error) => `[ERROR] ${error}`),
    });
  }

  static rateLimited(retryAfterSeconds: number): SlackRefusal {
    return new SlackRefusal("ratelimited", { status: 429, headers: { "retry-after": String(retryAfterSeconds) } });
  }

  /** The body as it goes over the wire. */
  toBody(): JsonObject {
    return { ok: false, error: this.code, ...this.extra };
  }
}
