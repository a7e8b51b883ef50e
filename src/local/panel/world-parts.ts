/** What the panel looks at: the stand-ins that run here. A part that is real, or left out, is null. */
import type { WorldClock } from "../clock.ts";
import type { GraphStandIn } from "../graph/start-graph.ts";
import type { EmbeddedPostgres } from "../postgres/index.ts";
import type { Qstash } from "../qstash/start-qstash.ts";
import type { LocalSlack } from "../slack/start-slack.ts";
import type { SlackPostman } from "./slack-postman.ts";

export const partNames = ["slack", "queue", "meta", "database"] as const;
export type PartName = (typeof partNames)[number];

export const partTitles: Record<PartName, string> = {
  slack: "Slack",
  queue: "Queue",
  meta: "Meta",
  database: "Database",
};

export interface WorldParts {
  clock: WorldClock;
  slack: LocalSlack | null;
  /** The way from the local Slack to the app; null when nobody watches it. */
  postman: SlackPostman | null;
  queue: Qstash | null;
  graph: GraphStandIn | null;
  database: EmbeddedPostgres | null;
}

/** The parts that run here. */
export function presentParts({ slack, queue, graph, database }: WorldParts): PartName[] {
  const held: Record<PartName, object | null> = { slack, queue, meta: graph, database };
  return partNames.filter((name) => held[name] !== null);
}

/** What was asked can't be done here; the message is a sentence for a person. */
export class PanelRefusal extends Error {
  override readonly name = "PanelRefusal";
  readonly status: 404 | 409;

  constructor(status: 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}
