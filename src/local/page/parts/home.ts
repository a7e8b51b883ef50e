/** The app's Home tab. */
import { drawBlocks } from "../blocks/draw-blocks.ts";
import { html, type Markup } from "../markup.ts";
import type { PageState } from "../page-state.ts";

export function drawHome(state: PageState): Markup {
  const { home, reader } = state;
  if (home === null) {
    return html`<div class="scroll" data-scroll tabindex="0" role="region" aria-label="Home">
      <p class="empty">${state.app.realName} has put nothing here yet.</p>
    </div>`;
  }
  const context = { reader, place: "home" as const, key: `home-${home.id}` };
  return html`<div
    class="scroll home"
    id="home-${home.id}"
    tabindex="0"
    role="region"
    aria-label="Home"
    data-view-id="${home.id}"
  >
    <form class="view-form" data-view-form>
      ${drawBlocks(home.view.blocks, context)}
      <p class="failure" role="alert"></p>
    </form>
  </div>`;
}
