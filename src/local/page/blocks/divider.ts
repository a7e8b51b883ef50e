/** The divider block. */
import { html, type Markup } from "../markup.ts";

export function drawDivider(): Markup {
  return html`<hr class="b-divider" />`;
}
