/** Menus whose options come from the app while one types. */
import { post, sourceOf } from "./acts.js";
import { place } from "./place.js";

const pauseMs = 250;
let timer;

async function ask(input) {
  const menu = input.parentElement.querySelector("select");
  const { source } = sourceOf(input);
  const { blockId, actionId } = input.dataset;
  const typed = input.value;
  const { options = [] } = await post({ act: "suggest", as: place().as, source, blockId, actionId, typed });
  if (typed !== input.value) return;
  const chosen = [...menu.selectedOptions].filter((option) => option.value !== "");
  const fresh = options.filter(({ value }) => chosen.every((option) => option.value !== value));
  menu.replaceChildren(...chosen, ...fresh.map(({ value, words }) => new Option(words, value)));
  if (!menu.multiple && chosen.length === 0)
    menu.prepend(new Option(`${fresh.length} found: choose one`, "", true, true));
}

export function suggest(input) {
  clearTimeout(timer);
  if (Array.from(input.value).length >= Number(input.dataset.least)) timer = setTimeout(ask, pauseMs, input);
}
