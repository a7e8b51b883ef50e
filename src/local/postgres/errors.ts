/** Errors as PostgREST words them: a status and the four fields `code`, `message`, `details`, `hint`. */
import { z } from "zod";
import { DatabaseUnavailableError, SqlError } from "./database.ts";

export interface ErrorBody {
  code: string;
  message: string;
  details: string | null;
  hint: string | null;
}

/** An answer that is an error; thrown anywhere behind the door, rendered once by the gateway. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly status: number;
  readonly body: Partial<ErrorBody> & { message: string };
  readonly headers: Record<string, string>;

  constructor(status: number, body: Partial<ErrorBody> & { message: string }, headers: Record<string, string> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** SQLSTATE or its beginning → status; the first match counts, anything else is 400. docs.postgrest.org, references/errors. */
const STATUS_BY_SQLSTATE: readonly (readonly [prefix: string, status: number])[] = [
  ["08", 503],
  ["09", 500],
  ["0L", 403],
  ["0P", 403],
  ["23503", 409],
  ["23505", 409],
  ["25006", 405],
  ["25", 500],
  ["28", 403],
  ["2D", 500],
  ["38", 500],
  ["39", 500],
  ["3B", 500],
  ["40", 500],
  ["42883", 404],
  ["42P01", 404],
  ["42P17", 500],
  ["53400", 500],
  ["53", 503],
  ["54", 500],
  ["55", 500],
  ["57", 500],
  ["58", 500],
  ["F0", 500],
  ["HV", 500],
  ["P0001", 400],
  ["P0", 500],
  ["XX", 500],
];

/** Any failure of a call as the answer the caller gets. `anonymous` = the role was anon, which makes 42501 a 401. */
export function toGatewayError(error: unknown, anonymous: boolean): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof DatabaseUnavailableError) {
    return new GatewayError(503, {
      code: "PGRST001",
      message: "Database client error. Retrying the connection.",
      details: error.message,
      hint: null,
    });
  }
  if (!(error instanceof SqlError)) throw error;
  if (error.code === "PGRST") return fromRaisedAnswer(error);
  const body = { code: error.code, message: error.message, details: error.detail ?? null, hint: error.hint ?? null };
  if (error.code === "42501") {
    return anonymous ? new GatewayError(401, body, { "www-authenticate": "Bearer" }) : new GatewayError(403, body);
  }
  return new GatewayError(statusOf(error.code), body);
}

function statusOf(sqlState: string): number {
  const raised = /^PT([2-5]\d\d)$/.exec(sqlState)?.[1];
  if (raised !== undefined) return Number(raised);
  return STATUS_BY_SQLSTATE.find(([prefix]) => sqlState.startsWith(prefix))?.[1] ?? 400;
}

const raisedBody = z.object({
  code: z.string(),
  message: z.string(),
  details: z.string().nullish(),
  hint: z.string().nullish(),
});
const raisedEnvelope = z.object({
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
});

/** `raise sqlstate 'PGRST'` carries a whole answer: the body as JSON in the message, status and headers in the detail. */
function fromRaisedAnswer(error: SqlError): GatewayError {
  const body = raisedBody.safeParse(parseJson(error.message));
  const envelope = raisedEnvelope.safeParse(parseJson(error.detail ?? ""));
  if (!body.success || !envelope.success) {
    return new GatewayError(500, {
      code: "PGRST121",
      message: "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error",
      details: `Invalid JSON value for ${body.success ? "DETAIL" : "MESSAGE"}`,
      hint: "MESSAGE must be {code, message, details?, hint?}, DETAIL must be {status, headers}",
    });
  }
  const { code, message, details = null, hint = null } = body.data;
  return new GatewayError(envelope.data.status, { code, message, details, hint }, envelope.data.headers);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
