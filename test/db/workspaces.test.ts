/** I16: no row of one workspace is seen or changed from another; and each deployment keeps to its own messages. */
import { describe, expect, test } from "vitest";
import type { Db } from "#src/db/index.ts";
import type { Lease } from "#src/db/work.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { dumpTables, failure, planned, useEngines, type Engine } from "./engine.ts";

/** A job of ours with a lease, a part in hand, a living message, an order that waits; and what a stranger knows of it. */
interface Known {
  engine: Engine;
  db: Db;
  /** The stranger's workspace with every id of ours. */
  theirs: string;
  jobId: string;
  lease: Lease;
  editorToken: string;
}

/** What the stranger's call may answer. Everything else is a leak. */
interface Case {
  call: (known: Known) => Promise<unknown>;
  answer: unknown;
}

const final = { outcome: "final", jobFailed: false, blockedUntil: null };

const cases: Record<string, Case> = {
  await_report: {
    call: ({ db, lease }) => db.awaitReport(lease, 2, 5, 50),
    answer: final,
  },
  campaign_ids: { call: ({ db, theirs, engine }) => db.campaignIds(theirs, engine.accountId), answer: { ids: [] } },
  drop_report: { call: ({ db, lease }) => db.dropReport(lease, 2), answer: final },
  start_report: {
    call: ({ db, lease }) => db.startReport(lease, 2, "77"),
    answer: final,
  },
  cancel_job: {
    call: ({ db, theirs, jobId }) => db.cancelJob(theirs, jobId, "U0EVE"),
    answer: { outcome: "not_found" },
  },
  claim_lane: { call: ({ db, theirs, jobId }) => db.claimLane(theirs, jobId, 2, 1), answer: { outcome: "gone" } },
  claim_parts: { call: ({ db, lease }) => db.claimParts(lease, 4), answer: { outcome: "final" } },
  dry_run_facts: {
    call: ({ db, theirs }) => db.dryRunFacts(theirs, { kind: "name", name: "acme" }, "C0ADS"),
    answer: { outcome: "unknown_account", known: [] },
  },
  end_slice: { call: ({ db, lease }) => db.endSlice(lease, 0), answer: { outcome: "final" } },
  facts_cell: { call: ({ db, theirs }) => db.factsCell(theirs, "U0ANA", "C0ADS"), answer: null },
  fail_job: { call: ({ db, lease }) => db.failJob(lease, failure), answer: final },
  fail_part: {
    call: ({ db, lease }) => db.failPart(lease, 2, failure, true),
    answer: final,
  },
  finish_job: { call: ({ db, lease }) => db.finishJob(lease, {}, []), answer: final },
  finish_phase: {
    call: ({ db, lease }) => db.finishPhase(lease, 3, [planned()], { warnings: [] }),
    answer: final,
  },
  give_up: {
    call: ({ db, theirs, jobId }) => db.giveUp(theirs, jobId, 2, 1, 1, failure),
    answer: { outcome: "ignored" },
  },
  job_view: { call: ({ db, theirs, jobId }) => db.jobView(theirs, jobId), answer: null },
  list_accounts: { call: ({ db, theirs }) => db.listAccounts(theirs), answer: [] },
  mark_report: { call: ({ db, theirs, jobId }) => db.markReport(theirs, jobId, 1, "C0EVE", "1"), answer: null },
  postpone_part: {
    call: ({ db, lease }) => db.postponePart(lease, 2, 60, true),
    answer: final,
  },
  recent_jobs: { call: ({ db, theirs }) => db.recentJobs(theirs, null, 50), answer: [] },
  release_editor: {
    call: ({ db, theirs, jobId, editorToken }) =>
      db.releaseEditor(theirs, jobId, editorToken, { channel: "C0EVE", ts: "1", threadTs: null }, 9),
    answer: false,
  },
  report_figures: { call: ({ db, theirs, jobId }) => db.reportFigures(theirs, jobId), answer: null },
  republish_lane: {
    call: ({ db, theirs, jobId }) =>
      db.republishLane({ workspaceId: theirs, jobId, lane: 2, seq: 1, copy: 1, messageId: null }),
    answer: false,
  },
  retry_job: { call: ({ db, theirs, jobId }) => db.retryJob(theirs, jobId, null), answer: { outcome: "not_found" } },
  save_page: { call: ({ db, lease, engine }) => db.savePage(lease, engine.page(2)), answer: { outcome: "final" } },
  split_part: {
    call: ({ db, lease }) => db.splitPart(lease, 2, [planned()]),
    answer: final,
  },
  take_editor: { call: ({ db, theirs, jobId }) => db.takeEditor(theirs, jobId, 1, true), answer: { outcome: "none" } },
  waiting_order: { call: ({ db, theirs }) => db.waitingOrder(theirs, "waiting"), answer: null },
};

/** Calls that write rows of the stranger's own; ours stay as they are. */
const writesTheirOwn: Record<string, (known: Known) => Promise<unknown>> = {
  learn: ({ db, theirs, engine }) =>
    db.learn(theirs, engine.accountId, { stream: "insights", level: "ad", breakdown: "" }, { pageSize: 25 }),
  put_accounts: ({ db, theirs, engine }) =>
    db.putAccounts(theirs, [{ accountId: engine.accountId, name: "Stolen", currency: "USD", timezone: null }]),
  put_facts: ({ db, theirs }) =>
    db.putFacts(
      theirs,
      { userId: "U0ANA", kind: "guest", timezone: null },
      { channelId: "C0ADS", kind: "shared", name: null },
    ),
  see_event: ({ db, theirs }) => db.seeEvent(theirs, "Ev1"),
  settle_start: ({ db, theirs }) => db.settleStart(theirs, "waiting"),
  start_job: ({ db, theirs, engine }) => db.startJob(theirs, "waiting", "hash", engine.order()),
};

/** Refused: no such job in the stranger's workspace. */
const refused: Record<string, (known: Known) => Promise<unknown>> = {
  first_message_id: ({ db, theirs, jobId }) => db.firstMessageId(theirs, jobId),
};

/** Without a workspace by nature (DESIGN, I16): the shared block list, the deployment's outbox and sweep, the clock, the token's own user. */
const shared = ["block", "delay_outbox", "mark_outbox", "ready", "sweep", "take_outbox", "whoami"];

async function prepare(engine: Engine): Promise<Known> {
  const { db, workspaceId } = engine;
  await db.putFacts(
    workspaceId,
    { userId: "U0ANA", kind: "member", timezone: null },
    { channelId: "C0ADS", kind: "internal", name: null },
  );
  await engine.start({
    key: "waiting",
    timeframe: "1d",
    order: {
      policy: {},
      personId: "U0BEN",
      origin: { kind: "slack", channel: "C0ADS", threadTs: null, userId: "U0BEN" },
    },
  });
  const jobId = await engine.newJob({ lanes: 2, sliceConcurrency: 1, channel: "C0ADS" });
  const lease = await engine.reach(jobId, [planned(), planned()]);
  await engine.takeParts(lease, 1);
  const grant = await db.takeEditor(workspaceId, jobId, 1, false);
  const theirs = `${workspaceId}-other`;
  return {
    engine,
    db,
    theirs,
    jobId,
    lease: { ...lease, workspaceId: theirs },
    editorToken: grant.outcome === "granted" ? grant.editorToken : "",
  };
}

/** Every row that names our workspace. */
async function ours(engine: Engine): Promise<Record<string, string[]>> {
  const dump = await dumpTables(engine.project);
  const mine = (text: string) =>
    text.split("\n").filter((row) => row.includes(engine.workspaceId) && !row.includes(`${engine.workspaceId}-other`));
  return Object.fromEntries(Object.entries(dump).map(([table, text]) => [table, mine(text)]));
}

describeOnBoth("I16: a stranger with all our ids", (open) => {
  const engineOf = useEngines(open);

  test("every function of the database has its case here", async () => {
    const found = await engineOf().rows(
      "select substr(proname, 11) as name from pg_proc where proname like 'meta\\_sync\\_%' and pronamespace = 'public'::regnamespace order by 1",
    );
    const listed = [...Object.keys(cases), ...Object.keys(writesTheirOwn), ...Object.keys(refused), ...shared];
    expect(found.map(({ name }) => name)).toEqual(listed.toSorted());
  });

  test("every function but the shared ones takes the workspace", async () => {
    const found = await engineOf().rows(
      "select substr(proname, 11) as name from pg_proc where proname like 'meta\\_sync\\_%' and pronamespace = 'public'::regnamespace and ('p_workspace_id' = any(proargnames)) is not true order by 1",
    );
    expect(found.map(({ name }) => name)).toEqual(shared);
  });

  test.each(Object.entries(cases))("%s shows and changes nothing", async (_name, { call, answer }) => {
    const known = await prepare(engineOf());
    const before = await dumpTables(known.engine.project);
    expect(await call(known)).toEqual(answer);
    expect(await dumpTables(known.engine.project)).toEqual(before);
  });

  test.each(Object.entries(writesTheirOwn))("%s writes beside our rows, not into them", async (_name, call) => {
    const known = await prepare(engineOf());
    const before = await ours(known.engine);
    await call(known);
    expect(await ours(known.engine)).toEqual(before);
  });

  test.each(Object.entries(refused))("%s is refused", async (_name, call) => {
    const known = await prepare(engineOf());
    const before = await dumpTables(known.engine.project);
    await expect(call(known)).rejects.toMatchObject({ name: "DbError" });
    expect(await dumpTables(known.engine.project)).toEqual(before);
  });

  test("two workspaces on one ad account hold separate rows, and a row that names another workspace is filed under its own", async () => {
    const engine = engineOf();
    const jobId = await engine.newJob();
    const lease = await engine.reach(jobId, [planned()]);
    await engine.takeParts(lease);
    const row = {
      workspace_id: "someone-else",
      account_id: engine.accountId,
      id: "1",
      name: "Ours",
      raw: {},
      row_hash: "1",
    };
    await engine.db.savePage(lease, engine.page(2, { rows: [row] }));
    expect(
      await engine.rows("select workspace_id from meta_ads.campaigns where account_id = $1", [engine.accountId]),
    ).toEqual([{ workspace_id: engine.workspaceId }]);
  });
});

describeOnBoth("another deployment on the same database", (open) => {
  const engineOf = useEngines(open);

  describe("keeps its hands off", () => {
    test("the messages, the lanes and the losses of this one", async () => {
      const engine = engineOf();
      const jobId = await engine.newJob({ channel: "C0ADS" });
      const laptop = engine.dbOf("laptop");
      await engine.clock.advance(700_000);
      const before = await dumpTables(engine.project);
      expect(await laptop.takeOutbox(50)).toEqual([]);
      expect(await laptop.takeOutbox(50, jobId)).toEqual([]);
      expect(await laptop.sweep()).toEqual([]);
      expect(await laptop.claimLane(engine.workspaceId, jobId, 1, 1)).toEqual({ outcome: "other_env" });
      expect(await laptop.giveUp(engine.workspaceId, jobId, 1, 1, 1, failure)).toEqual({ outcome: "ignored" });
      expect(await dumpTables(engine.project)).toEqual(before);
      expect(await engine.db.takeOutbox(50, jobId)).toHaveLength(2);
    });

    test("dead lanes, unsent reports and overdue messages of this one", async () => {
      const engine = engineOf();
      const dead = await engine.newJob();
      await engine.claim(dead);
      const over = await engine.newJob({ timeframe: "8d", channel: "C0ADS" });
      await engine.db.cancelJob(engine.workspaceId, over, "U0ANA");
      for (const row of await engine.db.takeOutbox(50)) await engine.db.markOutbox(row.id, "msg");
      await engine.clock.advance(900_000);
      const before = await dumpTables(engine.project);
      expect(await engine.dbOf("laptop").sweep()).toEqual([]);
      expect(await dumpTables(engine.project)).toEqual(before);
      await engine.db.sweep();
      expect((await engine.outbox(over)).filter(({ kind }) => kind === "report")).toHaveLength(2);
      expect(await engine.lanes(dead)).toMatchObject([{ state: "sent" }, {}]);
    });
  });
});
