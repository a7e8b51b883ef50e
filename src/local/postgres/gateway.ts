/** The Data API of Supabase as far as the product uses it: `/rest/v1/rpc/<function>`, by PostgREST's rules, over any Database. */
import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Recent } from "../recent.ts";
import { readBodyArguments, readQueryArguments } from "./arguments.ts";
import type { GivenArguments } from "./arguments.ts";
import { runCall } from "./call.ts";
import type { CallResult } from "./call.ts";
import { Catalogue } from "./catalogue.ts";
import type { CallableFunction } from "./catalogue.ts";
import { SqlError } from "./database.ts";
import type { Database } from "./database.ts";
import { GatewayError, toGatewayError } from "./errors.ts";
import { applyFaults, Faults } from "./faults.ts";
import { identify } from "./identity.ts";
import type { Identity, KeySettings } from "./identity.ts";
import { REQUEST_ROLES } from "./roles.ts";

export interface GatewaySettings extends KeySettings {
  database: Database;
  /** Exposed schemas; the first is the default. */
  schemas: readonly string[];
  /** A larger body is answered 413. Default 10 MiB. */
  maxBodyBytes?: number;
  /** World time of the served calls; the real one unless told. */
  now?: () => number;
}

/** One call as it was answered; its arguments and rows are nobody's business. */
export interface ServedRpc {
  /** World time when the answer was ready, epoch milliseconds. */
  atMs: number;
  /** Name of the SQL function, as the caller wrote it. */
  name: string;
  /** 499 when the caller gave up first. */
  status: number;
  /** Real milliseconds until the answer. */
  ms: number;
}

export interface Gateway {
  /** `POST|GET|HEAD /rest/v1/rpc/:fn` */
  wire: Hono;
  faults: Faults;
  /** Answers given, by HTTP status. */
  answered: Map<number, number>;
  /** The last 500 calls. */
  calls: Recent<ServedRpc>;
  /** Reads functions and role settings anew at the next call: after a migration. */
  reload(): void;
}

const OBJECT_TYPE = "application/vnd.pgrst.object+json";
const READABLE_TYPES = new Set(["application/json", "application/*", "*/*", OBJECT_TYPE]);
/** Statuses that may not carry a body. */
const BODILESS = new Set([204, 205, 304]);
const keptCalls = 500;
const longestName = 100;
const defaultMaxBodyBytes = 10 * 1024 * 1024;

export function createGateway(settings: GatewaySettings): Gateway {
  const catalogue = new Catalogue(settings.database, settings.schemas, REQUEST_ROLES);
  const faults = new Faults();
  const answered = new Map<number, number>();
  const calls = new Recent<ServedRpc>(keptCalls);
  const now = settings.now ?? Date.now;
  const wire = new Hono();

  wire.use(async (context, next) => {
    const startedMs = performance.now();
    await next();
    const name = (context.req.path.split("/").at(-1) ?? "").slice(0, longestName);
    calls.add({ atMs: now(), name, status: context.res.status, ms: Math.round(performance.now() - startedMs) });
    answered.set(context.res.status, (answered.get(context.res.status) ?? 0) + 1);
  });
  wire.use(applyFaults(faults));
  const limit = bodyLimit({
    maxSize: settings.maxBodyBytes ?? defaultMaxBodyBytes,
    onError: (context) => context.json({ code: "413", message: "Payload too large" }, 413),
  });
  wire.on(["GET", "POST"], "/rest/v1/rpc/:fn", limit, (context) => answerCall(context, settings, catalogue));
  wire.notFound((context) =>
    context.json(
      { message: "no Route matched with those values", hint: "The local gateway serves /rest/v1/rpc/<function>." },
      404,
    ),
  );
  return { wire, faults, answered, calls, reload: () => catalogue.reload() };
}

async function answerCall(context: Context, settings: GatewaySettings, catalogue: Catalogue): Promise<Response> {
  let identity: Identity | undefined;
  try {
    identity = identify(context.req.raw.headers, settings);
    const accept = readAccept(context.req.header("accept"));
    const { fn, result } = await callFunction(context, settings, catalogue, identity, accept.wantsObject);
    return renderResult(context, fn, result, accept.wantsObject);
  } catch (error) {
    // The function may have been replaced by one with other arguments or rights since the catalog was read.
    if (error instanceof SqlError && /^42(883|725|P13)$/.test(error.code)) catalogue.reload();
    return renderError(toGatewayError(error, identity?.role === "anon"));
  }
}

async function callFunction(
  context: Context,
  { database, schemas }: GatewaySettings,
  catalogue: Catalogue,
  identity: Identity,
  wantsObject: boolean,
): Promise<{ fn: CallableFunction; result: CallResult }> {
  const isPost = context.req.method === "POST";
  const schema = readSchema(context.req.header(isPost ? "content-profile" : "accept-profile"), schemas);
  const given = await readArguments(context, isPost);
  const name = context.req.param("fn") ?? "";
  const { fn, wholeBody } = await catalogue.choose({ schema, name, given: given.names, bodyAllowed: isPost });
  const result = await runCall(database, {
    fn,
    identity,
    given: given.names,
    body: given.toJson(fn),
    wholeBody,
    wantsObject,
    readOnly: !isPost || !fn.volatile,
    statementTimeout: await catalogue.timeoutOf(identity.role),
    method: context.req.method,
    path: `/rpc/${name}`,
  });
  return { fn, result };
}

async function readArguments(context: Context, isPost: boolean): Promise<GivenArguments> {
  const query = new URL(context.req.url).searchParams;
  if (!isPost) return readQueryArguments(query);
  const type = (context.req.header("content-type") ?? "application/json").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new GatewayError(415, {
      code: "PGRST102",
      message: `Content-Type not acceptable: ${type}`,
      details: null,
      hint: null,
    });
  }
  return readBodyArguments(await context.req.text(), query);
}

function readSchema(profile: string | undefined, schemas: readonly string[]): string {
  const schema = profile ?? schemas[0] ?? "public";
  if (schemas.includes(schema)) return schema;
  throw new GatewayError(406, {
    code: "PGRST106",
    message: `Invalid schema: ${schema}`,
    details: null,
    hint: `Only the following schemas are exposed: ${schemas.join(", ")}`,
  });
}

function readAccept(header = "*/*"): { wantsObject: boolean } {
  const types = header.split(",").map((part) => part.split(";")[0]?.trim().toLowerCase() ?? "");
  const chosen = types.find((type) => READABLE_TYPES.has(type));
  if (chosen !== undefined) return { wantsObject: chosen === OBJECT_TYPE };
  throw new GatewayError(406, {
    code: "PGRST107",
    message: `None of these media types are available: ${header}`,
    details: null,
    hint: null,
  });
}

function renderResult(context: Context, fn: CallableFunction, result: CallResult, wantsObject: boolean): Response {
  const headers = new Headers(result.headers);
  headers.set("content-range", contentRange(result.total, /\bcount=/.test(context.req.header("prefer") ?? "")));
  const status = result.status ?? (fn.isVoid ? 204 : 200);
  if (fn.isVoid || BODILESS.has(status)) return new Response(null, { status, headers });
  if (!headers.has("content-type")) {
    headers.set("content-type", `${wantsObject ? OBJECT_TYPE : "application/json"}; charset=utf-8`);
  }
  return new Response(result.json ?? null, { status, headers });
}

function contentRange(total: number, counted: boolean): string {
  return `${total === 0 ? "*" : `0-${total - 1}`}/${counted ? total : "*"}`;
}

function renderError({ status, body, headers }: GatewayError): Response {
  const answer = new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
  for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
  return answer;
}
