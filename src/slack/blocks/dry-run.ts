/** What a dry run tells: what a sync would take, what would be clamped or refused, and how to start it for real. Pure. */
import { windowWords, zoneClockWords } from "../../report/dates.ts";
import { countOf, countText } from "../../report/number-text.ts";
import type { DryRun, Duration, StreamEstimate } from "../../sync/estimate.ts";
import type { Failure } from "../../sync/failure.ts";
import type { SyncRequest } from "../../sync/request.ts";
import { streams } from "../../sync/streams.ts";
import { section, type SlackMessage } from "../message.ts";
import { cutText, escapeText, nameText } from "../text.ts";

/** Said at once: Meta is asked after the ack. */
export const countingText = "One moment: I'm counting at Meta what this sync would take. Nothing is started.";

/** The order as it is typed, without `--dry-run`. */
function orderWords(request: SyncRequest): string {
  const { accountId, timeframe, level, breakdowns, full } = request;
  return [
    `act_${accountId}`,
    timeframe,
    ...(level === "ad" ? [] : [`--level ${level}`]),
    ...(breakdowns.length === 0 ? [] : [`--breakdown ${breakdowns.join(",")}`]),
    ...(full ? ["--full"] : []),
  ].join(" ");
}

function span(least: number, most: number, unit: string): string {
  const [from, to] = [Math.max(1, Math.round(least)), Math.max(1, Math.round(most))];
  return from === to ? `about ${countOf(from, unit)}` : `${countText(from)} to ${countOf(to, unit)}`;
}

/** "less than a minute", "1 to 3 minutes", "about 25 minutes, most of it waiting for Meta's limit". */
export function durationRange({ least, most, waiting }: Duration): string {
  const words =
    most < 60
      ? "less than a minute"
      : most < 90 * 60
        ? span(least / 60, most / 60, "minute")
        : span(least / 3600, most / 3600, "hour");
  return waiting > most / 2 ? `${words}, most of it waiting for Meta's limit` : words;
}

function percentText(percent: number): string {
  return percent < 1 ? "less than 1%" : `about ${countText(Math.round(percent))}%`;
}

function streamLine({ stream, parts, reports, calls }: StreamEstimate): string {
  const made =
    reports === 0
      ? ""
      : `, ${reports === parts ? "made" : `${reports} of them made`} by Meta as ${reports === 1 ? "a report" : "reports"}`;
  return `• ${streams[stream].label}: ${countOf(parts, "part")}${made}, ${countOf(calls, "call")}`;
}

function placeText({ accountName, request, window, timezone }: DryRun): string {
  const account = accountName === null ? `act_${request.accountId}` : nameText(accountName);
  return `${account}, ${windowWords(window)} (${escapeText(timezone)})`;
}

const tierWords = { limited: "Limited", full: "Full" } as const;

/** `sampleData`: the figures come from the embedded Meta. */
export function dryRunMessage(run: DryRun, sampleData: boolean): SlackMessage {
  const { estimate, duration, tier, budgetPercent, usedPercent, notes, request } = run;
  const { reports } = estimate;
  const place = placeText(run);
  const takes = `${countOf(estimate.parts, "part")}, about ${countOf(estimate.calls, "call")} to Meta`;
  const looks = reports === 0 ? "" : " and a few looks at each report until it is ready";
  const lines = [
    `*Dry run*: ${place}. Nothing was started, nothing was saved.`,
    `A sync would take *${takes}*${looks}:`,
    ...estimate.streams.map(streamLine),
    `*Share of Meta's limit*: ${percentText(budgetPercent)} of this account's calls of an hour (${tierWords[tier]} access); ${percentText(usedPercent)} of its points are in use now.`,
    `*Time*: ${durationRange(duration)}.`,
    ...notes.map((note) => `*Note*: ${escapeText(cutText(note, 400))}`),
    `Start it with \`/meta-sync ${orderWords(request)}\`, or mention me with the same words.`,
    ...(sampleData ? ["_Sample data from the embedded Meta, not your account._"] : []),
  ];
  const text = `Dry run for ${place}: a sync would take ${takes}, ${durationRange(duration)}. Nothing was started.`;
  return { text, blocks: [section(lines.join("\n"))] };
}

/** A sync would end with this failure; trouble that passes says nothing about a sync. */
export function wouldFailText(accountId: string, { kind, sentence, advice }: Failure): string {
  const told = escapeText(cutText(sentence, 1000));
  if (kind === "unavailable")
    return `Dry run of act_${accountId}: ${told} Nothing was started. Please ask again in a while.`;
  // There is no button below a dry run.
  const cure = escapeText(advice.replaceAll("press Retry", "ask again"));
  return `Dry run: a sync of act_${accountId} would fail. ${told}\n${cure}\nNothing was started.`;
}

/** Meta wants no calls before `untilMs`. */
export function dryRunPausedText(sentence: string, untilMs: number, nowMs: number): string {
  return `Dry run: ${escapeText(sentence)}, so nothing more is asked before ${zoneClockWords(untilMs, nowMs, null)}. Nothing was started; a sync would wait until then. Please ask again afterwards.`;
}
