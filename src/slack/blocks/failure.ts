/** The report of a sync that failed: what happened, who can fix it and how, what is saved, and [Retry]. */
import type { ReportView } from "../../report/view.ts";
import { buttonRow, type UsedButton } from "../buttons.ts";
import { context, header, section, type SlackMessage } from "../message.ts";
import { cutText, escapeText, plainName } from "../text.ts";
import {
  accountText,
  askedInReport,
  durationText,
  failureSentence,
  jobText,
  sampleNotes,
  sampleSuffix,
  savedText,
  windowText,
} from "./phrases.ts";

const noAdvice = "Press Retry; if it fails again, tell the developer the id of this job.";

/** Meta's own numbers, for the person who looks them up. */
function metaText(view: ReportView): string | null {
  const failure = view.failure;
  if (failure === null || failure.code === null) return null;
  const subcode = failure.subcode === null ? "" : `/${failure.subcode}`;
  const trace = failure.traceId === null ? "" : `, trace ${escapeText(cutText(failure.traceId, 60))}`;
  return `Meta code ${failure.code}${subcode}${trace}`;
}

/** Renders a failed job. `used` says who pressed [Retry], in its place. */
export function renderFailure(view: ReportView, used: UsedButton | null = null): SlackMessage {
  const reason = failureSentence(view);
  const advice = escapeText(view.failure?.advice ?? noAdvice);
  const saved = savedText(view);
  const small = [metaText(view), durationText(view), ...askedInReport(view), view.account.actId, jobText(view)];
  return {
    text: `The sync of ${accountText(view)}, ${windowText(view)}, failed: ${reason} ${advice} ${saved}${sampleSuffix(view)}`,
    blocks: [
      header(`❌ Sync failed: ${plainName(view.account.label)}`),
      section(windowText(view)),
      section(`*What happened*\n${reason}`),
      section(`*What to do*\n${advice}`),
      section(saved),
      context([small.filter((words) => words !== null).join(" · "), ...sampleNotes(view)]),
      buttonRow("job.retry", { jobId: view.jobId, attempt: view.attempt }, plainName(view.account.label), used),
    ],
  };
}
