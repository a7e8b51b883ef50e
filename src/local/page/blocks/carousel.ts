/** The carousel block: cards side by side. */
import type { JsonObject } from "../../slack/shapes.ts";
import { listObjects, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, type Markup } from "../markup.ts";
import { drawCard } from "./card.ts";

export function drawCarousel(block: JsonObject, context: DrawContext): Markup {
  const cards = listObjects(block["elements"] ?? block["cards"]);
  const drawn = cards.map(
    (card) => html`<li>${drawCard({ ...card, block_id: spell(card["block_id"] ?? block["block_id"]) }, context)}</li>`,
  );
  return html`<div class="b-carousel" role="region" aria-label="Cards" tabindex="0">
    <ul>
      ${drawn}
    </ul>
  </div>`;
}
