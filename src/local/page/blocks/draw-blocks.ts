/** All blocks of a message or a view, each by the file of its type. Pure. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import type { DrawContext } from "../draw-context.ts";
import { drawUnknown } from "../elements/draw-element.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { drawActions } from "./actions.ts";
import { drawAlert } from "./alert.ts";
import { drawCard } from "./card.ts";
import { drawCarousel } from "./carousel.ts";
import { drawContainer } from "./container.ts";
import { drawContextActions } from "./context-actions.ts";
import { drawContextBlock } from "./context.ts";
import { drawDataTable } from "./data-table.ts";
import { drawDataVisualization } from "./data-visualization.ts";
import { drawDivider } from "./divider.ts";
import { drawHeader } from "./header.ts";
import { drawImage } from "./image.ts";
import { drawInput } from "./input.ts";
import { drawMarkdownBlock } from "./markdown.ts";
import { drawPlan } from "./plan.ts";
import { drawRichText } from "./rich-text.ts";
import { drawSection } from "./section.ts";
import { drawTable } from "./table.ts";
import { drawTaskCard } from "./task-card.ts";

type BlockDrawing = (block: JsonObject, context: DrawContext) => Markup;

const drawings: Readonly<Record<string, BlockDrawing>> = {
  actions: drawActions,
  alert: drawAlert,
  card: drawCard,
  carousel: drawCarousel,
  container: (block, context) => drawContainer(block, context, (blocks, inside) => drawBlocks(blocks, inside)),
  context: drawContextBlock,
  context_actions: drawContextActions,
  data_table: drawDataTable,
  data_visualization: drawDataVisualization,
  divider: drawDivider,
  header: drawHeader,
  image: drawImage,
  input: drawInput,
  markdown: drawMarkdownBlock,
  plan: drawPlan,
  rich_text: drawRichText,
  section: drawSection,
  table: drawTable,
  task_card: drawTaskCard,
};

/** Every type that is drawn; any other gets a box that says so. */
export const drawnTypes: readonly string[] = Object.keys(drawings);

/** Those that end in words, and put a tail behind them. */
const wordy: ReadonlySet<unknown> = new Set(["context", "header", "markdown", "rich_text", "section"]);

function drawBlock(block: JsonObject, context: DrawContext): Markup {
  const type = spell(block["type"]);
  const draw = Object.hasOwn(drawings, type) ? drawings[type] : undefined;
  return draw === undefined ? drawUnknown(type) : draw(block, context);
}

/** `tail` comes behind the last words; below everything when no block has any. */
export function drawBlocks(blocks: readonly JsonObject[], context: DrawContext, tail: Markup = nothing): Markup {
  const at = blocks.findLastIndex((block) => wordy.has(block["type"]));
  const drawn = blocks.map((block, index) => drawBlock(block, index === at ? { ...context, tail } : context));
  return html`${drawn}${at === -1 ? tail : nothing}`;
}
