/** Each row of the list of Meta's errors, served once in the middle of a job: what becomes of the job is what the row's class says. */
import { expect, test } from "vitest";
import { ERROR_ROWS } from "#src/local/graph/faults/error-rows.ts";
import { failureOf, failureSchema, type FailureKind } from "#src/sync/failure.ts";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import table from "../fixtures/meta-errors.json" with { type: "json" };
import { startByHttp } from "./steps.ts";

useWorlds();

const account = accounts.kolkata;
const succeeds = "succeeded";
const pauses = (scope: string) => `succeeded, after a block of the ${scope}`;
/** Nobody goes on asking for what only a person can mend. */
const fails = (kind: FailureKind) => `failed as ${kind}, told with what to do, no call after it`;
const asReport = "succeeded, as a report";

const byClass: Readonly<Record<string, string>> = {
  transient: succeeds,
  report: "succeeded, as more than one report",
  too_large: asReport,
  throttle_account: pauses("account"),
  throttle_app: pauses("app"),
  throttle_insights: pauses("app"),
  gone: fails("account_not_found"),
  auth: fails("token_expired"),
  permission: fails("permission_denied"),
  policy: fails("policy_blocked"),
  version: fails("version_retired"),
  invalid: fails("bad_request"),
};
/** Rows that need more than their class says; test/meta/error-rows.test.ts says why. */
const byId: Readonly<Record<string, string>> = {
  "-3-1504045": "succeeded, as more than one report, in smaller parts",
  "1-reduce-the-amount-of-data": "succeeded, in smaller pages",
  "100-appsecret_proof": fails("bad_request"),
  "104": fails("bad_request"),
  "2642": succeeds,
  "3018": fails("unsupported"),
  // An empty page looks like days without delivery; the proof reads them again.
  "transport-empty-data": succeeds,
};

/** What a person and Meta see of the job, in words. */
async function outcomeOf(world: TestWorld, afterId: number, ruleId: string): Promise<string> {
  const [job] = await world.query(
    "select id, state, failure, created_at from public.background_jobs order by created_at desc limit 1",
  );
  const calls = world.graph.calls.list({ account, afterId });
  const at = calls.findIndex((call) => call.rule === ruleId);
  expect(calls.filter((call) => call.rule === ruleId)).toHaveLength(1);
  if (job?.["state"] === "failed") {
    const { kind } = failureSchema.parse(JSON.parse(String(job["failure"])));
    const card = world.read().at(-1)?.replies[0] ?? "";
    const signs = [
      ...(card.includes(failureOf(kind, "").advice) ? ["told with what to do"] : []),
      ...(calls.length === at + 1 ? ["no call after it"] : []),
    ];
    return [`failed as ${kind}`, ...signs].join(", ");
  }
  const blocks = await world.query("select scope from meta_sync.blocks where created_at >= $1", [job?.["created_at"]]);
  const parts = await world.query("select mode, state from meta_sync.job_parts where job_id = $1", [job?.["id"]]);
  const reports = calls.filter((call) => call.kind === "report").length;
  const [refused, next] = calls.slice(at);
  const signs = [
    ...blocks.map(({ scope }) => `after a block of the ${String(scope)}`),
    ...(reports > 1 ? ["as more than one report"] : reports === 1 ? ["as a report"] : []),
    ...(parts.filter(({ state, mode }) => state === "split" && mode === "report").length > 0
      ? ["in smaller parts"]
      : []),
    ...(Number(next?.query["limit"]) < Number(refused?.query["limit"]) ? ["in smaller pages"] : []),
  ];
  return [String(job?.["state"]), ...signs].join(", ");
}

test("each row of the list of Meta's errors, met once by a job, ends as its class says", async () => {
  expect(ERROR_ROWS.map(({ id }) => id)).toEqual(table.rows.map(({ id }) => id));
  const world = await createWorld({ config: { sliceConcurrency: 1, workersPerJob: 1 } });
  const expected = Object.fromEntries(table.rows.map((row) => [row.id, byId[row.id] ?? byClass[row.class]]));
  const found: Record<string, string> = {};
  for (const { id } of ERROR_ROWS) {
    const { faults } = world.graph;
    const isOfReport = ERROR_ROWS.some((row) => row.id === id && "in" in row);
    const afterId = world.graph.calls.newest(1)[0]?.id ?? 0;
    // Meta refuses the rows at once, so they are ordered as a report.
    const refusal = isOfReport ? [faults.addRow("100-1487534", { match: { account, level: "ad" }, times: 1 })] : [];
    const match = isOfReport ? ({ account, kind: "poll" } as const) : { account, level: "ad" };
    const rule = faults.addRow(id, { match, times: 1 });
    // Only a failure is read in a thread; the other jobs need none.
    if (expected[id]?.startsWith("failed") === true) await world.type(`${account} 2d`);
    else await startByHttp(world, account, "2d");
    await world.run();
    found[id] = await outcomeOf(world, afterId, rule.id);
    for (const one of [rule, ...refusal]) faults.remove(one.id);
  }
  expect(found).toEqual(expected);
});
