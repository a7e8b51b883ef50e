/** A job and its figures as the database gives them, each field to be overridden by a test. */
import type { Figures, Sums } from "#src/report/figures.ts";
import { type JobView, jobViewSchema, type StreamCount } from "#src/sync/job.ts";
import type { StreamName } from "#src/sync/streams.ts";
import { figuresSchema } from "#src/report/figures.ts";

const startedMs = Date.parse("2026-11-23T08:12:00+00:00");

/** `seconds` after the job began. */
export function after(seconds: number): number {
  return startedMs + seconds * 1000;
}

export function isoAfter(seconds: number): string {
  return new Date(after(seconds)).toISOString();
}

/** [stream, parts done, parts, rows] in short. */
export function counts(...rows: [StreamName, number, number, number][]): StreamCount[] {
  return rows.map(([stream, partsDone, parts, rowsRead]) => ({
    stream,
    parts,
    partsDone,
    partsFailed: 0,
    rowsRead,
    rowsWritten: rowsRead,
    calls: partsDone,
    expectedCalls: parts,
  }));
}

export const entitiesDone = counts(
  ["account", 1, 1, 1],
  ["totals", 1, 1, 14],
  ["reach", 1, 1, 1],
  ["campaign_totals", 1, 1, 12],
  ["campaigns", 1, 1, 12],
  ["ad_sets", 1, 1, 48],
  ["ads", 1, 1, 312],
  ["creatives", 1, 1, 280],
);

export function sampleJob(changes: Partial<JobView> = {}): JobView {
  return jobViewSchema.parse({
    workspaceId: "T0ACME01",
    env: "test",
    jobId: "8f3a1b2c-0000-4000-8000-000000000001",
    request: { accountId: "1234567890123456", timeframe: "7d" },
    origin: { kind: "slack", channel: "C0ADS", userId: "U0ANA" },
    accountName: "Acme DE",
    currency: "EUR",
    timezone: "Europe/Berlin",
    window: { since: "2026-11-16", until: "2026-11-22" },
    previousWindow: { since: "2026-11-09", until: "2026-11-15" },
    state: "running",
    attempt: 1,
    phase: 3,
    revision: 7,
    progress: 62,
    snoozeReason: null,
    snoozedUntil: null,
    failure: null,
    warnings: [],
    cancelledBy: null,
    createdAt: isoAfter(-1),
    startedAt: isoAfter(0),
    updatedAt: isoAfter(70),
    finishedAt: null,
    estimatedSecondsLeft: 40,
    streams: [...entitiesDone, ...counts(["insights", 5, 7, 8420])],
    rowsRead: 9100,
    rowsWritten: 120,
    quarantined: 0,
    calls: 61,
    root: { channel: "C0ADS", ts: "1795421520.000100", threadTs: null },
    resultData: null,
    userId: null,
    ...changes,
  });
}

/** The same job at its end, 102 seconds after the start. */
export function succeededJob(changes: Partial<JobView> = {}): JobView {
  return sampleJob({
    state: "succeeded",
    phase: 4,
    progress: 100,
    estimatedSecondsLeft: 0,
    finishedAt: isoAfter(102),
    streams: [...entitiesDone, ...counts(["insights", 7, 7, 11_788], ["proof", 1, 1, 7])],
    rowsRead: 12_475,
    ...changes,
  });
}

export function sampleSums(changes: Partial<Sums> = {}): Sums {
  return {
    spend: "6840.12",
    impressions: 912_000,
    clicks: 13_680,
    inlineLinkClicks: 9100,
    actions: {
      omni_purchase: "228",
      purchase: "231",
      "offsite_conversion.fb_pixel_purchase": "219",
      link_click: "9100",
    },
    actionValues: { omni_purchase: "21204.37", purchase: "21500.00" },
    days: 7,
    ...changes,
  };
}

export function sampleFigures(changes: Partial<Figures> = {}): Figures {
  const campaign = (id: string, name: string, spend: string, purchases: string, value: string) => ({
    id,
    name,
    spend,
    impressions: 100_000,
    clicks: 1500,
    actions: { omni_purchase: purchases, purchase: "999" },
    actionValues: { omni_purchase: value },
  });
  return figuresSchema.parse({
    accountId: "1234567890123456",
    accountName: "Acme DE",
    currency: "EUR",
    timezone: "Europe/Berlin",
    window: { since: "2026-11-16", until: "2026-11-22" },
    previousWindow: { since: "2026-11-09", until: "2026-11-15" },
    current: sampleSums(),
    previous: sampleSums({
      spend: "6577.00",
      impressions: 950_000,
      clicks: 13_300,
      actions: { omni_purchase: "233" },
      actionValues: { omni_purchase: "21700.10" },
    }),
    levelSpend: "6840.12",
    reach: 402_118,
    campaigns: [
      campaign("11", "DE | Prospecting | broad", "1210.00", "61", "5929"),
      campaign("12", "DE | Retargeting 30d", "640.00", "8", "512"),
    ],
    campaignCount: 12,
    attributionSettings: ["7d_click_1d_view"],
    ...changes,
  });
}
