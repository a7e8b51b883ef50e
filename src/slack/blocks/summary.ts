/** The report of a sync that succeeded, said once in the thread: figures, campaigns, proof, and [Sync again]. */
import type { CampaignLine } from "../../report/campaigns.ts";
import type { Kpi, KpiId } from "../../report/kpis.ts";
import { countOf, countText } from "../../report/number-text.ts";
import type { FiguresView, ReportView } from "../../report/view.ts";
import { buttonRow, type UsedButton } from "../buttons.ts";
import { context, fields, header, type KnownBlock, section, type SlackMessage } from "../message.ts";
import { cutText, escapeText, nameText, plainName } from "../text.ts";
import {
  accountText,
  askedInReport,
  durationText,
  jobText,
  rowsText,
  sampleNotes,
  sampleSuffix,
  warningCount,
  windowText,
} from "./phrases.ts";

/** More would push the proof out of sight; all ten are in the view for other renderers. */
const SHOWN_CAMPAIGNS = 5;
/** Slack takes ten fields in a section. */
const FIELDS_PER_SECTION = 6;

/** "(+4%)"; "(was 0)" where there was nothing to divide by; empty where nothing may be compared. */
function changeSuffix(kpi: Kpi): string {
  if (kpi.change !== null) return ` (${kpi.change})`;
  return kpi.previous === null || kpi.previous === kpi.value ? "" : ` (was ${kpi.previous})`;
}

function kpiBlocks(figures: FiguresView): KnownBlock[] {
  const texts = figures.kpis.map((kpi) => `*${kpi.label}*\n${escapeText(kpi.value + changeSuffix(kpi))}`);
  return [fields(texts.slice(0, FIELDS_PER_SECTION)), fields(texts.slice(FIELDS_PER_SECTION))];
}

function campaignText(campaign: CampaignLine, index: number): string {
  const share = campaign.share === null ? "" : ` (${campaign.share})`;
  const figures = [
    escapeText(campaign.spend) + share,
    `${campaign.purchases} ${campaign.purchases === "1" ? "purchase" : "purchases"}`,
    `ROAS ${campaign.roas}`,
  ];
  return `${index + 1}. ${nameText(campaign.name)}: ${figures.join(" · ")}`;
}

function campaignBlocks(figures: FiguresView): KnownBlock[] {
  const shown = figures.campaigns.slice(0, SHOWN_CAMPAIGNS);
  if (shown.length === 0) return [section("*Top campaigns*\nNo campaign had figures in this window.")];
  const title = `*Top campaigns by spend* (${shown.length} of ${countText(figures.campaignCount)})`;
  return [section([title, ...shown.map(campaignText)].join("\n"), "campaigns")];
}

function proofText(figures: FiguresView): string {
  const unequal = figures.proof.verdict === "short" ? " (does not add up)" : "";
  const type =
    figures.purchaseType === null ? "no purchases of any type" : `purchases counted as ${figures.purchaseType}`;
  return `*Proof*${unequal}\n${[...figures.proof.statements, type].map(escapeText).join(" · ")}`;
}

function warningBlocks(view: ReportView): KnownBlock[] {
  const lines = view.warnings.map((warning) => `• ${escapeText(cutText(warning, 400))}`);
  if (view.work.quarantined > 0) {
    lines.push(`• ${countOf(view.work.quarantined, "row")} could not be read and lie in quarantine`);
  }
  return lines.length === 0 ? [] : [section(["*Warnings*", ...lines].join("\n"), "warnings")];
}

function figureBlocks(figures: FiguresView): KnownBlock[] {
  const running = figures.runningDay === null ? [] : [context([escapeText(`${figures.runningDay}.`)])];
  return [...kpiBlocks(figures), ...running, ...campaignBlocks(figures), section(proofText(figures))];
}

function sentence(view: ReportView): string {
  const worked = `${rowsText(view)} in ${durationText(view)}.`;
  const warnings = warningCount(view);
  const said = warnings === 0 ? "" : ` ${countOf(warnings, "warning")}, see the thread.`;
  const start = `Sync complete for ${accountText(view)}, ${windowText(view)}`;
  if (view.figures === null) return `${start}: ${worked}${said}${sampleSuffix(view)}`;
  const { comparison, kpis } = view.figures;
  const value = (id: KpiId): string => kpis.find((kpi) => kpi.id === id)?.value ?? "";
  const change = kpis.find((kpi) => kpi.id === "spend")?.change ?? null;
  const spend = `spend ${value("spend")}${change === null ? "" : ` (${change} against ${comparison.window})`}`;
  const figures = `${spend}, purchases ${value("purchases")}, ROAS ${value("roas")}`;
  return `${start}: ${escapeText(figures)}. ${worked}${said}${sampleSuffix(view)}`;
}

/** Renders a succeeded job. `used` says who pressed [Sync again], in its place. */
export function renderSummary(view: ReportView, used: UsedButton | null = null): SlackMessage {
  const compared = view.figures === null ? "" : `, ${view.figures.comparison.words}`;
  const small = [
    rowsText(view),
    countOf(view.work.calls, "Meta call"),
    durationText(view),
    ...askedInReport(view),
    view.account.actId,
    jobText(view),
  ];
  const figures =
    view.figures === null ? [section("No figures are stored for this window.")] : figureBlocks(view.figures);
  return {
    text: sentence(view),
    blocks: [
      header(`✅ Sync complete: ${plainName(view.account.label)}`),
      section(`${windowText(view)}${escapeText(compared)}`),
      ...figures,
      ...warningBlocks(view),
      context([small.join(" · "), ...sampleNotes(view)]),
      buttonRow("job.again", { jobId: view.jobId, attempt: null }, plainName(view.account.label), used),
    ],
  };
}
