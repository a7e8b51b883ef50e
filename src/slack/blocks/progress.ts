/** The living message while a job is under way: what is read, how far, how long, and [Cancel]. */
import { durationWords } from "../../report/dates.ts";
import { countOf } from "../../report/number-text.ts";
import type { LineState, StreamLine } from "../../report/progress.ts";
import type { ReportView } from "../../report/view.ts";
import { buttonRow, type UsedButton } from "../buttons.ts";
import { context, header, section, type SlackMessage } from "../message.ts";
import { escapeText, plainName } from "../text.ts";
import { accountText, askedText, jobText, sampleNotes, sampleSuffix, windowText } from "./phrases.ts";

/** Shapes, not colours, and never without the word. */
const marks: Record<LineState, string> = {
  waiting: "○",
  reading: "◐",
  done: "●",
  partly: "✕",
  failed: "✕",
  stopped: "○",
};

function lineText(line: StreamLine): string {
  const counts: string[] = [line.word];
  if (line.parts > 1) counts.push(`${line.partsDone} of ${line.parts} parts`);
  if (line.rowsRead > 0) counts.push(countOf(line.rowsRead, "row"));
  return `${marks[line.state]} ${line.label}: ${counts.join(" · ")}`;
}

/** The state in words, for example "Paused until 10:32 (Europe/Berlin) because Meta asked": the zone of the account's days. */
function stateWords(view: ReportView): string {
  const { pause, perCent } = view.progress;
  const until = pause?.untilWords ?? null;
  if (pause === null) return view.state === "queued" ? "Queued" : `Running: ${perCent}%`;
  if (pause.reason === "queue")
    return until === null ? "Waiting for the queue" : `Waiting for the queue until ${until}`;
  return `Paused${until === null ? "" : ` until ${until}`} ${pause.because}`;
}

function leftWords(view: ReportView): string | null {
  const left = view.progress.estimatedSecondsLeft;
  if (left === null || view.progress.pause?.untilMs === null) return null;
  return left < 5 ? "nearly done" : `about ${durationWords(left)} left`;
}

function pauseNote(view: ReportView): string | null {
  const { pause, perCent } = view.progress;
  if (pause === null) return null;
  const saved = perCent > 0 ? `: ${perCent}% is done and saved` : "";
  return `Nothing is lost${saved}. The sync goes on by itself.`;
}

function sentence(view: ReportView, cancelling: boolean): string {
  const what = `The sync of ${accountText(view)}, ${windowText(view)},`;
  const { pause, perCent, elapsedSeconds } = view.progress;
  if (cancelling) return `${what} is being cancelled; what is saved is kept.`;
  if (pause !== null) {
    const state = stateWords(view);
    return `${what} is ${state.charAt(0).toLowerCase()}${state.slice(1)}; ${perCent}% is done and it goes on by itself.`;
  }
  if (view.state === "queued") return `${what} is queued and starts in a moment.`;
  const left = leftWords(view);
  const took = `after ${durationWords(elapsedSeconds)}${left === null ? "" : `, ${left}`}`;
  return `${what} is running: ${perCent}% done, ${countOf(view.work.rowsRead, "row")} read ${took}.`;
}

/** What the account's own totals say already, while the rows below them are still read. */
function firstFiguresText(view: ReportView): string | null {
  if (view.firstFigures === null) return null;
  const figures = view.firstFigures.map(
    ({ label, value, change }) => `${label} ${value}${change === null ? "" : ` (${change})`}`,
  );
  return `*First figures* (account totals)\n${escapeText(figures.join(" · "))}`;
}

/**
 * Renders a job that is queued, running, snoozed or waiting for the queue.
 * `used` puts "Cancelling…" in the button's place, with who pressed it and when.
 */
export function renderProgress(view: ReportView, used: UsedButton | null = null): SlackMessage {
  const small = [
    view.state === "queued" ? null : `${durationWords(view.progress.elapsedSeconds)} so far`,
    leftWords(view),
    askedText(view),
    view.account.actId,
    jobText(view),
  ];
  const note = pauseNote(view);
  const first = firstFiguresText(view);
  const lines = view.progress.lines.map(lineText).join("\n");
  return {
    text: sentence(view, used !== null) + sampleSuffix(view),
    blocks: [
      header(`Syncing ${plainName(view.account.label)}`),
      section(`*${stateWords(view)}*\n${windowText(view)}`),
      ...(note === null ? [] : [section(note)]),
      ...(first === null ? [] : [section(first)]),
      ...(lines === "" ? [] : [section(lines)]),
      context([small.filter((words) => words !== null).join(" · "), ...sampleNotes(view)]),
      buttonRow("job.cancel", { jobId: view.jobId, attempt: null }, plainName(view.account.label), used),
    ],
  };
}
