/** The client against the local Graph API, which refuses what Meta refuses and knows the truth about its figures. */
import { afterAll, describe, expect, it } from "vitest";
import { WorldClock } from "#src/local/clock.ts";
import { startGraph } from "#src/local/graph/start-graph.ts";
import type { MetaConfig } from "#src/meta/call.ts";
import { createMetaClient, type Page } from "#src/meta/client.ts";
import type { PageRequest } from "#src/meta/page-url.ts";
import { type StreamName, streamNames, streams } from "#src/sync/streams.ts";

const noon = new WorldClock({ offsetMs: Date.parse("2026-11-20T12:00:00Z") - Date.now() });
const graph = startGraph({
  clock: noon,
  bornOn: "2026-11-01",
  offThread: false,
  requireAppSecretProof: true,
});
afterAll(() => graph.close());

const signal = new AbortController().signal;
const window = { since: "2026-10-01", until: "2026-10-07" };
const smallest = graph.accounts.toSorted((a, b) => a.ads - b.ads)[0];
const accountId = smallest?.id.replace("act_", "") ?? "";

function clientOf(over: Partial<MetaConfig> = {}) {
  return createMetaClient({
    graphUrl: "https://graph.facebook.com",
    version: "v26.0",
    accessToken: graph.credentials.accessToken,
    appSecret: graph.credentials.appSecret,
    requestTimeoutMs: 20_000,
    delayMs: 0,
    fetch: async (input, init) => graph.wire.fetch(new Request(input, init)),
    ...over,
  });
}

function requestOf(stream: StreamName, over: Partial<PageRequest> = {}): PageRequest {
  const level = streams[stream].kind === "insights" ? "ad" : null;
  const plain = { breakdown: "", filter: null, fields: "all", reportId: null } as const;
  return { accountId, stream, level, ...window, ...plain, pageSize: 500, cursor: null, ...over };
}

async function readAll(request: PageRequest): Promise<Page[]> {
  const client = clientOf();
  const pages: Page[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await client.fetchPage({ ...request, cursor }, signal);
    pages.push(page);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return pages;
}

describe("the client on the local Graph API", () => {
  it.each(streamNames)("reads stream %s without quarantine", async (stream) => {
    const pages = await readAll(requestOf(stream));
    expect(pages.flatMap((page) => page.quarantined)).toEqual([]);
    expect(pages.flatMap((page) => page.rows).length).toBeGreaterThan(0);
    expect(pages[0]).toMatchObject({ table: streams[stream].table, version: "v26.0" });
  });

  it("reads the same rows, whatever the page size, and as many as the truth says", async () => {
    const whole = (await readAll(requestOf("insights"))).flatMap((page) => page.rows);
    const pages = await readAll(requestOf("insights", { pageSize: 7 }));
    expect(pages.length).toBeGreaterThan(2);
    const hashes = (rows: { row_hash: string }[]) => rows.map((row) => row.row_hash).sort();
    expect(hashes(pages.flatMap((page) => page.rows))).toEqual(hashes(whole));
    const truth = await graph.truthFormula({ account: `act_${accountId}`, level: "ad", ...window });
    expect(whole).toHaveLength(truth.rows);
  });

  it("gives an account's day one hash, by totals, by proof and by insights of that level", async () => {
    const read = async (stream: StreamName) =>
      (await readAll(requestOf(stream, { level: "account" }))).flatMap((page) => page.rows);
    const totals = await read("totals");
    expect(await read("proof")).toEqual(totals);
    expect(await read("insights")).toEqual(totals);
  });

  it("sees the token and the ad accounts", async () => {
    expect(await clientOf().debugToken(signal)).toMatchObject({ valid: true, appId: graph.credentials.appId });
    const { accounts, complete } = await clientOf().listAdAccounts(signal);
    expect(complete).toBe(true);
    expect(accounts.map((account) => `act_${account.accountId}`).sort()).toEqual(
      graph.accounts.map(({ id }) => id).sort(),
    );
  });

  it("knows why it is refused", async () => {
    const wrongSecret = clientOf({ appSecret: "wrong" }).fetchPage(requestOf("account"), signal);
    await expect(wrongSecret).rejects.toMatchObject({ blame: "credentials", retry: "never" });
    const wrongToken = clientOf({ accessToken: "EAABnobody0123456789" }).fetchPage(requestOf("account"), signal);
    await expect(wrongToken).rejects.toMatchObject({ kind: "token_expired", code: 190 });
    const stranger = clientOf().fetchPage(requestOf("account", { accountId: "999999999999999" }), signal);
    await expect(stranger).rejects.toMatchObject({ kind: "account_not_found", code: 100, subcode: 33 });
    const cutCursor = clientOf().fetchPage(requestOf("ads", { cursor: "nowhere" }), signal);
    await expect(cutCursor).rejects.toMatchObject({ retry: "restart", code: 2642 });
  });

  it.each([
    [{ kind: "html" }, "soon"],
    [{ kind: "truncated" }, "soon"],
    [{ kind: "error", code: 17, subcode: 2_446_079, isTransient: false }, "later"],
    [{ kind: "error", code: 1, message: "Please reduce the amount of data you're asking for" }, "smaller_page"],
  ] as const)("meets %o and knows when to try again: %s", async (action, retry) => {
    graph.faults.add({ match: { pathIncludes: "/campaigns" }, times: 1, action });
    await expect(clientOf().fetchPage(requestOf("campaigns"), signal)).rejects.toMatchObject({
      name: "MetaError",
      retry,
    });
    expect((await clientOf().fetchPage(requestOf("campaigns"), signal)).rows.length).toBeGreaterThan(0);
  });
});
