/** The modal that a person looks at: the last one of the stack. */
import { drawBlocks } from "../blocks/draw-blocks.ts";
import { html, nothing, type Markup } from "../markup.ts";
import type { PageState } from "../page-state.ts";
import { drawText, wordsOf } from "../text/draw-text.ts";
import { drawIcon } from "./icon.ts";

export function drawModal(state: PageState): Markup {
  const open = state.modals.at(-1);
  if (open === undefined) return nothing;
  const { view, id } = open;
  const context = { reader: state.reader, place: "modal" as const, key: id };
  const closeWords = wordsOf(view["close"]) || (open.previousViewId === null ? "Close" : "Back");
  const submit = view["submit"];
  return html`<dialog class="modal" id="modal-${id}" data-modal data-view-id="${id}" aria-labelledby="title-${id}">
    <form class="view-form" data-view-form data-submit novalidate>
      <header>
        <h2 id="title-${id}"><bdi>${drawText(view["title"], state.reader)}</bdi></h2>
        <button type="button" class="close" data-close-view="all" aria-label="Close">${drawIcon("cross")}</button>
      </header>
      <div class="modal-body" tabindex="0" role="region" aria-label="Form">${drawBlocks(view.blocks, context)}</div>
      <p class="failure" role="alert"></p>
      <footer>
        <button type="button" class="btn" data-close-view="one">${closeWords}</button>
        ${submit === undefined || submit === null ? nothing : html`<button type="submit" class="btn primary">${drawText(submit, state.reader)}</button>`}
      </footer>
    </form>
  </dialog>`;
}
