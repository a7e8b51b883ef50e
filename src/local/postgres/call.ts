/** One function call as one transaction: the SQL it is made of, and what came out. JSON is built in SQL, never by a driver. */
import { z } from "zod";
import type { CallableFunction } from "./catalogue.ts";
import { quoteName } from "./database.ts";
import type { Database, Statement } from "./database.ts";
import { GatewayError, parseJson } from "./errors.ts";
import type { Identity } from "./identity.ts";

export interface Call {
  fn: CallableFunction;
  identity: Identity;
  /** Argument names given by the caller; the rest take their defaults. */
  given: readonly string[];
  /** JSON text: an object with the arguments, or the whole body for a single unnamed parameter. */
  body: string;
  wholeBody: boolean;
  /** Accept: application/vnd.pgrst.object+json */
  wantsObject: boolean;
  readOnly: boolean;
  /** Postgres interval text, or "0" for none. */
  statementTimeout: string;
  method: string;
  path: string;
}

export interface CallResult {
  /** JSON text; undefined for a function that returns void. */
  json: string | undefined;
  /** Rows of the result; 1 for a function that returns no set. */
  total: number;
  status: number | undefined;
  headers: [name: string, value: string][];
}

const resultShape = z.object({
  total: z.number(),
  json: z.string().nullable(),
  status: z.string().nullable(),
  headers: z.string().nullable(),
});
const headersShape = z.array(z.record(z.string(), z.string()));

/** Throws SqlError as Postgres raised it, and GatewayError 406 (rolled back) when one row was asked for and it isn't one. */
export async function runCall(database: Database, call: Call): Promise<CallResult> {
  const rows = await database.unit([settings(call), callStatement(call)], {
    readOnly: call.readOnly,
    ...(call.wantsObject && call.fn.isSet ? { rollbackWhen: "refused" } : {}),
  });
  const { total, json, status, headers } = resultShape.parse(rows[1]?.[0]);
  if (call.wantsObject && call.fn.isSet && total !== 1) {
    throw new GatewayError(406, {
      code: "PGRST116",
      message: "Cannot coerce the result to a single JSON object",
      details: `The result contains ${total} rows`,
      hint: null,
    });
  }
  return {
    total,
    json: call.fn.isVoid ? undefined : (json ?? "null"),
    status: readStatus(status),
    headers: readHeaders(headers),
  };
}

/** Everything is set for this transaction only, so nothing of one caller is left for the next. */
function settings({ fn, identity, statementTimeout, method, path }: Call): Statement {
  const values: [setting: string, value: string][] = [
    ["search_path", `${quoteName(fn.schema)}, "extensions"`],
    ["request.method", method],
    ["request.path", path],
    ["request.jwt.claims", identity.claims],
    ["statement_timeout", fn.statementTimeout ?? statementTimeout],
    ["role", identity.role],
  ];
  const columns = values.map(([setting], index) => `set_config('${setting}', $${index + 1}, true)`);
  return { sql: `select ${columns.join(", ")}`, params: values.map(([, value]) => value) };
}

function callStatement(call: Call): Statement {
  const { fn, wholeBody, wantsObject } = call;
  const given = fn.arguments.filter((argument) => call.given.includes(argument.name));
  const name = `${quoteName(fn.schema)}.${quoteName(fn.name)}`;
  const passed = given.map(
    ({ name, variadic }) => `${variadic ? "variadic " : ""}${quoteName(name)} := given.${quoteName(name)}`,
  );
  const invocation = wholeBody ? `${name}($1::${fn.arguments[0]?.type})` : `${name}(${passed.join(", ")})`;
  const columns = given.map((argument) => `${quoteName(argument.name)} ${argument.type}`);
  const source =
    given.length > 0 && !wholeBody ? `json_to_record($1::json) as given(${columns.join(", ")}), lateral ` : "";

  const isTable = fn.isComposite || fn.isSet;
  const rows = isTable
    ? `select * from ${invocation}${fn.isComposite ? "" : " as result(value)"}`
    : `select ${invocation} as value`;
  const item = fn.isComposite ? "row_to_json(result)" : "to_json(result.value)";
  const json = fn.isSet && !wantsObject ? `coalesce(json_agg(${item}), '[]')::text` : `(array_agg(${item}))[1]::text`;
  const outcome = fn.isVoid
    ? "count(result.value)::int as total, null as json"
    : `count(*)::int as total, ${json} as json`;
  // Read after the aggregate, hence after the function has run and perhaps set them.
  const answer = ["status", "headers"].map(
    (part) => `nullif(current_setting('response.${part}', true), '') as ${part}`,
  );
  return {
    sql: `select ${outcome}, count(*) <> 1 as refused, ${answer.join(", ")} from ${source}(${rows}) as result`,
    params: source === "" && !wholeBody ? [] : [call.body],
  };
}

function readStatus(text: string | null): number | undefined {
  if (text === null) return undefined;
  const status = Number(text);
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new GatewayError(500, {
    code: "PGRST112",
    message: "response.status setting must be a valid status code",
    details: null,
    hint: null,
  });
}

function readHeaders(text: string | null): [name: string, value: string][] {
  if (text === null) return [];
  const list = headersShape.safeParse(parseJson(text));
  if (list.success) return list.data.flatMap((header) => Object.entries(header));
  throw new GatewayError(500, {
    code: "PGRST111",
    message: "response.headers setting must be a JSON array of {name: value} objects",
    details: null,
    hint: null,
  });
}
