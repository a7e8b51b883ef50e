/** What a newcomer does first: three steps, the first of them a button. */
import { html, type Markup } from "../markup.ts";
import { drawIcon } from "./icon.ts";

const command = "/meta-sync act_2026110004 28d";

export function drawHint(channel: string): Markup {
  return html`<section class="hint" id="hint" aria-labelledby="hint-title">
    <h2 id="hint-title">Your first sync, with sample data</h2>
    <ol>
      <li>
        <span>Press the button, or type the same words below.</span>
        <button type="button" class="btn primary" data-act="say" data-channel="${channel}" data-text="${command}">
          Try it: ${command}
        </button>
      </li>
      <li><span>Watch the message that appears: it edits itself while the data is read.</span></li>
      <li>
        <span>When it is done, open the thread below it (<b>1 reply</b>) and read the summary.</span>
      </li>
    </ol>
    <button type="button" class="close" data-hide-hint aria-label="Hide these steps">${drawIcon("cross")}</button>
  </section>`;
}
