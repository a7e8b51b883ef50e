/** Reads one HTTP request as Meta does: version, path, and parameters from query, form or JSON body. */
import type { Context } from "hono";
import { z } from "zod";
import { memberOf } from "./batch/member.ts";
import { GraphError, invalidParameter } from "./graph-error.ts";

export interface GraphCall {
  method: string;
  /** As asked, e.g. "v24.0"; empty when the path has none. */
  version: string;
  /** Path segments after the version, without empty ones. */
  segments: string[];
  params: Map<string, string>;
  token: string | undefined;
  /** Meta's `paging.next` repeats the token only if it came by query. */
  tokenInQuery: boolean;
  /** A body that can't be read: thrown once the call is being served, so that it is logged like any other error. */
  problem: GraphError | undefined;
  /** Address up to and with the path, without query: the base of `paging.next`. */
  url: string;
}

/** Removed from every version on 2026-10-27. */
const REMOVED_PARAMS = ["pretty", "debug", "date_format"];
const jsonBody = z.record(z.string(), z.unknown());

export async function readCall(c: Context): Promise<GraphCall> {
  const url = new URL(c.req.url);
  const match = /\/(v\d+\.\d+)(?=\/|$)(.*)$/.exec(url.pathname);
  const params = new Map<string, string>(url.searchParams);
  const tokenInQuery = params.has("access_token");
  const body = await readBody(c);
  if (!(body instanceof GraphError)) for (const [name, value] of body) params.set(name, value);
  const token = params.get("access_token") ?? readAuthorization(c.req.header("authorization"));
  params.delete("access_token");
  return {
    method: c.req.method,
    version: match?.[1] ?? "",
    segments: decodePath(match?.[2] ?? url.pathname)
      .split("/")
      .filter((segment) => segment !== ""),
    params,
    token,
    tokenInQuery,
    problem: body instanceof GraphError ? body : undefined,
    url: `${memberOf(c)?.base ?? url.origin}${url.pathname}`,
  };
}

/** Throws Meta's code 100 for parameters that v26 took away. */
export function refuseRemovedParams(call: GraphCall): void {
  for (const name of REMOVED_PARAMS) {
    if (call.params.has(name)) throw invalidParameter(`The parameter ${name} is no longer supported`);
  }
}

/** A parameter that is JSON; `undefined` if absent. */
export function readJsonParam<T>(call: GraphCall, name: string, schema: z.ZodType<T>, expected: string): T | undefined {
  const text = call.params.get(name);
  if (text === undefined || text === "") return undefined;
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw invalidParameter(`Param ${name} must be ${expected}`);
  return parsed.data;
}

/** A whole number of at least `min`; `undefined` if absent. */
export function readIntegerParam(call: GraphCall, name: string, min: number): number | undefined {
  const text = call.params.get(name);
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < min) {
    throw invalidParameter(`Param ${name} must be an integer greater than or equal to ${min}`);
  }
  return value;
}

/** JSON, or the text itself when it isn't JSON: Meta takes `["A"]`, `A` and `"A"` alike. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readBody(c: Context): Promise<[string, string][] | GraphError> {
  if (c.req.method === "GET" || c.req.method === "HEAD") return [];
  const type = c.req.header("content-type") ?? "";
  if (type.includes("application/json")) {
    const parsed = jsonBody.safeParse(parseJson(await c.req.text()));
    if (!parsed.success) return invalidParameter("The request body must be a JSON object");
    return Object.entries(parsed.data).map(([name, value]) => [name, asText(value)]);
  }
  if (!type.includes("form")) return [];
  const form = await c.req.formData().catch(() => undefined);
  if (form === undefined) return invalidParameter("The request body is not the form that its content type says");
  return [...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as [string, string]] : []));
}

/** Broken percent signs stay as they are: the path is then simply unknown. */
function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readAuthorization(header: string | undefined): string | undefined {
  return /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(header ?? "")?.[1];
}
