/** The local Data API against PostgREST's rules, asked by the unmodified supabase-js, on PGlite and on a real Postgres. */
import { existsSync, readFileSync } from "node:fs";
import { createClient } from "@supabase/supabase-js";
import type { SupabaseClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cases } from "#test/fixtures/rpc/cases.ts";
import { WorldClock } from "#src/local/clock.ts";
import { COVERAGE } from "#src/local/postgres/coverage.ts";
import { makeToken } from "#src/local/postgres/identity.ts";
import { startPostgres } from "#src/local/postgres/index.ts";
import type { EmbeddedPostgres, PostgresKind } from "#src/local/postgres/index.ts";

const jwtSecret = "s".repeat(32);
const token = (claims: Record<string, unknown>) => makeToken(claims, jwtSecret);
const keys = {
  jwtSecret,
  secretKey: "sb_secret_x",
  publishableKey: "sb_publishable_x",
  serviceRoleKey: token({ role: "service_role" }),
  anonKey: token({ role: "anon" }),
};
const fixture = (name: string) => readFileSync(new URL(`../fixtures/rpc/${name}`, import.meta.url), "utf8");
const expected: Record<string, unknown> = JSON.parse(fixture("expected.json"));
const kinds: PostgresKind[] = ["pglite", "postgres"];

let project: EmbeddedPostgres;

async function startProject(kind: PostgresKind, scripts: string[]): Promise<void> {
  project = await startPostgres({ kind, clock: new WorldClock(), keys });
  for (const script of scripts) await project.database.exec(fixture(script));
}

function clientWith(key: string, bearer?: string): SupabaseClient {
  return createClient("https://project.supabase.co", key, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch: async (input, init) => await project.wire.fetch(new Request(input, init)),
      ...(bearer === undefined ? {} : { headers: { Authorization: `Bearer ${bearer}` } }),
    },
  });
}

async function post(fn: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return await project.wire.request(`/rest/v1/rpc/${fn}`, {
    method: "POST",
    body,
    headers: { apikey: "sb_secret_x", "content-type": "application/json", ...headers },
  });
}

function asFields(answer: unknown): unknown {
  const plain: Record<string, unknown> = JSON.parse(JSON.stringify(answer));
  if ("thrown" in plain) return plain;
  const { status, data, count, error } = plain;
  const fields = error as Record<"code" | "message" | "details" | "hint", unknown> | null;
  return {
    status,
    data,
    ...(typeof count === "number" ? { count } : {}),
    ...(fields === null
      ? {}
      : { error: { code: fields.code, message: fields.message, details: fields.details, hint: fields.hint } }),
  };
}

describe.each(kinds)("58 calls as PostgREST answers them (%s)", (kind) => {
  describe.each(["fixtures.sql", "rls.sql"])("with %s", (script) => {
    beforeAll(() => startProject(kind, ["roles.sql", script]));
    afterAll(() => project.close());

    test.each(cases)("%s", async (name, ask) => {
      const answer = await ask(clientWith("sb_secret_x"), clientWith(keys.anonKey));
      expect(asFields(answer)).toEqual(expected[name]);
    });
  });
});

describe.each(kinds)("what the 58 leave out (%s)", (kind) => {
  beforeAll(() => startProject(kind, ["roles.sql", "fixtures.sql"]));
  afterAll(() => project.close());
  afterEach(() => {
    project.faults.mode = "none";
  });

  test("a variadic argument is an array in a POST and a repeated parameter in a GET", async () => {
    expect(await (await post("f_variadic", '{"a":[1,2,3]}')).json()).toBe(3);
    const got = await project.wire.request("/rest/v1/rpc/f_variadic?a=1&a=2", { headers: { apikey: "sb_secret_x" } });
    expect(await got.json()).toBe(2);
  });

  test("a json argument of a GET is read as JSON", async () => {
    const { data } = await clientWith("sb_secret_x").rpc("f_jsonb", { j: '{"a":1}' }, { get: true });
    expect(data).toEqual({ got: { a: 1 }, type: "object" });
  });

  test("numbers pass through SQL's own JSON, not through a driver", async () => {
    expect(await (await post("f_big", "{}")).text()).toBe("9007199254740993");
    expect(await (await post("f_set", '{"p_team":"T"}')).text()).toContain("12345678901234567890.123");
  });

  test("a body that is no JSON is refused", async () => {
    const answer = await post("f_int", '{"a":1');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      code: "PGRST102",
      message: "Empty or invalid json",
      details: null,
      hint: null,
    });
  });

  test("a body over 10 MiB is refused, with or without a stated length", async () => {
    const large = `{"t":"${"x".repeat(10 * 1024 * 1024)}"}`;
    expect((await post("f_text", large)).status).toBe(413);
    const streamed = new Request("https://project.supabase.co/rest/v1/rpc/f_text", {
      method: "POST",
      body: new Blob([large]).stream(),
      headers: { apikey: "sb_secret_x", "content-type": "application/json" },
      duplex: "half",
    } as RequestInit);
    expect((await project.wire.fetch(streamed)).status).toBe(413);
  });

  test("other content types, other accepted types and filters are refused by name", async () => {
    expect((await post("f_int", "a=1", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
    const csv = await post("f_int", '{"a":1}', { accept: "text/csv" });
    expect([csv.status, await csv.json()]).toMatchObject([406, { code: "PGRST107" }]);
    const filtered = await clientWith("sb_secret_x").rpc("f_table", { n: 3 }).limit(1);
    expect([filtered.status, filtered.error?.message]).toEqual([
      501,
      'The local gateway doesn\'t filter or shape results: remove "limit" from the query',
    ]);
  });

  test("functions that set no sensible status or headers are told so", async () => {
    await project.database.exec(`
      create function public.f_bad_status() returns int language plpgsql as $$ begin perform set_config('response.status','x',true); return 1; end $$;
      create function public.f_bad_pgrst() returns int language plpgsql as $$ begin raise sqlstate 'PGRST' using message='no json'; end $$;`);
    expect(await (await post("f_bad_status", "{}")).json()).toMatchObject({ code: "PGRST112" });
    const raised = await post("f_bad_pgrst", "{}");
    expect([raised.status, await raised.json()]).toMatchObject([500, { code: "PGRST121" }]);
    expect((await post("f_status", "{}")).headers.get("x-a")).toBe("b");
  });

  test("no key, an unknown key and a key signed by somebody else are refused", async () => {
    const ask = (headers: Record<string, string>) =>
      project.wire.request("/rest/v1/rpc/f_priv", { method: "POST", headers });
    expect([(await ask({})).status, await (await ask({})).json()]).toMatchObject([
      401,
      { message: "No API key found in request" },
    ]);
    for (const apikey of [
      "sb_secret_y",
      makeToken({ role: "service_role" }, "t".repeat(32)),
      token({ role: "authenticated" }),
    ]) {
      const answer = await ask({ apikey });
      expect([answer.status, await answer.json()]).toMatchObject([401, { message: "Invalid API key" }]);
    }
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"role":"service_role"}').toString("base64url")}.`;
    expect((await ask({ apikey: unsigned })).status).toBe(401);
  });

  test("a user's token is checked after the key: shape, signature, lifetime, role", async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const ask = async (bearer: string) => {
      const { status, error } = await clientWith("sb_publishable_x", bearer).rpc("f_whoami");
      return [status, error?.code, error?.message];
    };
    expect(await ask(token({ role: "authenticated", exp: nowSeconds - 60 }))).toEqual([401, "PGRST303", "JWT expired"]);
    expect(await ask(token({ role: "authenticated", nbf: nowSeconds + 60 }))).toEqual([
      401,
      "PGRST303",
      "JWT not yet valid",
    ]);
    expect(await ask(makeToken({ role: "authenticated" }, "t".repeat(32)))).toEqual([
      401,
      "PGRST301",
      "No suitable key was found to decode the JWT",
    ]);
    expect(await ask("abc")).toEqual([401, "PGRST301", "Expected 3 parts in JWT; got 1"]);
    expect(await ask(token({ role: "postgres" }))).toEqual([403, "42501", 'permission denied to set role "postgres"']);
    expect(await ask(token({ role: "authenticated", sub: "u1", exp: nowSeconds - 10 }))).toEqual([
      200,
      undefined,
      undefined,
    ]);
  });

  test("each caller sees its own role and claims, also when many call at once", async () => {
    const subjects = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const answers = await Promise.all(
      subjects.map((sub) => clientWith("sb_publishable_x", token({ role: "authenticated", sub })).rpc("f_whoami")),
    );
    expect(answers.map((answer) => answer.data)).toEqual(
      subjects.map((sub) => ({ role: "authenticated", claims: { role: "authenticated", sub } })),
    );
    const { rows } = await project.database.query(
      "select current_user::text as who, current_setting('request.jwt.claims', true) as claims",
    );
    expect(rows[0]?.["who"]).toBe("postgres");
    expect(rows[0]?.["claims"] ?? "").toBe("");
  });

  test("asking for one object of several rows undoes what the function wrote", async () => {
    await project.database.exec(`
      create function public.f_write_two() returns setof text language sql security definer as
        $$ insert into app.m (team, id) values ('W', '1'), ('W', '2') returning id $$;`);
    expect((await clientWith("sb_secret_x").rpc("f_write_two").single()).error?.code).toBe("PGRST116");
    expect((await project.database.query("select from app.m where team = 'W'")).rows).toHaveLength(0);
    expect((await clientWith("sb_secret_x").rpc("f_write_two")).data).toEqual(["1", "2"]);
  });

  test("a function made or replaced later is found without a restart", async () => {
    const c = clientWith("sb_secret_x");
    expect((await c.rpc("f_later", { a: 1 })).status).toBe(404);
    await project.database.exec("create function public.f_later(a int) returns int language sql as $$ select a $$");
    expect((await c.rpc("f_later", { a: 1 })).data).toBe(1);
    await project.database.exec(
      "drop function public.f_later(int); create function public.f_later(a text) returns text language sql as $$ select a || '!' $$",
    );
    await c.rpc("f_later", { a: "x" });
    expect((await c.rpc("f_later", { a: "x" })).data).toBe("x!");
  });

  test("faults: down answers 503, hang waits until it is cleared or the caller gives up", async () => {
    project.faults.mode = "down";
    expect((await post("f_int", '{"a":1}')).status).toBe(503);

    project.faults.mode = "hang";
    const giveUp = new AbortController();
    const abandoned = clientWith("sb_secret_x").rpc("f_unique").abortSignal(giveUp.signal);
    const waiting = post("f_int", '{"a":1}');
    giveUp.abort();
    expect((await abandoned).error).not.toBeNull();
    project.faults.mode = "none";
    expect(await (await waiting).json()).toBe(11);
  });

  test("the admin API switches faults and counts answers", async () => {
    const put = (body: string) =>
      project.admin.request("/faults", { method: "PUT", body, headers: { "content-type": "application/json" } });
    expect((await put('{"mode":"slow"}')).status).toBe(400);
    expect(await (await put('{"mode":"down"}')).json()).toEqual({ mode: "down" });
    expect((await post("f_int", '{"a":1}')).status).toBe(503);
    expect(await (await project.admin.request("/")).json()).toMatchObject({
      kind,
      faults: { mode: "down" },
      answered: { "200": expect.any(Number) },
    });
  });

  test("anything else is no route", async () => {
    const answer = await project.wire.request("/rest/v1/background_jobs", { headers: { apikey: "sb_secret_x" } });
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { message: "no Route matched with those values" },
    ]);
  });
});

describe("what only a real server can show", () => {
  beforeAll(() => startProject("postgres", ["roles.sql", "fixtures.sql"]));
  afterAll(() => project.close());

  test("statement_timeout of a function and of a role ends a call", async () => {
    await project.database.exec(`
      create function public.f_slow() returns void language sql set statement_timeout = '20ms' as $$ select pg_sleep(30) $$;
      create function public.f_slow_role() returns void language sql as $$ select pg_sleep(30) $$;
      alter role authenticated set statement_timeout = '20ms';`);
    const { status, error } = await clientWith("sb_secret_x").rpc("f_slow");
    expect([status, error?.code, error?.message]).toEqual([
      500,
      "57014",
      "canceling statement due to statement timeout",
    ]);
    await project.admin.request("/reload", { method: "POST" });
    const asUser = clientWith("sb_publishable_x", token({ role: "authenticated" }));
    expect((await asUser.rpc("f_slow_role")).error?.code).toBe("57014");
  });

  test("a row locked by one session is refused to another", async () => {
    await project.database.exec(`
      create function public.f_nowait() returns text language sql security definer as
        $$ select id from app.m where team = 'T' and id = '1' for update nowait $$;`);
    const c = clientWith("sb_secret_x");
    await project.database.transaction(async (session) => {
      await session.query("select from app.m where team = 'T' and id = '1' for update");
      expect(await c.rpc("f_nowait")).toMatchObject({ status: 500, error: { code: "55P03" } });
    });
    expect((await c.rpc("f_nowait")).data).toBe("1");
  });
});

describe("the coverage table", () => {
  beforeAll(() => startProject("pglite", []));
  afterAll(() => project.close());

  test("names exactly the routes that are served, and tests that exist", () => {
    const registered = new Set(
      project.wire.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`),
    );
    expect(
      COVERAGE.filter((row) => row.status !== "absent")
        .map((row) => row.route)
        .sort(),
    ).toEqual([...registered].sort());
    for (const { testedBy } of COVERAGE) expect(existsSync(new URL(`../../${testedBy}`, import.meta.url))).toBe(true);
  });
});
