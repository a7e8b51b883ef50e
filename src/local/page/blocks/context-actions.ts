/** The context_actions block: thumbs and small icon buttons under a message. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawButton } from "../elements/button.ts";
import { drawUnknown } from "../elements/draw-element.ts";
import { html, type Markup } from "../markup.ts";
import { wordsOf } from "../text/draw-text.ts";
import { elementContext } from "./element-context.ts";

const icons: Readonly<Record<string, string>> = { trash: "🗑" };

export function drawContextActions(block: JsonObject, context: DrawContext): Markup {
  const place = elementContext(block, context);
  const { personId } = context.reader;
  const drawn = listObjects(block["elements"]).map((element) => {
    const only = element["visible_to_user_ids"];
    if (Array.isArray(only) && !only.includes(personId)) return "";
    const button = (source: unknown, icon: string): Markup | string => {
      if (!isObject(source)) return "";
      const label = spell(source["accessibility_label"] ?? "") || wordsOf(source["text"]);
      return drawButton(
        {
          ...source,
          action_id: element["action_id"],
          accessibility_label: label,
          text: { type: "plain_text", text: icon },
        },
        place,
      );
    };
    if (element["type"] === "icon_button") return button(element, icons[spell(element["icon"])] ?? "•");
    if (element["type"] !== "feedback_buttons") return drawUnknown(element["type"]);
    return html`${button(element["positive_button"], "👍")}${button(element["negative_button"], "👎")}`;
  });
  return html`<div class="b-actions small">${drawn}</div>`;
}
