/** The box to write in, its completion above it. */
import { html, nothing, type Markup } from "../markup.ts";
import type { PageState } from "../page-state.ts";
import { drawIcon } from "./icon.ts";

export function drawComposer(state: PageState, place: { channel: string; name: string; threadTs?: string }): Markup {
  const id = `composer-${place.channel}-${place.threadTs ?? "main"}`;
  const shortcuts = place.threadTs === undefined ? state.shortcuts.filter((one) => one.type === "global") : [];
  const label = place.threadTs === undefined ? `Message ${place.name}` : `Reply in thread`;
  return html`<form
    class="composer"
    id="${id}"
    data-composer
    data-channel="${place.channel}"
    data-thread="${place.threadTs ?? ""}"
    data-keep
  >
    <ul class="completions" id="${id}-list" role="listbox" aria-label="Suggestions" hidden></ul>
    <div class="composer-box">
      <textarea
        id="${id}-text"
        rows="1"
        dir="auto"
        aria-label="${label}"
        placeholder="${label}"
        aria-autocomplete="list"
        aria-controls="${id}-list"
        autocomplete="off"
        spellcheck="false"
      ></textarea>
      <div class="composer-bar">
        ${
          shortcuts.length === 0
            ? nothing
            : html`<details class="overflow up">
                <summary aria-label="Shortcuts">+</summary>
                <div class="overflow-list">
                  ${shortcuts.map((one) => html`<button type="button" data-act="shortcut" data-callback="${one.callbackId}">${one.name}</button>`)}
                </div>
              </details>`
        }
        <small class="quiet"><b>Enter</b> sends · <b>Shift + Enter</b> new line · <b>/</b> for commands</small>
        <button type="submit" class="send" aria-label="Send">${drawIcon("send")}</button>
      </div>
    </div>
    <p class="failure" role="alert"></p>
  </form>`;
}
