/** Menus of one or several: fixed options, people, conversations, options that the app gives while one types. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import type { ElementContext } from "../draw-context.ts";
import { attribute, flag, html, nothing, type Markup } from "../markup.ts";
import { wordsOf } from "../text/draw-text.ts";
import { drawConfirm } from "./button.ts";
import { actionIdOf, controlAttributes, fieldId, fieldName } from "./names.ts";
import { initialValues, listGroups, type Option } from "./option.ts";

interface Choice {
  value: string;
  words: string;
}

function drawOptions(choices: readonly Choice[], chosen: readonly string[]): Markup[] {
  return choices.map(
    (one) => html`<option value="${one.value}" ${flag("selected", chosen.includes(one.value))}>${one.words}</option>`,
  );
}

/** Lines of a menu of several; more are scrolled. */
const longestList = 6;

interface Offer {
  options: Markup;
  count: number;
  chosen: readonly string[];
}

function drawSelect(element: JsonObject, context: ElementContext, { options, count, chosen }: Offer): Markup {
  const isMany = spell(element["type"]).startsWith("multi_");
  const placeholder = wordsOf(element["placeholder"]) || "Choose an option";
  const first = isMany
    ? nothing
    : html`<option value="" ${flag("selected", chosen.length === 0)}>${placeholder}</option>`;
  return html`<select
      class="menu"
      id="${fieldId(element, context)}"
      name="${fieldName(context.blockId, actionIdOf(element))}"
      ${flag("multiple", isMany)}
      ${isMany ? html`size="${Math.min(longestList, Math.max(2, count))}"` : nothing}
      ${flag("required", context.required === true)}
      ${controlAttributes(element, context, placeholder)}
    >
      ${first}${options}</select
    >${drawConfirm(element["confirm"], context)}`;
}

export function drawStaticMenu(element: JsonObject, context: ElementContext): Markup {
  const chosen = initialValues(element);
  const groups = listGroups(element).map(({ label, options }) => {
    const drawn = drawOptions(options, chosen);
    return label === "" ? html`${drawn}` : html`<optgroup label="${label}">${drawn}</optgroup>`;
  });
  const count = listGroups(element).reduce(
    (sum, { label, options }) => sum + options.length + (label === "" ? 0 : 1),
    0,
  );
  return drawSelect(element, context, { options: html`${groups}`, count, chosen });
}

function initialIds(element: JsonObject, keys: readonly string[]): string[] {
  return keys.flatMap((key) => {
    const value = element[key];
    return Array.isArray(value) ? value.map(spell) : value === undefined ? [] : [spell(value)];
  });
}

export function drawPeopleMenu(element: JsonObject, context: ElementContext, people: readonly Choice[]): Markup {
  const chosen = initialIds(element, ["initial_user", "initial_users"]);
  return drawSelect(element, context, { options: html`${drawOptions(people, chosen)}`, count: people.length, chosen });
}

export function drawChannelMenu(element: JsonObject, context: ElementContext, channels: readonly Choice[]): Markup {
  const chosen = initialIds(element, [
    "initial_channel",
    "initial_channels",
    "initial_conversation",
    "initial_conversations",
  ]);
  return drawSelect(element, context, {
    options: html`${drawOptions(channels, chosen)}`,
    count: channels.length,
    chosen,
  });
}

/** What is typed into the field above fills the menu below it with the app's answer. */
export function drawExternalMenu(element: JsonObject, context: ElementContext): Markup {
  const chosen = initialValues(element);
  const initial = listInitial(element);
  const least = Number(element["min_query_length"] ?? 3);
  return html`<span class="external">
    <input
      type="search"
      class="text"
      data-suggest
      data-least="${Number.isFinite(least) ? least : 3}"
      data-block-id="${context.blockId}"
      data-action-id="${actionIdOf(element)}"
      aria-label="Search ${wordsOf(element["placeholder"]) || "options"}"
      placeholder="Type to search"
      autocomplete="off"
    />
    ${drawSelect(element, context, { options: html`${drawOptions(initial, chosen)}`, count: longestList, chosen })}
  </span>`;
}

function listInitial(element: JsonObject): Option[] {
  const source = element["initial_option"] ?? element["initial_options"];
  return listGroups({ options: Array.isArray(source) ? source : [source] })[0]?.options ?? [];
}

/** The three dots: one button an option. */
export function drawOverflow(element: JsonObject, context: ElementContext): Markup {
  const options = listGroups(element).flatMap((group) => group.options);
  return html`<details class="overflow">
    <summary aria-label="More actions">⋯</summary>
    <div class="overflow-list">
      ${options.map(
        (option) =>
          html`<button
            type="button"
            data-act="press"
            data-block-id="${context.blockId}"
            data-action-id="${actionIdOf(element)}"
            data-value="${option.value}"
            ${attribute("data-open", null)}
          >
            ${option.words}
          </button>`,
      )}
    </div>
    ${drawConfirm(element["confirm"], context)}
  </details>`;
}
