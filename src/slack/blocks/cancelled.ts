/** The report of a sync that someone cancelled: who, when, what is kept, and [Retry]. */
import { clockWords } from "../../report/dates.ts";
import type { ReportView } from "../../report/view.ts";
import { buttonRow, type UsedButton } from "../buttons.ts";
import { context, header, section, type SlackMessage } from "../message.ts";
import { dateToken, plainName } from "../text.ts";
import {
  accountText,
  askedInReport,
  cancelledBy,
  durationText,
  jobText,
  sampleNotes,
  sampleSuffix,
  savedText,
  windowText,
} from "./phrases.ts";

/** Renders a cancelled job. `used` says who pressed [Retry], in its place. */
export function renderCancelled(view: ReportView, used: UsedButton | null = null): SlackMessage {
  const atMs = view.cancelled?.atMs ?? null;
  const by = cancelledBy(view);
  const saved = savedText(view);
  const [plain, token] =
    atMs === null ? ["", ""] : [` at ${clockWords(atMs)}`, `, ${dateToken(atMs, clockWords(atMs))}`];
  return {
    text: `The sync of ${accountText(view)}, ${windowText(view)}, was cancelled by ${by}${plain}. ${saved}${sampleSuffix(view)}`,
    blocks: [
      header(`Sync cancelled: ${plainName(view.account.label)}`),
      section(`Cancelled by ${by}${token}\n${windowText(view)}`),
      section(`${saved} Retry goes on from there.`),
      context([
        [durationText(view), ...askedInReport(view), view.account.actId, jobText(view)].join(" · "),
        ...sampleNotes(view),
      ]),
      buttonRow("job.retry", { jobId: view.jobId, attempt: view.attempt }, plainName(view.account.label), used),
    ],
  };
}
