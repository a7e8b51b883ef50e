/** Who may call and read what, on a database with Supabase's default privileges: which give away everything new in public. */
import { createClient } from "@supabase/supabase-js";
import { expect, test } from "vitest";
import { whoami } from "#src/db/facts.ts";
import { makeToken } from "#src/local/postgres/identity.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { useEngines, type Engine } from "./engine.ts";

const ana = "11111111-1111-4111-8111-111111111111";
const ben = "22222222-2222-4222-8222-222222222222";
const url = "https://project.supabase.co";

const fetchOf =
  (engine: Engine): typeof fetch =>
  async (input, init) =>
    engine.project.wire.fetch(new Request(input, init));

function tokenOf(engine: Engine, userId: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  return makeToken(
    { role: "authenticated", sub: userId, iat: seconds, exp: seconds + 600 },
    engine.project.keys.jwtSecret,
  );
}

/** Runs one statement as a role of the Data API, with a signed-in user's claims. Everything is rolled back. */
async function asRole(engine: Engine, role: string, userId: string | null, sql: string): Promise<unknown[]> {
  const claims = JSON.stringify({ role, ...(userId === null ? {} : { sub: userId }) });
  const undo = new Error("undo");
  let rows: unknown[] = [];
  await engine.project.database
    .transaction(async (session) => {
      await session.query("select set_config('request.jwt.claims', $1, true), set_config('role', $2, true)", [
        claims,
        role,
      ]);
      rows = (await session.query(sql)).rows;
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return rows;
}

describeOnBoth("grants", (open) => {
  const engineOf = useEngines(open);

  test("no function of ours may be called by anybody but the service role; whoami also by a signed-in user", async () => {
    const rows = await engineOf().rows(`
      select p.oid::regprocedure::text as name, r.role, has_function_privilege(r.role, p.oid, 'execute') as allowed
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      cross join (values ('anon'), ('authenticated'), ('public'), ('service_role')) r (role)
      where (n.nspname = 'public' and p.proname like 'meta\\_sync\\_%') or n.nspname = 'meta_sync'`);
    const allowed = rows.filter((row) => row["allowed"] === true);
    expect(rows.length).toBeGreaterThan(150);
    expect(allowed.filter(({ role }) => role !== "service_role")).toEqual([
      { name: "meta_sync_whoami()", role: "authenticated", allowed: true },
    ]);
    const forService = allowed.filter(({ role }) => role === "service_role").map(({ name }) => String(name));
    expect(
      forService.every((name) => name.startsWith("meta_sync_")),
      "nothing of the hidden schema",
    ).toBe(true);
    expect(forService).toHaveLength(
      new Set(rows.map(({ name }) => String(name)).filter((name) => name.startsWith("meta_sync_"))).size,
    );
  });

  test("every callable function runs as its owner with an empty search_path; whoami alone as the caller", async () => {
    const rows = await engineOf().rows(`
      select p.proname as name, p.prosecdef as definer, coalesce(array_to_string(p.proconfig, ','), '') as settings, n.nspname as schema
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where (n.nspname = 'public' and p.proname like 'meta\\_sync\\_%') or n.nspname = 'meta_sync'`);
    expect(rows.filter(({ settings }) => settings !== 'search_path=""')).toEqual([]);
    expect(
      rows.filter(({ schema, definer }) => schema === "public" && definer !== true).map(({ name }) => name),
    ).toEqual(["meta_sync_whoami"]);
  });

  test("row level security is on for every table, and no API role has a right to any but background_jobs", async () => {
    const rows = await engineOf().rows(`
      select c.oid::regclass::text as name, c.relrowsecurity as secured,
        (select array_agg(r.role || ' ' || t.right_ order by 1) from (values ('anon'), ('authenticated'), ('public')) r (role)
          cross join (values ('select'), ('insert'), ('update'), ('delete'), ('truncate'), ('references'), ('trigger')) t (right_)
          where has_table_privilege(r.role, c.oid, t.right_)) as rights
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and (n.nspname in ('meta_sync', 'meta_ads') or c.oid = 'public.background_jobs'::regclass)`);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ secured }) => secured !== true)).toEqual([]);
    expect(rows.filter(({ rights }) => rights !== null)).toEqual([
      { name: "background_jobs", secured: true, rights: ["authenticated select"] },
    ]);
  });

  test("a signed-in user sees its own jobs only, and writes none", async () => {
    const engine = engineOf();
    const mine = await engine.newJob({ userId: ana });
    await engine.newJob({ timeframe: "8d", userId: ben });
    await engine.newJob({ timeframe: "9d" });
    const read = `select id from public.background_jobs where workspace_id = '${engine.workspaceId}'`;
    expect(await asRole(engine, "authenticated", ana, read)).toEqual([{ id: mine }]);
    await expect(asRole(engine, "anon", null, read)).rejects.toMatchObject({ code: "42501" });
    const writes = [
      `update public.background_jobs set progress = 100 where id = '${mine}'`,
      `delete from public.background_jobs where id = '${mine}'`,
      `insert into public.background_jobs (user_id) values ('${ana}')`,
    ];
    for (const write of writes)
      await expect(asRole(engine, "authenticated", ana, write), write).rejects.toMatchObject({ code: "42501" });
    await expect(asRole(engine, "authenticated", ana, "select * from meta_sync.people")).rejects.toMatchObject({
      code: "42501",
    });
  });

  test("a signed-in user's token reaches whoami and nothing else through the Data API", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const config = { url, anonKey: engine.project.keys.anonKey, fetch: fetchOf(engine) };
    expect(await whoami(config, tokenOf(engine, ana))).toBe(ana);
    expect(await whoami(config, "not a token")).toBeNull();
    const client = createClient(url, engine.project.keys.anonKey, {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: { fetch: fetchOf(engine), headers: { Authorization: `Bearer ${tokenOf(engine, ana)}` } },
    });
    const { error } = await client.rpc("meta_sync_cancel_job", {
      p_workspace_id: engine.workspaceId,
      p_job_id: jobId,
      p_actor: "me",
    });
    expect(error).toMatchObject({ code: "42501" });
    expect(await engine.job(jobId)).toMatchObject({ state: "queued" });
  });

  test("the service role may still write background_jobs by hand, as the older web route did", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    expect(
      await asRole(
        engine,
        "service_role",
        null,
        `update public.background_jobs set request = '{}' where id = '${jobId}' returning status`,
      ),
    ).toEqual([{ status: "queued" }]);
    expect(
      await asRole(
        engine,
        "service_role",
        null,
        "insert into public.background_jobs (user_id) values (null) returning status, state",
      ),
    ).toEqual([{ status: "queued", state: "queued" }]);
  });
});
