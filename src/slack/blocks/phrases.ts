/** Pieces that several job messages are made of: who, where, when, and the small print. */
import { durationWords } from "../../report/dates.ts";
import { countOf, countText } from "../../report/number-text.ts";
import type { Person, ReportView } from "../../report/view.ts";
import { cutText, escapeText, mention, nameText } from "../text.ts";

function personText(person: Person): string {
  return person.kind === "slack" ? mention(person.userId) : nameText(person.name);
}

/** "Acme DE", escaped. */
export function accountText(view: ReportView): string {
  return nameText(view.account.label);
}

/** "16–22 Nov 2026 (Europe/Berlin)", or the timeframe as ordered while the zone is unknown. */
export function windowText(view: ReportView): string {
  const words = view.window === null ? escapeText(view.timeframe) : view.window.words;
  return view.zone === null ? words : `${words} (${escapeText(view.zone)})`;
}

/** "8,420 rows read, 120 written". */
export function rowsText(view: ReportView): string {
  const { rowsRead, rowsWritten } = view.work;
  if (view.dryRun) return `${countOf(rowsRead, "row")} read, none written (dry run)`;
  return `${countOf(rowsRead, "row")} read, ${countText(rowsWritten)} written`;
}

export function durationText(view: ReportView): string {
  return durationWords(view.work.durationSeconds);
}

/** "job 8f3a1b2c": enough to find it, short enough to read. */
export function jobText(view: ReportView): string {
  const attempt = view.attempt > 1 ? `, attempt ${view.attempt}` : "";
  return `job ${escapeText(view.jobId.slice(0, 8))}${attempt}`;
}

/** Who asked for it: a mention in Slack, or the key's name over HTTP. */
export function askedText(view: ReportView): string {
  const by = personText(view.askedBy);
  return view.askedBy.kind === "slack" ? `asked by ${by}` : `asked over HTTP by ${by}`;
}

/** Empty unless the figures are invented. */
export function sampleNotes(view: ReportView): string[] {
  return view.sampleData ? ["*Sample data* from the embedded Meta, not your account"] : [];
}

/** The same for `text`: " (sample data)". */
export function sampleSuffix(view: ReportView): string {
  return view.sampleData ? " This is sample data." : "";
}

/** Below this the requester is still looking; above it the mention calls them back. */
const MENTION_AFTER_SECONDS = 60;

/** Who asked, in a report: the root above it says it already, so people are mentioned only after a long wait. */
export function askedInReport(view: ReportView): string[] {
  const quick = view.askedBy.kind === "slack" && view.work.durationSeconds < MENTION_AFTER_SECONDS;
  return quick ? [] : [askedText(view)];
}

/** How many warnings the report lists. */
export function warningCount(view: ReportView): number {
  return view.warnings.length + (view.work.quarantined > 0 ? 1 : 0);
}

/** The reason in one sentence, escaped; a job can fail before a reason was stored. */
export function failureSentence(view: ReportView): string {
  return escapeText(cutText(view.failure?.sentence ?? "The reason was not recorded.", 1000));
}

export function cancelledBy(view: ReportView): string {
  return view.cancelled === null ? "someone" : personText(view.cancelled.by);
}

/** What is kept when a job ends early. */
export function savedText(view: ReportView): string {
  if (view.dryRun) return "Nothing is saved: it was a dry run.";
  if (view.work.rowsRead === 0) return "Nothing is saved so far.";
  const lines = view.progress.lines.filter((line) => line.partsDone > 0);
  const streams = lines.map((line) => {
    if (line.state === "done") return line.label;
    return `${line.label} ${line.partsDone} of ${line.parts} parts`;
  });
  const list = streams.length > 0 ? `: ${streams.join(", ")}` : "";
  return `Saved so far: ${countOf(view.work.rowsRead, "row")}${list}.`;
}
