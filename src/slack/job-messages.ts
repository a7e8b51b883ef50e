/** Which renderer a job's state asks for: its living message, and the report in the thread. */
import type { ReportView } from "../report/view.ts";
import { renderCancelled } from "./blocks/cancelled.ts";
import { renderFailure } from "./blocks/failure.ts";
import { renderFinalRoot } from "./blocks/final-root.ts";
import { renderProgress } from "./blocks/progress.ts";
import { renderSummary } from "./blocks/summary.ts";
import type { UsedButton } from "./buttons.ts";
import type { SlackMessage } from "./message.ts";

/** The living message as it is to be posted or edited now. */
export function renderLiving(view: ReportView, used: UsedButton | null = null): SlackMessage {
  return view.final ? renderFinalRoot(view) : renderProgress(view, used);
}

/** The report of an attempt that ended; null while the job is not final, because none is sent before. */
export function renderReport(view: ReportView, used: UsedButton | null = null): SlackMessage | null {
  if (view.state === "succeeded") return renderSummary(view, used);
  if (view.state === "failed") return renderFailure(view, used);
  return view.state === "cancelled" ? renderCancelled(view, used) : null;
}
