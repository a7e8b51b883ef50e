/** The plan block: a title and its steps. */
import type { JsonObject } from "../../slack/shapes.ts";
import { listObjects, spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { html, type Markup } from "../markup.ts";
import { drawTaskCard } from "./task-card.ts";

export function drawPlan(block: JsonObject, context: DrawContext): Markup {
  const tasks = listObjects(block["tasks"]);
  const done = tasks.filter((task) => task["status"] === "complete").length;
  return html`<div class="b-plan">
    <p class="plan-title"><bdi>${spell(block["title"] ?? "")}</bdi> <small>${done} of ${tasks.length}</small></p>
    <ol>
      ${tasks.map((task) => html`<li>${drawTaskCard(task, context)}</li>`)}
    </ol>
  </div>`;
}
