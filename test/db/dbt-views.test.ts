/** Schema facebook_ads: what the dbt package facebook_ads 1.4 reads, for one workspace at a time. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { makeRows } from "#src/meta/rows.ts";
import type { RowContext } from "#src/meta/rows/draft.ts";
import type { TargetTable } from "#src/sync/streams.ts";
import * as graph from "#test/meta/graph-objects.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { useEngines, type Engine, type Fields } from "./engine.ts";

const columns = z.record(z.string(), z.string());
const fixture = z.object({
  about: z.string(),
  tables: z.record(
    z.string(),
    z.strictObject({ read: columns.optional(), documented: columns.optional(), named: columns.optional() }),
  ),
});
const { tables } = fixture.parse(
  JSON.parse(readFileSync(new URL("../fixtures/dbt-facebook-ads-columns.json", import.meta.url), "utf8")),
);

const { accountId } = graph;

async function write(
  engine: Engine,
  table: TargetTable,
  object: object,
  context: Partial<RowContext> = {},
): Promise<void> {
  const { rows } = makeRows(table, [object], graph.contextOf(context));
  await engine.rows("select meta_sync.write_rows($1, gen_random_uuid(), $2, $3::jsonb)", [
    engine.workspaceId,
    table,
    JSON.stringify(rows),
  ]);
}

/** One of everything, as Meta sends it; the campaign changed twice, the second time without a new updated_time. */
async function fill(engine: Engine): Promise<void> {
  await write(engine, "ad_accounts", { ...graph.yenAccount, business_state: "13" });
  const renamed = { ...graph.campaign, name: "Winter", updated_time: new Date(engine.clock.now()).toISOString() };
  for (const campaign of [graph.campaign, renamed, { ...renamed, status: "PAUSED" }]) {
    await write(engine, "campaigns", campaign);
  }
  await write(engine, "ad_sets", { ...graph.adSet, budget_remaining: "5", status: "ACTIVE" });
  await write(engine, "ads", graph.ad);
  await write(engine, "creatives", graph.creative);
  const actions = [
    { action_type: "link_click", value: "190" },
    { action_type: "purchase", value: "4", "1d_view": "1", "7d_click": "3", "28d_click": "3" },
  ];
  await write(engine, "insights_daily", { ...graph.adDay, actions }, { level: "ad" });
  for (const [name, value] of [
    ["country", "JP"],
    ["region", "Tokyo"],
  ] as const) {
    const day = { ...graph.adDay, [name]: value, actions };
    await write(engine, "insights_daily", day, { level: "account", breakdowns: [name] });
  }
  const both = { ...graph.adDay, country: "JP", age: "65+", actions };
  await write(engine, "insights_daily", both, { level: "account", breakdowns: ["country", "age"] });
}

/** This role reads these workspaces from here on. */
async function choose(engine: Engine, ...workspaces: string[]): Promise<void> {
  await engine.project.database.query("delete from meta_sync.dbt_readers where role_name = session_user");
  await engine.project.database.query(
    "insert into meta_sync.dbt_readers (workspace_id, role_name) select w, session_user from unnest($1::text[]) w",
    [workspaces],
  );
}

const read = (engine: Engine, sql: string) => engine.rows(sql);

describeOnBoth("facebook_ads", (open) => {
  const engineOf = useEngines(open);

  test("shows the only workspace there is, refuses to mix two, and shows each role the ones that it was given", async () => {
    const [ours, theirs] = [engineOf(), engineOf()];
    const workspaces = "select distinct workspace_id from facebook_ads.basic_ad order by 1";
    expect(await read(ours, workspaces), "nothing is there yet").toEqual([]);
    await fill(ours);
    expect(await read(ours, workspaces)).toEqual([{ workspace_id: ours.workspaceId }]);
    await fill(theirs);
    for (const table of Object.keys(tables)) {
      await expect(read(ours, `select * from facebook_ads.${table}`), table).rejects.toMatchObject({
        code: "22023",
        message: expect.stringMatching(
          /^facebook_ads: 2 workspaces hold ad accounts, and role "\w+" reads none of them/,
        ),
        hint: expect.stringContaining("insert into meta_sync.dbt_readers"),
      });
    }
    await choose(ours, theirs.workspaceId);
    for (const table of Object.keys(tables)) {
      const seen = await read(ours, `select distinct workspace_id from facebook_ads.${table}`);
      expect(seen, table).toEqual([{ workspace_id: theirs.workspaceId }]);
    }
    await choose(ours, ours.workspaceId, theirs.workspaceId);
    expect(await read(ours, workspaces)).toHaveLength(2);
    await choose(ours, "nobody");
    expect(await read(ours, workspaces)).toEqual([]);
  });

  test("has every column that the package reads or documents, of a type that casts, filled by rows of two workspaces", async () => {
    const [ours, theirs] = [engineOf(), engineOf()];
    await fill(ours);
    await fill(theirs);
    await choose(ours, ours.workspaceId, theirs.workspaceId);
    for (const [table, { read: selected, documented, named }] of Object.entries(tables)) {
      const wanted: Record<string, string> = { workspace_id: "text", ...selected, ...documented, ...named };
      const casts = Object.entries(wanted).map(([column, type]) => `"${column}"::${type} as "${column}"`);
      const rows = await read(ours, `select ${casts.join(", ")} from facebook_ads.${table}`);
      expect(new Set(rows.map((row) => row["workspace_id"])), table).toEqual(
        new Set([ours.workspaceId, theirs.workspaceId]),
      );
      const types = await read(
        ours,
        `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = 'facebook_ads.${table}'::regclass and attnum > 0`,
      );
      const found = Object.fromEntries(types.map(({ name, type }) => [name, type]));
      const full = (type: string) => (type === "timestamptz" ? "timestamp with time zone" : type);
      const expected = Object.fromEntries(Object.entries(wanted).map(([name, type]) => [name, full(type)]));
      expect(found, table).toMatchObject(expected);
    }
  });

  test("the newest version is the one that the package takes, whether Meta gave the change a time or not", async () => {
    const engine = engineOf();
    await fill(engine);
    await choose(engine, engine.workspaceId);
    const history = await read(engine, "select * from facebook_ads.campaign_history order by _fivetran_synced");
    expect(history).toMatchObject([
      { name: graph.campaign.name, status: "ACTIVE", daily_budget: 5000 },
      { name: "Winter", status: "ACTIVE" },
      { name: "Winter", status: "PAUSED", account_id: Number(accountId) },
    ]);
    const times = history.map((row) => Date.parse(String(row["updated_time"])));
    expect(times[0]).toBe(Date.parse(graph.campaign.updated_time));
    const newest = await read(
      engine,
      `select c.status, c.name from (select *, row_number() over (partition by id order by updated_time desc) as place,
         count(*) over (partition by id, updated_time) as alike from facebook_ads.campaign_history) c
       where c.place = 1 or c.alike > 1`,
    );
    expect(newest).toEqual([{ status: "PAUSED", name: "Winter" }]);
    expect(
      await read(engine, "select id, name, min_daily_budget, business_state from facebook_ads.account_history"),
    ).toEqual([{ id: Number(accountId), name: graph.yenAccount.name, min_daily_budget: 120, business_state: "13" }]);
  });

  test("a creative's address and tags are ready to be taken apart", async () => {
    const engine = engineOf();
    await fill(engine);
    await write(engine, "creatives", { id: "7", account_id: accountId, object_type: "PHOTO" });
    await choose(engine, engine.workspaceId);
    const [plain, carousel] = await read(engine, "select * from facebook_ads.creative_history order by id");
    expect(plain).toMatchObject({ id: 7, page_link: null, url_tags: null });
    expect(carousel).toMatchObject({
      page_link: "https://shop.example/autumn?ref=fb",
      object_story_link_data_message: "Two cards",
      object_story_link_data_child_attachments: expect.stringContaining("https://shop.example/2"),
      url_tags: [
        { key: "utm_source", value: "facebook", type: "AD" },
        { key: "utm_campaign", value: "{{campaign.name}}", type: "AD" },
        { key: "flag", value: null, type: "AD" },
      ],
    });
    expect(await read(engine, "select key from facebook_ads.url_tag order by key")).toEqual([
      { key: "flag" },
      { key: "utm_campaign" },
      { key: "utm_source" },
    ]);
  });

  test("figures stand once, and their actions find them", async () => {
    const engine = engineOf();
    await fill(engine);
    await choose(engine, engine.workspaceId);
    expect(await read(engine, "select * from facebook_ads.basic_ad")).toMatchObject([
      { ad_id: graph.adId, account_id: Number(accountId), date: "2026-10-01", spend: 53.395, inline_link_clicks: 190 },
    ]);
    expect(await read(engine, "select * from facebook_ads.basic_ad_actions order by index")).toMatchObject([
      { index: 0, action_type: "link_click", value: 190, _1_d_view: null, inline: null },
      { index: 1, action_type: "purchase", value: 4, _1_d_view: 1, _7_d_click: 3, _28_d_click: 3 },
    ]);
    expect(await read(engine, "select * from facebook_ads.basic_ad_action_values")).toMatchObject([
      { index: 0, action_type: "purchase", value: 199.6 },
    ]);
    const [country] = await read(engine, "select * from facebook_ads.demographics_country");
    expect(country).toMatchObject({ country: "JP", spend: 53.395, cpc: expect.closeTo(53.395 / 261, 10) });
    expect(await read(engine, "select region, impressions from facebook_ads.demographics_region")).toEqual([
      { region: "Tokyo", impressions: 9708 },
    ]);
    for (const by of ["country", "region"]) {
      const joined = await read(
        engine,
        `select d.spend, sum(a.value) as value from facebook_ads.demographics_${by} d
         join facebook_ads.demographics_${by}_actions a on a._fivetran_id = d._fivetran_id and a.account_id = d.account_id
           and a.date = d.date group by d._fivetran_id, d.spend`,
      );
      expect(joined, by).toEqual([{ spend: 53.395, value: 194 }]);
    }
  });

  test("a login of its own sees its workspace with three grants and one row, and can't choose another", async () => {
    const [ours, theirs] = [engineOf(), engineOf()];
    await fill(ours);
    await fill(theirs);
    const undo = new Error("undo");
    let seen: unknown[] = [];
    const work = ours.project.database.transaction(async (session) => {
      await session.exec(`
        create role client_dbt login;
        grant usage on schema facebook_ads to client_dbt;
        grant select on all tables in schema facebook_ads to client_dbt;
        grant execute on all functions in schema facebook_ads to client_dbt;
        insert into meta_sync.dbt_readers (workspace_id, role_name) values ('${theirs.workspaceId}', 'client_dbt');
        set local session authorization client_dbt`);
      ({ rows: seen } = await session.query(
        `select workspace_id, has_schema_privilege('meta_sync', 'usage') as reads_readers from facebook_ads.campaign_history`,
      ));
      throw undo;
    });
    await expect(work).rejects.toBe(undo);
    const row = { workspace_id: theirs.workspaceId, reads_readers: false };
    expect(seen).toEqual([row, row, row]);
  });

  test("is closed to the roles of the Data API", async () => {
    const rights: Fields[] = await engineOf().rows(`
      select r.role, c.relname as name from (values ('anon'), ('authenticated'), ('service_role'), ('public')) r (role)
      cross join pg_class c where c.relnamespace = 'facebook_ads'::regnamespace and has_table_privilege(r.role, c.oid, 'select')
      union all select r.role, p.proname from (values ('anon'), ('authenticated'), ('public')) r (role)
      cross join pg_proc p where p.pronamespace = 'facebook_ads'::regnamespace and has_function_privilege(r.role, p.oid, 'execute')`);
    expect(rights).toEqual([]);
  });
});
