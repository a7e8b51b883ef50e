/** The task_card block: one step with its state as mark and word. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { drawLink } from "../text/mrkdwn.ts";
import { drawRichText } from "./rich-text.ts";

const states: Readonly<Record<string, { mark: string; word: string }>> = {
  pending: { mark: "", word: "Waiting" },
  in_progress: { mark: "◐", word: "In progress" },
  complete: { mark: "✓", word: "Complete" },
  error: { mark: "!", word: "Failed" },
};

export function drawTaskCard(task: JsonObject, context: DrawContext): Markup {
  const status = spell(task["status"]);
  const { mark, word } = (Object.hasOwn(states, status) ? states[status] : undefined) ?? { mark: "?", word: status };
  const body = [task["details"], task["output"]].filter(isObject).map((text) => drawRichText(text, context));
  const sources = listObjects(task["sources"]).map((source) =>
    drawLink(spell(source["url"]), spell(source["text"] ?? source["url"])),
  );
  return html`<div class="b-task ${Object.hasOwn(states, status) ? status : "pending"}">
    <span class="mark" aria-hidden="true">${mark}</span>
    <div>
      <span class="task-title" dir="auto"><bdi>${spell(task["title"] ?? "")}</bdi></span>
      <span class="task-state">${word}</span>
      ${body}${sources.length === 0 ? nothing : html`<div class="sources">${sources}</div>`}
    </div>
  </div>`;
}
