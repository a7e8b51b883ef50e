/** Checkboxes and radio buttons. */
import type { JsonObject } from "../../slack/shapes.ts";
import type { ElementContext } from "../draw-context.ts";
import { attribute, flag, html, type Markup } from "../markup.ts";
import { drawText } from "../text/draw-text.ts";
import { actionIdOf, fieldId, fieldName } from "./names.ts";
import { initialValues, listGroups } from "./option.ts";

export function drawChoices(element: JsonObject, context: ElementContext): Markup {
  const kind = element["type"] === "radio_buttons" ? "radio" : "checkbox";
  const chosen = initialValues(element);
  const { labelledBy, describedBy, blockId, isInput, reader } = context;
  const id = fieldId(element, context);
  const options = listGroups(element).flatMap((group) => group.options);
  return html`<span
    class="choices"
    id="${id}"
    role="${kind === "radio" ? "radiogroup" : "group"}"
    ${attribute("aria-labelledby", labelledBy)}${attribute("aria-label", labelledBy === undefined ? "Options" : undefined)}${attribute("aria-describedby", describedBy)}
  >
    ${options.map(
      (option, index) =>
        html`<label class="choice" for="${id}-${index}"
          ><input
            type="${kind}"
            id="${id}-${index}"
            name="${fieldName(blockId, actionIdOf(element))}"
            value="${option.value}"
            ${flag("checked", chosen.includes(option.value))}
            ${attribute("data-act", isInput ? undefined : "choose")}
            data-block-id="${blockId}"
            data-action-id="${actionIdOf(element)}"
          /><span
            >${drawText(option.source["text"], reader)}<small
              >${drawText(option.source["description"], reader)}</small
            ></span
          ></label
        >`,
    )}
  </span>`;
}
