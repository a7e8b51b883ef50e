/** What a story is: a title and small steps, each a sentence and an act with the stand-ins' own methods. */
import type { WorldClock } from "../../clock.ts";
import type { GraphStandIn } from "../../graph/start-graph.ts";
import type { Qstash } from "../../qstash/start-qstash.ts";
import type { LocalSlack } from "../../slack/start-slack.ts";

/** The whole world: a story needs every stand-in. */
export interface Cast {
  clock: WorldClock;
  slack: LocalSlack;
  graph: GraphStandIn;
  queue: Qstash;
  /**
   * Waits until `look` finds something: it is asked now and after each change in Slack.
   * Throws a sentence with `what` after a minute, and when the story is stopped.
   */
  until: <Found>(what: string, look: () => Found | undefined) => Promise<Found>;
  /** Undone when the story ends, however it ends; the last first. */
  afterwards: (undo: () => void) => void;
}

export interface StoryStep {
  /** What is about to happen, as a sentence. */
  says: string;
  /** Does it; gives what was seen, in words. A thrown error's message tells why the story ends here. */
  act(): Promise<string>;
}

export interface Story {
  id: string;
  title: string;
  about: string;
  /** Fresh steps of one run, which share what they find out. */
  steps(cast: Cast): StoryStep[];
}

export type StepState = "waiting" | "now" | "done" | "failed";

/** How far a run is, as the page shows it. */
export interface StoryRun {
  story: string;
  title: string;
  state: "running" | "done" | "failed" | "stopped";
  steps: { says: string; state: StepState; saw: string }[];
}
