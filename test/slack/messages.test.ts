/** Every message in every state, as people read it. */
import { expect, test } from "vitest";
import { buildReportView, type ReportView } from "#src/report/view.ts";
import { renderLiving, renderReport } from "#src/slack/job-messages.ts";
import { fitBlocks } from "#src/slack/fit.ts";
import { checkBlocks } from "#src/slack/limits.ts";
import type { SlackMessage } from "#src/slack/message.ts";
import { failureOf } from "#src/sync/failure.ts";
import {
  counts,
  after,
  entitiesDone,
  isoAfter,
  sampleFigures,
  sampleJob,
  sampleSums,
  succeededJob,
} from "../report/samples.ts";
import { draw } from "./draw.ts";

const real = { sampleData: false };
const used = { userId: "U0BEN", atMs: after(300) };

/** Drawn, after the check that Slack would take it as it is and that it says who, with one emoji at most. */
function read(message: SlackMessage | null): string {
  if (message === null) throw new Error("a final job has a report");
  expect(checkBlocks(message)).toEqual([]);
  const drawing = draw(message);
  expect(drawing.match(/\p{Emoji_Presentation}/gu) ?? []).toHaveLength(/[✅❌]/u.test(drawing) ? 1 : 0);
  return drawing;
}

function failedView(): ReportView {
  const failure = failureOf("token_expired", "Meta says the access token has expired.", {
    code: 190,
    subcode: 463,
    traceId: "AbC123",
  });
  const job = succeededJob({
    state: "failed",
    failure,
    attempt: 2,
    streams: [...entitiesDone, ...counts(["insights", 5, 7, 8420])],
  });
  return buildReportView(job, null, after(102), real);
}

test("queued, just ordered", () => {
  const job = sampleJob({
    state: "queued",
    phase: 0,
    progress: 0,
    accountName: null,
    timezone: null,
    window: null,
    streams: [],
    startedAt: null,
    estimatedSecondsLeft: null,
    updatedAt: isoAfter(0),
  });
  expect(read(renderLiving(buildReportView(job, null, after(1), { sampleData: true })))).toMatchInlineSnapshot(`
    "TEXT The sync of act_1234567890123456, 7d, is queued and starts in a moment. This is sample data.
    # Syncing act_1234567890123456
    *Queued*
    7d
    ○ Account: waiting
    ○ Totals: waiting
    ○ Reach: waiting
    ○ Campaign totals: waiting
    ○ Campaigns: waiting
    ○ Ad sets: waiting
    ○ Ads: waiting
    ○ Creatives: waiting
    ○ Insights: waiting
    ○ Proof: waiting
    ~ asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c
    ~ *Sample data* from the embedded Meta, not your account
    [Cancel] job.cancel 8f3a1b2c-0000-4000-8000-000000000001 "Cancel: act_1234567890123456""
  `);
});

test("queued, and the queue is silent", () => {
  const job = sampleJob({ state: "queued", progress: 0, updatedAt: isoAfter(0), estimatedSecondsLeft: null });
  const message = read(renderLiving(buildReportView(job, null, after(45), real)));
  expect(message.split("\n").slice(0, 4)).toMatchInlineSnapshot(`
    [
      "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), is waiting for the queue; 0% is done and it goes on by itself.",
      "# Syncing Acme DE",
      "*Waiting for the queue*",
      "16–22 Nov 2026 (Europe/Berlin)",
    ]
  `);
});

test("running", () => {
  expect(read(renderLiving(buildReportView(sampleJob(), null, after(72), real)))).toMatchInlineSnapshot(`
    "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), is running: 62% done, 9,100 rows read after 1 min 12 s, about 40 s left.
    # Syncing Acme DE
    *Running: 62%*
    16–22 Nov 2026 (Europe/Berlin)
    ● Account: done · 1 row
    ● Totals: done · 14 rows
    ● Reach: done · 1 row
    ● Campaign totals: done · 12 rows
    ● Campaigns: done · 12 rows
    ● Ad sets: done · 48 rows
    ● Ads: done · 312 rows
    ● Creatives: done · 280 rows
    ◐ Insights: reading · 5 of 7 parts · 8,420 rows
    ○ Proof: waiting
    ~ 1 min 12 s so far · about 40 s left · asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c
    [Cancel] job.cancel 8f3a1b2c-0000-4000-8000-000000000001 "Cancel: Acme DE""
  `);
});

test("running without an estimate, asked over HTTP", () => {
  const origin = { kind: "http", caller: "dashboard <prod>", channel: "C0ADS" } as const;
  const job = sampleJob({
    origin,
    phase: 1,
    progress: 3,
    estimatedSecondsLeft: null,
    streams: counts(["account", 1, 1, 1]),
  });
  expect(read(renderLiving(buildReportView(job, null, after(2), real)))).toMatchInlineSnapshot(`
    "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), is running: 3% done, 9,100 rows read after 2 s.
    # Syncing Acme DE
    *Running: 3%*
    16–22 Nov 2026 (Europe/Berlin)
    ● Account: done · 1 row
    ○ Totals: waiting
    ○ Reach: waiting
    ○ Campaign totals: waiting
    ○ Campaigns: waiting
    ○ Ad sets: waiting
    ○ Ads: waiting
    ○ Creatives: waiting
    ○ Insights: waiting
    ○ Proof: waiting
    ~ 2 s so far · asked over HTTP by dashboard &lt;prod&gt; · act_1234567890123456 · job 8f3a1b2c
    [Cancel] job.cancel 8f3a1b2c-0000-4000-8000-000000000001 "Cancel: Acme DE""
  `);
});

test("while it runs, the account's own totals are said as soon as they are there", () => {
  const first = (job: Parameters<typeof buildReportView>[0]) =>
    read(renderLiving(buildReportView(job, sampleFigures(), after(80), real)))
      .split("\n")
      .slice(3, 6);
  expect(first(sampleJob({ phase: 3 }))).toMatchInlineSnapshot(`
    [
      "16–22 Nov 2026 (Europe/Berlin)",
      "*First figures* (account totals)",
      "Spend €6,840.12 (+4%) · Impressions 912,000 (−4%) · Clicks (all) 13,680 (+2.9%) · Purchases 228 (−2.1%) · ROAS 3.10 (−0.20)",
    ]
  `);
  expect(first(succeededJob()).join("\n")).not.toContain("First figures");
});

test("paused because Meta asked", () => {
  const job = sampleJob({ state: "snoozed", snoozeReason: "meta", snoozedUntil: isoAfter(1200) });
  expect(read(renderLiving(buildReportView(job, null, after(80), real)))).toMatchInlineSnapshot(`
    "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), is paused until 09:32 (Europe/Berlin) because Meta asked; 62% is done and it goes on by itself.
    # Syncing Acme DE
    *Paused until 09:32 (Europe/Berlin) because Meta asked*
    16–22 Nov 2026 (Europe/Berlin)
    Nothing is lost: 62% is done and saved. The sync goes on by itself.
    ● Account: done · 1 row
    ● Totals: done · 14 rows
    ● Reach: done · 1 row
    ● Campaign totals: done · 12 rows
    ● Campaigns: done · 12 rows
    ● Ad sets: done · 48 rows
    ● Ads: done · 312 rows
    ● Creatives: done · 280 rows
    ◐ Insights: reading · 5 of 7 parts · 8,420 rows
    ○ Proof: waiting
    ~ 1 min 20 s so far · about 40 s left · asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c
    [Cancel] job.cancel 8f3a1b2c-0000-4000-8000-000000000001 "Cancel: Acme DE""
  `);
});

test("snoozed for the queue or its quota", () => {
  const lines = (["queue", "quota"] as const).flatMap((snoozeReason) => {
    const job = sampleJob({ state: "snoozed", snoozeReason, snoozedUntil: isoAfter(90_000) });
    return read(renderLiving(buildReportView(job, null, after(80), real)))
      .split("\n")
      .slice(0, 3);
  });
  expect(lines).toMatchInlineSnapshot(`
    [
      "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), is waiting for the queue until 24 Nov 2026, 10:12 (Europe/Berlin); 62% is done and it goes on by itself.",
      "# Syncing Acme DE",
      "*Waiting for the queue until 24 Nov 2026, 10:12 (Europe/Berlin)*",
      "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), is paused until 24 Nov 2026, 10:12 (Europe/Berlin) because the queue's quota is used up; 62% is done and it goes on by itself.",
      "# Syncing Acme DE",
      "*Paused until 24 Nov 2026, 10:12 (Europe/Berlin) because the queue's quota is used up*",
    ]
  `);
});

test("cancelling, while the worker still works", () => {
  const message = read(renderLiving(buildReportView(sampleJob(), null, after(72), real), used));
  expect([message.split("\n").at(0), message.split("\n").at(-1)]).toMatchInlineSnapshot(`
    [
      "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), is being cancelled; what is saved is kept.",
      "~ Cancelling…, asked by <@U0BEN>, <!date^1795421820^{date_short_pretty} at {time}|23 Nov 2026, 08:17 UTC>",
    ]
  `);
});

test("a sync that succeeded: the last edit and the summary", () => {
  const view = buildReportView(succeededJob(), sampleFigures(), after(200), real);
  expect(read(renderLiving(view))).toMatchInlineSnapshot(`
    "TEXT Sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin). Done in 1 min 42 s: 12,475 rows read, 120 written.
    # ✅ Sync complete: Acme DE
    *Done* in 1 min 42 s: 12,475 rows read, 120 written.
    16–22 Nov 2026 (Europe/Berlin) · details in the thread
    ~ asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c"
  `);
  expect(read(renderReport(view))).toMatchInlineSnapshot(`
    "TEXT Sync complete for Acme DE, 16–22 Nov 2026 (Europe/Berlin): spend €6,840.12 (+4% against 9–15 Nov 2026), purchases 228, ROAS 3.10. 12,475 rows read, 120 written in 1 min 42 s.
    # ✅ Sync complete: Acme DE
    16–22 Nov 2026 (Europe/Berlin), compared with 9–15 Nov 2026
    *Spend* €6,840.12 (+4%)
    *Impressions* 912,000 (−4%)
    *Clicks (all)* 13,680 (+2.9%)
    *CTR (all)* 1.50% (+0.10 pp)
    *CPC (all)* €0.50 (+1.1%)
    *CPM* €7.50 (+8.3%)
    *Purchases* 228 (−2.1%)
    *Purchase value* €21,204.37 (−2.3%)
    *ROAS* 3.10 (−0.20)
    *Cost per purchase* €30.00 (+6.3%)
    *Reach* 402,118
    *Top campaigns by spend* (2 of 12)
    1. DE | Prospecting | broad: €1,210.00 (18%) · 61 purchases · ROAS 4.90
    2. DE | Retargeting 30d: €640.00 (9%) · 8 purchases · ROAS 0.80
    *Proof*
    account total €6,840.12 = sum of ads €6,840.12 · 7 of 7 days have figures · attribution 7d click, 1d view · days in Europe/Berlin · purchases counted as omni_purchase
    ~ 12,475 rows read, 120 written · 61 Meta calls · 1 min 42 s · asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c
    [Sync again] job.again 8f3a1b2c-0000-4000-8000-000000000001 "Sync again: Acme DE""
  `);
});

test("sample data, warnings, quarantined rows, no earlier data, a running day and no campaigns are all said", () => {
  const job = succeededJob({
    warnings: ["Creatives: Meta refused 3 of 280 <b>"],
    quarantined: 2,
    finishedAt: isoAfter(20),
  });
  const window = { since: "2026-11-22", until: "2026-11-23" };
  const figures = sampleFigures({
    current: sampleSums({ days: 2 }),
    previous: sampleSums({ days: 0 }),
    campaigns: [],
    campaignCount: 0,
    window,
  });
  const view = buildReportView(job, figures, after(200), { sampleData: true });
  expect(read(renderLiving(view))).toMatchInlineSnapshot(`
    "TEXT Sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin). Done with 2 warnings in 20 s: 12,475 rows read, 120 written. This is sample data.
    # ✅ Sync complete: Acme DE
    *Done with 2 warnings* in 20 s: 12,475 rows read, 120 written.
    16–22 Nov 2026 (Europe/Berlin) · details in the thread
    ~ asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c
    ~ *Sample data* from the embedded Meta, not your account"
  `);
  expect(read(renderReport(view, used))).toMatchInlineSnapshot(`
    "TEXT Sync complete for Acme DE, 16–22 Nov 2026 (Europe/Berlin): spend €6,840.12, purchases 228, ROAS 3.10. 12,475 rows read, 120 written in 20 s. 2 warnings, see the thread. This is sample data.
    # ✅ Sync complete: Acme DE
    16–22 Nov 2026 (Europe/Berlin), no earlier data (9–15 Nov 2026)
    *Spend* €6,840.12
    *Impressions* 912,000
    *Clicks (all)* 13,680
    *CTR (all)* 1.50%
    *CPC (all)* €0.50
    *CPM* €7.50
    *Purchases* 228
    *Purchase value* €21,204.37
    *ROAS* 3.10
    *Cost per purchase* €30.00
    *Reach* 402,118
    ~ 23 Nov 2026 is not over: its figures still grow, so compare them with care.
    *Top campaigns*
    No campaign had figures in this window.
    *Proof*
    account total €6,840.12 = sum of ads €6,840.12 · 2 of 2 days have figures · attribution 7d click, 1d view · days in Europe/Berlin · purchases counted as omni_purchase
    *Warnings*
    • Creatives: Meta refused 3 of 280 &lt;b&gt;
    • 2 rows could not be read and lie in quarantine
    ~ 12,475 rows read, 120 written · 61 Meta calls · 20 s · act_1234567890123456 · job 8f3a1b2c
    ~ *Sample data* from the embedded Meta, not your account
    ~ Synced again by <@U0BEN>, <!date^1795421820^{date_short_pretty} at {time}|23 Nov 2026, 08:17 UTC>"
  `);
});

test("zero purchases in yen", () => {
  const current = sampleSums({ spend: "684012", actions: {}, actionValues: {} });
  const figures = sampleFigures({ currency: "JPY", current, levelSpend: "684012" });
  const message = read(renderReport(buildReportView(succeededJob(), figures, after(200), real)));
  expect(message.split("\n").filter((line) => /TEXT|Purch|ROAS|Spend/.test(line))).toMatchInlineSnapshot(`
    [
      "TEXT Sync complete for Acme DE, 16–22 Nov 2026 (Europe/Berlin): spend ¥684,012 (+10,300% against 9–15 Nov 2026), purchases 0, ROAS 0.00. 12,475 rows read, 120 written in 1 min 42 s.",
      "*Spend* ¥684,012 (+10,300%)",
      "*Purchases* 0 (−100%)",
      "*Purchase value* ¥0 (−100%)",
      "*ROAS* 0.00 (−3.30)",
      "1. DE | Prospecting | broad: ¥1,210 (under 1%) · 61 purchases · ROAS 4.90",
      "2. DE | Retargeting 30d: ¥640 (under 1%) · 8 purchases · ROAS 0.80",
    ]
  `);
});

test("a success without figures, and a dry run", () => {
  const job = succeededJob({ request: { ...sampleJob().request, dryRun: true }, rowsWritten: 0 });
  expect(read(renderReport(buildReportView(job, null, after(200), real)))).toMatchInlineSnapshot(`
    "TEXT Sync complete for Acme DE, 16–22 Nov 2026 (Europe/Berlin): 12,475 rows read, none written (dry run) in 1 min 42 s.
    # ✅ Sync complete: Acme DE
    16–22 Nov 2026 (Europe/Berlin)
    No figures are stored for this window.
    ~ 12,475 rows read, none written (dry run) · 61 Meta calls · 1 min 42 s · asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c
    [Sync again] job.again 8f3a1b2c-0000-4000-8000-000000000001 "Sync again: Acme DE""
  `);
});

test("a failure: what happened, what to do, what is saved", () => {
  expect(read(renderLiving(failedView()))).toMatchInlineSnapshot(`
    "TEXT Sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin). Failed: Meta says the access token has expired.
    # ❌ Sync failed: Acme DE
    *Failed:* Meta says the access token has expired.
    16–22 Nov 2026 (Europe/Berlin) · details in the thread
    ~ asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c, attempt 2"
  `);
  expect(read(renderReport(failedView()))).toMatchInlineSnapshot(`
    "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), failed: Meta says the access token has expired. The owner of the Meta token makes a new one (Business settings → System users → Generate token, ads_read) and sets META_ACCESS_TOKEN; then press Retry. Saved so far: 12,475 rows: Account, Totals, Reach, Campaign totals, Campaigns, Ad sets, Ads, Creatives, Insights 5 of 7 parts.
    # ❌ Sync failed: Acme DE
    16–22 Nov 2026 (Europe/Berlin)
    *What happened*
    Meta says the access token has expired.
    *What to do*
    The owner of the Meta token makes a new one (Business settings → System users → Generate token, ads_read) and sets META_ACCESS_TOKEN; then press Retry.
    Saved so far: 12,475 rows: Account, Totals, Reach, Campaign totals, Campaigns, Ad sets, Ads, Creatives, Insights 5 of 7 parts.
    ~ Meta code 190/463, trace AbC123 · 1 min 42 s · asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c, attempt 2
    [Retry] job.retry {"job":"8f3a1b2c-0000-4000-8000-000000000001","attempt":2} "Retry: Acme DE""
  `);
});

test("failures of other kinds, before anything was saved", () => {
  const texts = (["permission_denied", "account_not_found", "queue_lost", "internal"] as const).map((kind) => {
    const failure = failureOf(kind, `It stopped <@U1> & said ${kind}.`);
    const job = succeededJob({ state: "failed", failure, streams: [], rowsRead: 0, accountName: null });
    return read(renderReport(buildReportView(job, null, after(200), real))).split("\n")[0];
  });
  expect(texts).toMatchInlineSnapshot(`
    [
      "TEXT The sync of act_1234567890123456, 16–22 Nov 2026 (Europe/Berlin), failed: It stopped &lt;@U1&gt; &amp; said permission_denied. An admin of the ad account assigns it to the system user (View performance) and the token needs ads_read; then press Retry. Nothing is saved so far.",
      "TEXT The sync of act_1234567890123456, 16–22 Nov 2026 (Europe/Berlin), failed: It stopped &lt;@U1&gt; &amp; said account_not_found. Check the number of the ad account, and that the token's user can see it in Ads Manager. Nothing is saved so far.",
      "TEXT The sync of act_1234567890123456, 16–22 Nov 2026 (Europe/Berlin), failed: It stopped &lt;@U1&gt; &amp; said queue_lost. The queue lost the job's messages three times. Check the QStash console and the public address, then press Retry. Nothing is saved so far.",
      "TEXT The sync of act_1234567890123456, 16–22 Nov 2026 (Europe/Berlin), failed: It stopped &lt;@U1&gt; &amp; said internal. This is a fault in meta-sync: tell its developer the id of this job. Nothing is saved so far.",
    ]
  `);
  const unknown = buildReportView(succeededJob({ state: "failed" }), null, after(200), real);
  expect(read(renderReport(unknown))).toContain("The reason was not recorded.");
});

test("a used button gives way to who pressed it and when", () => {
  expect(read(renderReport(failedView(), used)).split("\n").at(-1)).toMatchInlineSnapshot(
    `"~ Retried by <@U0BEN>, <!date^1795421820^{date_short_pretty} at {time}|23 Nov 2026, 08:17 UTC>"`,
  );
});

test("a cancelled sync: who, when, what is kept", () => {
  const job = succeededJob({ state: "cancelled", cancelledBy: "U0BEN", streams: entitiesDone, rowsRead: 680 });
  const view = buildReportView(job, null, after(500), real);
  expect(read(renderLiving(view))).toMatchInlineSnapshot(`
    "TEXT Sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin). Cancelled by <@U0BEN> after 1 min 42 s.
    # Sync cancelled: Acme DE
    *Cancelled* by <@U0BEN> after 1 min 42 s.
    16–22 Nov 2026 (Europe/Berlin) · details in the thread
    ~ asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c"
  `);
  expect(read(renderReport(view))).toMatchInlineSnapshot(`
    "TEXT The sync of Acme DE, 16–22 Nov 2026 (Europe/Berlin), was cancelled by <@U0BEN> at 23 Nov 2026, 08:13 UTC. Saved so far: 680 rows: Account, Totals, Reach, Campaign totals, Campaigns, Ad sets, Ads, Creatives.
    # Sync cancelled: Acme DE
    Cancelled by <@U0BEN>, <!date^1795421622^{date_short_pretty} at {time}|23 Nov 2026, 08:13 UTC>
    16–22 Nov 2026 (Europe/Berlin)
    Saved so far: 680 rows: Account, Totals, Reach, Campaign totals, Campaigns, Ad sets, Ads, Creatives. Retry goes on from there.
    ~ 1 min 42 s · asked by <@U0ANA> · act_1234567890123456 · job 8f3a1b2c
    [Retry] job.retry {"job":"8f3a1b2c-0000-4000-8000-000000000001","attempt":1} "Retry: Acme DE""
  `);
});

test("I6: no report before the end, and the same one whenever it is rendered", () => {
  expect(renderReport(buildReportView(sampleJob(), null, after(72), real))).toBeNull();
  const late = buildReportView(succeededJob(), sampleFigures(), after(9e6), real);
  expect(renderReport(late)).toEqual(renderReport(buildReportView(succeededJob(), sampleFigures(), after(103), real)));
});

const nasty = [
  "x".repeat(300),
  "👩‍👩‍👧‍👦".repeat(60),
  "<!channel> & <@U0ANA> <script>alert(1)</script>",
  "متجر القاهرة – عروض الجمعة البيضاء ١٢٣",
  "two\nlines\u202e and a mark",
  "",
];

test("names that data could bring do no harm", () => {
  const seen = nasty.map((name) => {
    const campaigns = sampleFigures().campaigns.map((campaign) => ({ ...campaign, name }));
    const job = succeededJob({ accountName: name, finishedAt: isoAfter(20) });
    const message = renderReport(buildReportView(job, sampleFigures({ campaigns }), after(200), real));
    if (message === null) throw new Error("a final job has a report");
    expect(checkBlocks(message)).toEqual([]);
    const drawing = draw(message);
    // The header and the button's label are plain text; anywhere else a < would be markup.
    expect(drawing.replace(/^# .*$/m, "").replace(/^.Sync again.*$/m, "")).not.toContain("<");
    const lines = drawing.split("\n");
    return [lines[0]?.slice(0, 90), lines[1], lines.find((line) => line.startsWith("1. "))];
  });
  expect(seen).toMatchInlineSnapshot(`
    [
      [
        "TEXT Sync complete for xxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxx, 16–22 Nov 2026 (Europe/Berlin)",
        "# ✅ Sync complete: xxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxx",
        "1. xxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxx: €1,210.00 (18%) · 61 purchases · ROAS 4.90",
      ],
      [
        "TEXT Sync complete for 👩‍👩‍👧‍👦👩‍👩‍👧‍👦…👩‍👩‍👧‍👦👩‍👩‍👧‍👦, 16–22 Nov 2026 (Euro",
        "# ✅ Sync complete: 👩‍👩‍👧‍👦👩‍👩‍👧‍👦…👩‍👩‍👧‍👦👩‍👩‍👧‍👦",
        "1. 👩‍👩‍👧‍👦👩‍👩‍👧‍👦…👩‍👩‍👧‍👦👩‍👩‍👧‍👦: €1,210.00 (18%) · 61 purchases · ROAS 4.90",
      ],
      [
        "TEXT Sync complete for &lt;!channel&gt; &amp; &lt;@U0…alert(1)&lt;/script&gt;, 16–22 Nov 2",
        "# ✅ Sync complete: <!channel> & <@U0…alert(1)</script>",
        "1. &lt;!channel&gt; &amp; &lt;@U0…alert(1)&lt;/script&gt;: €1,210.00 (18%) · 61 purchases · ROAS 4.90",
      ],
      [
        "TEXT Sync complete for ⁨متجر القاهرة – عر…لجمعة البيضاء ١٢٣⁩, 16–22 Nov 2026 (Europe/Berli",
        "# ✅ Sync complete: ⁨متجر القاهرة – عر…لجمعة البيضاء ١٢٣⁩",
        "1. ⁨متجر القاهرة – عر…لجمعة البيضاء ١٢٣⁩: €1,210.00 (18%) · 61 purchases · ROAS 4.90",
      ],
      [
        "TEXT Sync complete for two lines and a mark, 16–22 Nov 2026 (Europe/Berlin): spend €6,840.",
        "# ✅ Sync complete: two lines and a mark",
        "1. two lines and a mark: €1,210.00 (18%) · 61 purchases · ROAS 4.90",
      ],
      [
        "TEXT Sync complete for act_1234567890123456, 16–22 Nov 2026 (Europe/Berlin): spend €6,840.",
        "# ✅ Sync complete: act_1234567890123456",
        "1. (no name): €1,210.00 (18%) · 61 purchases · ROAS 4.90",
      ],
    ]
  `);
});

test("a hundred long warnings are cut to what fits, and how many were left out is said", () => {
  const warnings = Array.from({ length: 100 }, (_, index) => `${index}: ${"&".repeat(500)}`);
  const report = renderReport(buildReportView(succeededJob({ warnings }), sampleFigures(), after(200), real));
  if (report === null) throw new Error("a final job has a report");
  const fitted = fitBlocks(report);
  expect(checkBlocks(fitted)).toEqual([]);
  expect(draw(fitted)).toMatch(/…and \d+ more/);
});
