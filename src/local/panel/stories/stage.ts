/** Plays one story at a time, step by step, and keeps how far it is. */
import { setTimeout as wait } from "node:timers/promises";
import { PanelRefusal, type WorldParts } from "../world-parts.ts";
import type { Cast, Story, StoryRun, StoryStep } from "./story.ts";

const PATIENCE_MS = 60_000;

export interface Stage {
  list(): { id: string; title: string; about: string }[];
  /** The run under way, else the last one. */
  current(): StoryRun | null;
  /** Begins it and returns; `ended` resolves when it is over. Throws PanelRefusal: unknown, another one plays, a part is real. */
  play(id: string): { ended: Promise<void> };
  /** Ends the run before its next step; what it planted is taken away. */
  stop(): void;
}

/** Stopped by a person, which is no failure. */
class StoryStopped extends Error {
  override readonly name = "StoryStopped";
}

interface Running {
  run: StoryRun;
  steps: StoryStep[];
  stopping: AbortController;
  /** What the run planted, to be taken away. */
  undos: (() => void)[];
}

/** `paceMs`: real milliseconds before each step but the first, so that a person can follow. */
export function makeStage(parts: WorldParts, stories: readonly Story[], paceMs: number): Stage {
  let last: Running | null = null;
  return {
    list: () => stories.map(({ id, title, about }) => ({ id, title, about })),
    current: () => last?.run ?? null,
    play(id) {
      const story = stories.find((one) => one.id === id);
      if (story === undefined) throw new PanelRefusal(404, `There is no story "${id}" here.`);
      if (last?.run.state === "running")
        throw new PanelRefusal(409, `"${last.run.title}" is still playing: stop it, or wait.`);
      last = prepare(parts, story);
      return { ended: perform(last, paceMs) };
    },
    stop() {
      last?.stopping.abort(new StoryStopped("Stopped by hand."));
    },
  };
}

function prepare(parts: WorldParts, story: Story): Running {
  const stopping = new AbortController();
  const undos: (() => void)[] = [];
  const steps = story.steps(makeCast(parts, stopping.signal, (undo) => undos.push(undo)));
  const run: StoryRun = {
    story: story.id,
    title: story.title,
    state: "running",
    steps: steps.map(({ says }) => ({ says, state: "waiting", saw: "" })),
  };
  return { run, steps, stopping, undos };
}

/** Never throws: what went wrong is told at the step where it did. */
async function perform({ run, steps, stopping, undos }: Running, paceMs: number): Promise<void> {
  try {
    for (const [at, step] of steps.entries()) {
      if (at > 0) await wait(paceMs, undefined, { signal: stopping.signal });
      await performStep(run, at, step);
    }
    run.state = "done";
  } catch (error) {
    run.state = error instanceof StoryStopped || stopping.signal.aborted ? "stopped" : "failed";
  } finally {
    for (const undo of undos.toReversed()) undo();
  }
}

async function performStep(run: StoryRun, at: number, step: StoryStep): Promise<void> {
  const shown = run.steps[at];
  if (shown === undefined) return;
  shown.state = "now";
  try {
    shown.saw = await step.act();
    shown.state = "done";
  } catch (error) {
    shown.state = "failed";
    shown.saw = error instanceof Error ? error.message : String(error);
    throw error;
  }
}

function makeCast(parts: WorldParts, signal: AbortSignal, afterwards: (undo: () => void) => void): Cast {
  const { clock, slack, graph, queue } = parts;
  if (slack === null || graph === null || queue === null) {
    throw new PanelRefusal(
      409,
      "A story needs the embedded Slack, queue and Meta: one of them is a real service here.",
    );
  }
  return {
    clock,
    slack,
    graph,
    queue,
    afterwards,
    until: (what, look) =>
      new Promise((resolve, reject) => {
        const end = (finish: () => void) => {
          clearTimeout(timer);
          stopListening();
          signal.removeEventListener("abort", giveUp);
          finish();
        };
        const giveUp = () => end(() => reject(signal.reason as Error));
        const check = () => {
          const found = look();
          if (found !== undefined) end(() => resolve(found));
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`${what} didn't come within ${PATIENCE_MS / 1000} s.`))),
          PATIENCE_MS,
        );
        timer.unref();
        const stopListening = slack.onChange(check);
        signal.addEventListener("abort", giveUp);
        check();
      }),
  };
}
