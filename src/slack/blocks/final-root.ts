/** The last edit of the living message: one line of outcome, no button; the thread has the rest. */
import { countOf } from "../../report/number-text.ts";
import type { ReportView } from "../../report/view.ts";
import { context, header, section, type SlackMessage } from "../message.ts";
import { plainName } from "../text.ts";
import {
  accountText,
  askedText,
  cancelledBy,
  durationText,
  failureSentence,
  jobText,
  rowsText,
  sampleNotes,
  sampleSuffix,
  warningCount,
  windowText,
} from "./phrases.ts";

interface Outcome {
  title: string;
  word: string;
  rest: string;
}

function outcomeOf(view: ReportView): Outcome {
  if (view.state === "failed") return { title: "❌ Sync failed", word: "Failed:", rest: failureSentence(view) };
  if (view.state === "cancelled") {
    return { title: "Sync cancelled", word: "Cancelled", rest: `by ${cancelledBy(view)} after ${durationText(view)}.` };
  }
  const warnings = warningCount(view);
  const word = warnings === 0 ? "Done" : `Done with ${countOf(warnings, "warning")}`;
  return { title: "✅ Sync complete", word, rest: `in ${durationText(view)}: ${rowsText(view)}.` };
}

/** Renders a final job as the end of its living message. */
export function renderFinalRoot(view: ReportView): SlackMessage {
  const { title, word, rest } = outcomeOf(view);
  return {
    text: `Sync of ${accountText(view)}, ${windowText(view)}. ${word} ${rest}${sampleSuffix(view)}`,
    blocks: [
      header(`${title}: ${plainName(view.account.label)}`),
      section(`*${word}* ${rest}\n${windowText(view)} · details in the thread`),
      context([[askedText(view), view.account.actId, jobText(view)].join(" · "), ...sampleNotes(view)]),
    ],
  };
}
