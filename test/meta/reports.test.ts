/** Reports at the wire: how they are ordered, looked at and read; and what the filters and fields of a part become. */
import { describe, expect, it } from "vitest";
import type { PartRequest } from "#src/meta/page-url.ts";
import { clientOver, errorOf, listOf, never, pageOf } from "./client-over.ts";
import { accountId, adDay } from "./graph-objects.ts";

const october = { since: "2026-10-01", until: "2026-10-31" };
const insights: PartRequest = {
  accountId,
  stream: "insights",
  level: "ad",
  ...october,
  breakdown: "",
  filter: null,
  fields: "all",
};

/** The question that a part's first page, or its report, asks. */
async function asked(over: Partial<PartRequest>, how: "page" | "report" = "page"): Promise<Record<string, string>> {
  const { client, seen } = clientOver(({ method }) =>
    method === "POST" ? Response.json({ report_run_id: "1" }) : listOf([]),
  );
  const request = { ...insights, ...over };
  await (how === "page" ? client.fetchPage(pageOf(request), never) : client.startReport(request, never));
  const [one] = seen;
  return one?.method === "POST" ? one.form : Object.fromEntries(one?.url.searchParams ?? []);
}

describe("the order of a report", () => {
  it.each([
    ["a bare number, kept to its last digit", '{"report_run_id":6023920149050123457}', "6023920149050123457"],
    ["text", '{"report_run_id":"42"}', "42"],
    ["a short number", '{"report_run_id":42}', "42"],
  ])("is a POST with the page's own question; its id comes as %s", async (_name, body, reportId) => {
    const { client, seen } = clientOver(() => new Response(body, { headers: { "x-app-usage": '{"call_count":9}' } }));
    expect(await client.startReport(insights, never)).toMatchObject({ reportId, usage: { maxPercent: 9 } });
    expect(seen.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
      `POST /v26.0/act_${accountId}/insights`,
    ]);
    const { limit, ...question } = await asked({});
    expect(limit).toBe("500");
    expect(seen[0]?.form).toEqual(question);
  });

  it("is refused for entities, and fails without an id", async () => {
    const { client } = clientOver(() => Response.json({ success: true }));
    await expect(client.startReport({ ...insights, stream: "ads" }, never)).rejects.toThrow(
      /only insights have reports/,
    );
    expect(await errorOf(client.startReport(insights, never))).toMatchObject({ retry: "soon" });
  });
});

describe("a look at a report", () => {
  const lookAt = (json: object) =>
    clientOver(() => Response.json({ id: "R1", ...json })).client.pollReport(accountId, "R1", never);

  it.each([
    ["Job Not Started", 0, "running", 0],
    ["Job Started", 0, "running", 0],
    ["Job Running", "47", "running", 47],
    ["Job Running", 99.7, "running", 99],
    ["Job Running", 100, "running", 100],
    ["Job Completed", 99, "running", 99],
    ["Job Completed", 100, "completed", 100],
    ["Job Skipped", 12, "skipped", 12],
    ["Job Of A New Kind", null, "running", 0],
    ["Job Running", -3, "running", 0],
    ["Job Running", 1000, "running", 100],
  ])("%s at %s %% is %s at %i %%", async (async_status, async_percent_completion, status, percent) => {
    expect(await lookAt({ async_status, async_percent_completion })).toMatchObject({ status, percent });
  });

  it.each<[string, object, object]>([
    ["for no reason", {}, { kind: "report_failed", retry: "new_report", code: null }],
    ["for Meta's trouble", { error_code: 2 }, { kind: "report_failed", retry: "new_report", code: 2 }],
    ["too large", { error_code: "-3", error_subcode: 1_504_045 }, { kind: "too_much_data", retry: "smaller_part" }],
    [
      "too large in words: no page of it can be asked for",
      { error_code: 1, error_message: "Please reduce the amount of data you're asking for" },
      { kind: "too_much_data", retry: "smaller_part" },
    ],
    ["not ready", { error_code: 2601 }, { retry: "new_report" }],
    ["a bad cursor", { error_code: 2642 }, { retry: "new_report" }],
    ["gone", { error_code: 100, error_subcode: 33 }, { retry: "new_report" }],
    [
      "throttled",
      { error_code: 4, error_subcode: 1_504_022 },
      { retry: "later", scope: "app", retryAfterSeconds: 300 },
    ],
    ["without permission", { error_code: 200 }, { retry: "never", kind: "permission_denied" }],
  ])("failed: %s", async (_name, why, expected) => {
    const error = await errorOf(lookAt({ async_status: "Job Failed", async_percent_completion: 40, ...why }));
    expect(error).toMatchObject({ name: "MetaError", ...expected });
  });

  it("asks for the report and nothing else", async () => {
    const { client, seen } = clientOver(() =>
      Response.json({ async_status: "Job Running", async_percent_completion: 1 }),
    );
    await client.pollReport(accountId, "R1", never);
    expect(seen.map(({ url }) => url.pathname + url.search)).toEqual(
      ["/v26.0/R1?"].map((path) => path.replace("?", "")),
    );
  });
});

describe("a page of a report", () => {
  it("is asked of the report, by size and cursor alone, and makes the rows of the part", async () => {
    const { client, seen } = clientOver(() => listOf([adDay], { cursors: { after: "C" }, next: "https://n" }));
    const page = await client.fetchPage(pageOf({ ...insights, reportId: "R1", pageSize: 1000, cursor: "B" }), never);
    expect(seen[0]?.url.pathname).toBe("/v26.0/R1/insights");
    expect(Object.fromEntries(seen[0]?.url.searchParams ?? [])).toEqual({ limit: "1000", after: "B" });
    expect(page).toMatchObject({ table: "insights_daily", nextCursor: "C" });
    expect(page.rows).toHaveLength(1);
  });
});

describe("what a part's filter, fields and breakdown become", () => {
  const filtering = (field: string, operator: string, value: unknown) => JSON.stringify([{ field, operator, value }]);
  const entities = { level: null, since: null, until: null } as const;
  const updatedAfter = "2026-11-22T08:00:00.900Z";
  const seconds = Date.parse("2026-11-22T08:00:00Z") / 1000;

  it.each<[string, Partial<PartRequest>, Record<string, string>]>([
    [
      "some campaigns",
      { filter: { campaigns: ["1", "2"] } },
      { filtering: filtering("campaign.id", "IN", ["1", "2"]) },
    ],
    ["all but some", { filter: { campaignsExcept: ["1"] } }, { filtering: filtering("campaign.id", "NOT_IN", ["1"]) }],
    [
      "deleted ads",
      { stream: "deleted", filter: { deleted: true } },
      { filtering: filtering("ad.effective_status", "IN", ["DELETED"]) },
    ],
    [
      "deleted ad sets",
      { stream: "deleted", level: "adset", filter: { deleted: true } },
      { filtering: filtering("adset.effective_status", "IN", ["DELETED"]), level: "adset" },
    ],
    ["a breakdown", { stream: "breakdowns", breakdown: "age,gender" }, { breakdowns: "age,gender" }],
    [
      "campaigns that changed",
      { ...entities, stream: "campaigns", filter: { updatedAfter } },
      { filtering: filtering("campaign.updated_time", "GREATER_THAN", seconds) },
    ],
    [
      "ad sets that changed",
      { ...entities, stream: "ad_sets", filter: { updatedAfter } },
      { filtering: filtering("adset.updated_time", "GREATER_THAN", seconds) },
    ],
    [
      "creatives of ads that changed",
      { ...entities, stream: "creatives", filter: { updatedAfter } },
      {
        filtering: filtering("ad.updated_time", "GREATER_THAN", seconds),
        fields: expect.stringMatching(/^creative\{id,/) as string,
      },
    ],
  ])("%s", async (_name, over, expected) => {
    expect(await asked(over)).toMatchObject(expected);
  });

  it("lean leaves out what is de-duplicated over people, and nothing else", async () => {
    const all = (await asked({}, "report"))["fields"]?.split(",") ?? [];
    const lean = (await asked({ fields: "lean" }, "report"))["fields"]?.split(",");
    expect(lean).toEqual(all.filter((field) => field !== "reach" && field !== "frequency"));
    expect(all).toContain("reach");
  });
});
