/** The functions that may be called: read from Postgres' catalogs, kept, and chosen by argument names. */
import { z } from "zod";
import type { Database } from "./database.ts";
import { GatewayError } from "./errors.ts";

const argumentShape = z.object({
  name: z.string(),
  /** Schema-qualified and quoted, for SQL. */
  type: z.string(),
  /** As people write it, for messages. */
  shownType: z.string(),
  variadic: z.boolean(),
});

const functionShape = z.object({
  schema: z.string(),
  name: z.string(),
  volatile: z.boolean(),
  isSet: z.boolean(),
  isVoid: z.boolean(),
  /** Returns rows with named columns: a composite type, or any OUT or TABLE column. */
  isComposite: z.boolean(),
  statementTimeout: z.string().nullable(),
  defaults: z.number(),
  arguments: z.string().transform((text) => z.array(argumentShape).parse(JSON.parse(text))),
});

export type CallableFunction = z.infer<typeof functionShape>;

const FUNCTIONS_SQL = `
select n.nspname::text as schema, p.proname::text as name, p.provolatile = 'v' as volatile, p.proretset as "isSet",
  p.prorettype = 'void'::regtype as "isVoid", p.pronargdefaults as defaults,
  (t.typtype = 'c' or p.proargmodes && '{o,b,t}'::"char"[]) is true as "isComposite",
  (select substr(setting, length('statement_timeout=') + 1)
     from unnest(p.proconfig) setting where setting like 'statement\\_timeout=%') as "statementTimeout",
  (select coalesce(json_agg(json_build_object(
       'name', coalesce(a.name, ''), 'type', format('%I.%I', tn.nspname, ty.typname),
       'shownType', format_type(ty.oid, null), 'variadic', a.mode is not distinct from 'v') order by a.place), '[]')::text
     from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes)
       with ordinality as a(type, name, mode, place)
     join pg_type ty on ty.oid = a.type join pg_namespace tn on tn.oid = ty.typnamespace
     where a.mode is null or a.mode in ('i', 'b', 'v')) as arguments
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
join pg_type t on t.oid = p.prorettype
where n.nspname = any($1::text[]) and p.prokind = 'f' and t.typname not in ('trigger', 'event_trigger')
order by 1, 2, p.oid`;

const ROLE_TIMEOUTS_SQL = `
select r.rolname::text as role, substr(setting, length('statement_timeout=') + 1) as timeout
from pg_roles r, unnest(r.rolconfig) setting
where r.rolname = any($1::text[]) and setting like 'statement\\_timeout=%'`;

/** What was asked for by name: the schema, the function and the given argument names. */
export interface Wanted {
  schema: string;
  name: string;
  given: readonly string[];
  /** POST: one unnamed json or jsonb parameter may take the whole body. */
  bodyAllowed: boolean;
}

export interface Choice {
  fn: CallableFunction;
  /** The whole body goes to the single unnamed parameter. */
  wholeBody: boolean;
}

export class Catalogue {
  #database: Database;
  #schemas: readonly string[];
  #roles: readonly string[];
  #loaded: Promise<{ functions: Map<string, CallableFunction[]>; timeouts: Map<string, string> }> | undefined;

  constructor(database: Database, schemas: readonly string[], roles: readonly string[]) {
    this.#database = database;
    this.#schemas = schemas;
    this.#roles = roles;
  }

  /** Forgets what was read, for instance after a migration. */
  reload(): void {
    this.#loaded = undefined;
  }

  /** `statement_timeout` set on a role by ALTER ROLE, which PostgREST applies to each request; "0" if none. */
  async timeoutOf(role: string): Promise<string> {
    return (await this.#load()).timeouts.get(role) ?? "0";
  }

  /** The one function that fits the argument names. Reads the catalog anew before it says 404; 300 when several fit. */
  async choose(wanted: Wanted): Promise<Choice> {
    const known = await this.#find(wanted);
    if (known) return known;
    this.reload();
    const fresh = await this.#find(wanted);
    if (fresh) return fresh;
    throw notFound(wanted);
  }

  async #find(wanted: Wanted): Promise<Choice | undefined> {
    const { functions } = await this.#load();
    const sameName = functions.get(`${wanted.schema}.${wanted.name}`) ?? [];
    const fitting = sameName.filter((fn) => fitsNames(fn, wanted.given));
    const [first, second] = fitting;
    if (first && second) throw ambiguous(fitting);
    if (first) return { fn: first, wholeBody: false };
    const taker = wanted.bodyAllowed ? sameName.find(takesWholeBody) : undefined;
    return taker && { fn: taker, wholeBody: true };
  }

  async #load(): Promise<{ functions: Map<string, CallableFunction[]>; timeouts: Map<string, string> }> {
    this.#loaded ??= this.#read().catch((error: unknown) => {
      this.reload();
      throw error;
    });
    return await this.#loaded;
  }

  async #read(): Promise<{ functions: Map<string, CallableFunction[]>; timeouts: Map<string, string> }> {
    const functions = new Map<string, CallableFunction[]>();
    for (const row of (await this.#database.query(FUNCTIONS_SQL, [this.#schemas])).rows) {
      const fn = functionShape.parse(row);
      const key = `${fn.schema}.${fn.name}`;
      functions.set(key, [...(functions.get(key) ?? []), fn]);
    }
    const roles = await this.#database.query(ROLE_TIMEOUTS_SQL, [this.#roles]);
    return { functions, timeouts: new Map(roles.rows.map((row) => [String(row["role"]), String(row["timeout"])])) };
  }
}

/** Required names ⊆ given names ⊆ all names. */
function fitsNames(fn: CallableFunction, given: readonly string[]): boolean {
  const names = fn.arguments.map((argument) => argument.name);
  if (names.includes("")) return false;
  const required = names.slice(0, names.length - fn.defaults);
  const mayBeLeftOut = new Set(fn.arguments.filter((argument) => argument.variadic).map((argument) => argument.name));
  return (
    required.every((name) => given.includes(name) || mayBeLeftOut.has(name)) &&
    given.every((name) => names.includes(name))
  );
}

function takesWholeBody(fn: CallableFunction): boolean {
  const [only, ...more] = fn.arguments;
  return only !== undefined && more.length === 0 && only.name === "" && /^jsonb?$/.test(only.shownType);
}

function ambiguous(fitting: readonly CallableFunction[]): GatewayError {
  const shown = fitting.map(
    (fn) => `${fn.schema}.${fn.name}(${fn.arguments.map((a) => `${a.name} => ${a.shownType}`).join(", ")})`,
  );
  return new GatewayError(300, {
    code: "PGRST203",
    message: `Could not choose the best candidate function between: ${shown.join(", ")}`,
    details: null,
    hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
  });
}

function notFound({ schema, name, given, bodyAllowed }: Wanted): GatewayError {
  const qualified = `${schema}.${name}`;
  const list = given.join(", ");
  const searched = given.length === 0 ? "without parameters" : `with parameter${given.length === 1 ? "" : "s"} ${list}`;
  const orBody = bodyAllowed ? " or with a single unnamed json/jsonb parameter" : "";
  const called = given.length === 0 ? `${qualified} without parameters` : `${qualified}(${list})`;
  return new GatewayError(404, {
    code: "PGRST202",
    message: `Could not find the function ${called} in the schema cache`,
    details: `Searched for the function ${qualified} ${searched}${orBody}, but no matches were found in the schema cache.`,
    hint: null,
  });
}
