/** Reads a call's arguments from a request: the JSON body of a POST, the query of a GET. */
import { z } from "zod";
import type { CallableFunction } from "./catalogue.ts";
import { GatewayError, parseJson } from "./errors.ts";

export interface GivenArguments {
  names: string[];
  /** The JSON text to bind, once the function and so the arguments' types are known. */
  toJson: (fn: CallableFunction) => string;
}

/** Query parameters that shape a result in PostgREST. The product calls functions only, so they are refused by name. */
const SHAPING = new Set([
  "select",
  "order",
  "limit",
  "offset",
  "columns",
  "on_conflict",
  "and",
  "or",
  "not.and",
  "not.or",
]);

/** An empty body is a call without arguments. A body that is no object can only go whole to an unnamed parameter. */
export function readBodyArguments(body: string, query: URLSearchParams): GivenArguments {
  const shaping = query.keys().next().value;
  if (shaping !== undefined) throw notBuilt(shaping);
  const text = body.trim() === "" ? "{}" : body;
  const value = parseJson(text);
  if (value === undefined) {
    throw new GatewayError(400, { code: "PGRST102", message: "Empty or invalid json", details: null, hint: null });
  }
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  return { names: object.success ? Object.keys(object.data) : [], toJson: () => text };
}

/** Every parameter is an argument, as text that Postgres casts; json arguments are JSON; a variadic may be repeated. */
export function readQueryArguments(query: URLSearchParams): GivenArguments {
  const names = [...new Set(query.keys())];
  const shaping = names.find((name) => SHAPING.has(name));
  if (shaping !== undefined) throw notBuilt(shaping);
  const valueFor = ({ name, shownType, variadic }: CallableFunction["arguments"][number]): unknown => {
    if (variadic) return query.getAll(name);
    const text = query.getAll(name).at(-1) ?? "";
    if (!/^jsonb?$/.test(shownType)) return text;
    const value = parseJson(text);
    if (value !== undefined) return value;
    throw new GatewayError(400, {
      code: "22P02",
      message: "invalid input syntax for type json",
      details: null,
      hint: null,
    });
  };
  const toJson = (fn: CallableFunction) => {
    const given = fn.arguments.filter((argument) => query.has(argument.name));
    return JSON.stringify(Object.fromEntries(given.map((argument) => [argument.name, valueFor(argument)])));
  };
  return { names, toJson };
}

function notBuilt(parameter: string): GatewayError {
  return new GatewayError(501, {
    code: "LOCAL501",
    message: `The local gateway doesn't filter or shape results: remove "${parameter}" from the query`,
    details: "It serves /rest/v1/rpc/<function> only, with arguments and nothing else.",
    hint: "Filter inside the function.",
  });
}
