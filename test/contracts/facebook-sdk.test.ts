import { createRequire } from "node:module";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GraphStandIn, startGraph } from "#src/local/graph/start-graph.ts";
import { BORN_ON, clockAt, NOON } from "./graph-client.ts";

/** The parts of the official SDK that are used here; the package has no types of its own. */
interface SdkObject {
  _data: Record<string, unknown>;
}
interface Cursor extends Array<SdkObject> {
  hasNext(): boolean;
  next(): Promise<Cursor>;
}
interface SdkAccount {
  read(fields: string[]): Promise<SdkObject>;
  getCampaigns(fields: string[], params?: object): Promise<Cursor>;
  getInsights(fields: string[], params: object): Promise<Cursor>;
  getInsightsAsync(fields: string[], params: object): Promise<SdkReport>;
}
interface SdkReport {
  read(fields: string[]): Promise<SdkObject>;
  getInsights(fields: string[], params: object): Promise<Cursor>;
}
interface SdkBatch {
  add(method: string, path: string, params: object, files: undefined, done: (answer: { body: unknown }) => void): void;
  execute(): Promise<unknown>;
}
interface Sdk {
  FacebookAdsApi: { init(token: string, locale?: string, crashLog?: boolean): unknown };
  FacebookAdsApiBatch: new (api: unknown) => SdkBatch;
  AdAccount: new (id: string) => SdkAccount;
  User: new (id: string) => { getAdAccounts(fields: string[]): Promise<Cursor> };
}

const sdk = createRequire(import.meta.url)("facebook-nodejs-business-sdk") as Sdk;
const ACME = "act_2026110001";
const clock = clockAt(NOON);
let graph: GraphStandIn;
let api: unknown;
let server: ReturnType<typeof serve>;

beforeAll(async () => {
  graph = startGraph({ clock, bornOn: BORN_ON });
  server = serve({ fetch: graph.wire.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  Object.defineProperty(sdk.FacebookAdsApi, "GRAPH", { get: () => `http://127.0.0.1:${port}` });
  api = sdk.FacebookAdsApi.init(graph.credentials.accessToken, "en_US", false);
});

afterAll(async () => {
  server.close();
  await graph.close();
});

test("the unmodified SDK finds the accounts and reads one", async () => {
  const accounts = await new sdk.User("me").getAdAccounts(["name", "currency"]);
  expect(accounts.map((account) => account._data["name"])).toEqual(graph.accounts.map(({ name }) => name));
  const account = await new sdk.AdAccount(ACME).read(["name", "timezone_name"]);
  expect(account._data).toMatchObject({ id: ACME, name: "Acme DE", timezone_name: "Europe/Berlin" });
});

test("it lists campaigns page by page", async () => {
  const all = await new sdk.AdAccount(ACME).getCampaigns(["name", "objective"], { limit: 100 });
  const paged = await readAll(new sdk.AdAccount(ACME).getCampaigns(["name", "objective"], { limit: 3 }));
  expect(paged).toEqual(all.map((campaign) => campaign._data));
  expect(paged.length).toBeGreaterThan(9);
});

test("it reads insights with paging, completely, on a version that Meta has retired", async () => {
  const window = { since: "2026-11-01", until: "2026-11-07" };
  const params = { level: "ad", time_increment: 1, time_range: window, limit: 100 };
  const rows = await readAll(new sdk.AdAccount(ACME).getInsights(["ad_id", "spend", "impressions", "clicks"], params));
  const truth = await graph.truthFormula({ account: ACME, level: "ad", ...window });
  expect(rows.length).toBe(truth.rows);
  expect(graph.truthServed({ account: ACME, level: "ad", ...window })).toEqual(truth);
  const versions = graph.calls.list({ account: ACME }).map((call) => call.path.split("/")[1]);
  expect(new Set(versions)).toEqual(new Set(["v24.0"]));
});

test("it starts a report, asks how far it is, and reads its rows page by page", async () => {
  const window = { since: "2026-11-01", until: "2026-11-07" };
  const params = { level: "adset", time_increment: 1, time_range: window, breakdowns: ["age", "gender"] };
  graph.reports.failNext({ slowBy: 1_000 });
  const report = await new sdk.AdAccount(ACME).getInsightsAsync(["spend", "impressions", "clicks"], params);
  expect((await report.read(["async_status"]))._data["async_status"]).toMatch(/^Job (Not Started|Started|Running)$/);
  await clock.advance(4 * 3_600_000);
  const fields = ["async_status", "async_percent_completion"];
  expect((await report.read(fields))._data).toMatchObject({
    async_status: "Job Completed",
    async_percent_completion: 100,
  });
  const rows = await readAll(report.getInsights([], { limit: 500 }));
  const query = { account: ACME, level: "adset", breakdown: ["age", "gender"], ...window } as const;
  expect(graph.truthServed(query)).toEqual(await graph.truthFormula(query));
  expect(graph.truthServed(query).rows).toBe(rows.length);
});

test("it sends a batch, and calls back for each member", async () => {
  const done: unknown[] = [];
  const batch = new sdk.FacebookAdsApiBatch(api);
  for (const id of [ACME, "act_2026110002"]) {
    batch.add("GET", `v26.0/${id}`, { fields: "currency" }, undefined, (answer) => done.push(answer.body));
  }
  await batch.execute();
  expect(done).toEqual([
    { id: ACME, currency: "EUR" },
    { id: "act_2026110002", currency: "JPY" },
  ]);
});

test("it throws Meta's errors", async () => {
  const asking = new sdk.AdAccount(ACME).getCampaigns(["colour"]);
  await expect(asking).rejects.toMatchObject({
    status: 400,
    message: "(#100) Tried accessing nonexisting field (colour) on node type (Campaign)",
    response: { code: 100, fbtrace_id: expect.any(String) },
  });
});

async function readAll(first: Promise<Cursor>): Promise<Record<string, unknown>[]> {
  let cursor = await first;
  const rows = cursor.map((one) => one._data);
  while (cursor.hasNext()) {
    cursor = await cursor.next();
    rows.push(...cursor.map((one) => one._data));
  }
  return rows;
}
