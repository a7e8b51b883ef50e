/** Messages one below the other, days apart, neighbours by one author drawn together. */
import { html, type Markup } from "../markup.ts";
import type { Entry, PageState } from "../page-state.ts";
import { dayIn, dayTitle, tsToMs } from "../text/dates.ts";
import { drawMessage, type MessagePlace } from "./message.ts";

/** Slack repeats the author after this. */
const togetherMs = 5 * 60_000;

function isTogether(entry: Entry, before: Entry | undefined): boolean {
  if (before === undefined || entry.isEphemeral || before.isEphemeral || before.replies.length > 0) return false;
  const gap = tsToMs(entry.message.ts) - tsToMs(before.message.ts);
  return entry.message.user === before.message.user && gap < togetherMs;
}

export function drawMessages(entries: readonly Entry[], state: PageState, pane: MessagePlace["pane"]): Markup {
  const { zone } = state.reader;
  return html`${entries.map((entry, index) => {
    const before = entries[index - 1];
    const at = tsToMs(entry.message.ts);
    const isNewDay =
      pane === "main" && (before === undefined || dayIn(zone, tsToMs(before.message.ts)) !== dayIn(zone, at));
    const day = dayIn(zone, at);
    const pill = isNewDay ? html`<li class="day" id="day-${day}"><span>${dayTitle(at, state.reader)}</span></li>` : "";
    return html`${pill}${drawMessage(entry, state, { pane, isCompact: !isNewDay && isTogether(entry, before) })}`;
  })}`;
}
