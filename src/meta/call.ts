/** One call to Graph: address, headers, time limit, and an answer that is JSON or an error. */
import { createHmac } from "node:crypto";
import { classifyError, networkError, unusableAnswer } from "./classify-error.ts";
import type { MetaError } from "./errors.ts";
import { parseLossless } from "./lossless-json.ts";
import { createPace } from "./pace.ts";
import type { GraphCall } from "./page-url.ts";
import { createRedact, type Redact } from "./redact.ts";
import { errorBodySchema } from "./schemas.ts";
import { readUsage, type Usage } from "./usage.ts";

export interface MetaConfig {
  /** https://graph.facebook.com, or another base with the same wire. */
  graphUrl: string;
  /** "v26.0" */
  version: string;
  accessToken: string;
  /** When set, each call carries its proof that it comes from the app's server. */
  appSecret?: string;
  /** Limit of one call, body included. */
  requestTimeoutMs: number;
  /** Least milliseconds between the beginnings of two calls; 0 for none. */
  delayMs: number;
  fetch?: typeof fetch;
  /** Epoch milliseconds. */
  now?: () => number;
  sleepUntil?: (atMs: number, signal: AbortSignal) => Promise<void>;
}

export interface Answer {
  json: unknown;
  usage: Usage;
  /** The version that really answered (facebook-api-version): Meta upgrades calls to expired ones silently. */
  version: string | null;
  /** Makes the error to throw when the JSON isn't what was asked for. */
  refuse: (said: string) => MetaError;
}

/** `mayBegin` is asked last, when the call's turn has come: a block may have been committed while it waited. */
export type CallGraph = (call: GraphCall, signal: AbortSignal, mayBegin?: () => boolean) => Promise<Answer>;

/** A call whose turn is further off is held back. */
const longestTurnMs = 5000;

/** Thrown instead of a call that was not begun, because `mayBegin` said no. */
export class CallHeldBackError extends Error {
  override readonly name = "CallHeldBackError";
  /** Epoch milliseconds of its turn, when that is far off; null when Meta asked for a break meanwhile. */
  readonly untilMs: number | null;

  constructor(call: GraphCall, untilMs: number | null) {
    const why = untilMs === null ? "Meta asked for a break while it waited for its turn" : "many calls are before it";
    super(`The call of ${call.path} was held back: ${why}.`);
    this.untilMs = untilMs;
  }
}

function accountOf(call: GraphCall): string {
  return call.accountId ?? /^act_(\d+)/.exec(call.path)?.[1] ?? "";
}

/** What is asked travels in the address of a GET and in the form of a POST. */
function requestOf(config: MetaConfig, call: GraphCall): { address: string; init: RequestInit } {
  const params = new URLSearchParams(call.params);
  if (config.appSecret) params.set("appsecret_proof", proofOf(config.accessToken, config.appSecret));
  const address = `${config.graphUrl.replace(/\/+$/, "")}/${config.version}/${call.path}`;
  if (call.method === "POST") return { address, init: { method: "POST", body: params } };
  return { address: `${address}?${params}`, init: {} };
}

function proofOf(accessToken: string, appSecret: string): string {
  return createHmac("sha256", appSecret).update(accessToken).digest("hex");
}

function redactFor(config: MetaConfig): Redact {
  const { accessToken, appSecret } = config;
  return createRedact(appSecret ? [accessToken, appSecret, proofOf(accessToken, appSecret)] : [accessToken]);
}

/** The JSON of an answer that carries no error; undefined otherwise. */
function readJson(response: Response, body: string): unknown {
  if (!response.ok) return undefined;
  try {
    const json = parseLossless(body);
    return errorBodySchema.safeParse(json).success ? undefined : json;
  } catch {
    return undefined;
  }
}

/**
 * Makes the function that does one call: its token goes in the header; one time limit for answer and body.
 * Throws MetaError, CallHeldBackError, or the signal's reason when the caller aborts. Nothing is retried here.
 */
export function createCallGraph(config: MetaConfig): CallGraph {
  const pace = createPace(config);
  const now = config.now ?? Date.now;
  const redact = redactFor(config);
  // Looked up at each call, so that whoever replaces the global fetch later is used too.
  const send: typeof fetch = config.fetch ?? ((input, init) => fetch(input, init));
  const headers = { authorization: `Bearer ${config.accessToken}`, accept: "application/json" };
  return async (call, signal, mayBegin) => {
    const where = { place: call.path, redact };
    signal.throwIfAborted();
    const account = accountOf(call);
    const turnMs = pace.turnOf(account);
    // Whoever can come back later must not wait long: a lane's lease isn't renewed meanwhile.
    if (mayBegin !== undefined && turnMs > now() + longestTurnMs) throw new CallHeldBackError(call, turnMs);
    await pace.take(account, signal);
    signal.throwIfAborted();
    if (mayBegin?.() === false) throw new CallHeldBackError(call, null);
    const timeLimit = AbortSignal.timeout(config.requestTimeoutMs);
    let response: Response;
    let body: string;
    try {
      const { address, init } = requestOf(config, call);
      response = await send(address, {
        ...init,
        headers,
        redirect: "error",
        signal: AbortSignal.any([signal, timeLimit]),
      });
      body = await response.text();
    } catch (cause) {
      // What the caller stopped is not Meta's fault.
      signal.throwIfAborted();
      const said = timeLimit.aborted
        ? `no answer within ${config.requestTimeoutMs} ms`
        : `the connection broke off: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw networkError(said, where, cause);
    }
    const { status, headers: answered } = response;
    const json = readJson(response, body);
    const usage = readUsage(answered);
    pace.note(accountOf(call), usage);
    if (json === undefined) throw classifyError(status, body, answered, where);
    return {
      json,
      usage,
      version: answered.get("facebook-api-version"),
      refuse: (said) => unusableAnswer(said, status, answered, where),
    };
  };
}
