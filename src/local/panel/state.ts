/** All that the page shows, in one JSON answer. */
import type { ActiveFault, FaultChoice } from "./faults/board.ts";
import type { FaultSwitches } from "./faults/switches.ts";
import { nextDueAtMs, viewQueue, type QueueView } from "./queue-view.ts";
import type { ListReceived, Received, ReceivedFilter } from "./received.ts";
import type { Stage } from "./stories/stage.ts";
import type { StoryRun } from "./stories/story.ts";
import { presentParts, type PartName, type WorldParts } from "./world-parts.ts";

export interface PanelState {
  /** The stand-ins that run here. */
  parts: PartName[];
  received: Received[];
  /** null when a real queue is used. */
  queue: QueueView | null;
  clock: {
    /** World time minus real time. */
    offsetMs: number;
    zones: { account: string; name: string; zone: string }[];
    nextDueAtMs: number | null;
  };
  faults: { active: ActiveFault[]; choices: readonly FaultChoice[] };
  stories: { list: { id: string; title: string; about: string }[]; run: StoryRun | null };
}

export interface Desks {
  parts: WorldParts;
  listReceived: ListReceived;
  faults: FaultSwitches;
  stage: Stage;
}

export function readState({ parts, listReceived, faults, stage }: Desks, filter: ReceivedFilter): PanelState {
  const { clock, queue, graph } = parts;
  const accounts = graph?.accounts ?? [];
  return {
    parts: presentParts(parts),
    received: listReceived(filter),
    queue: queue === null ? null : viewQueue(queue),
    clock: {
      offsetMs: clock.offsetMs,
      zones: accounts.map(({ id, name, timezone }) => ({ account: id, name, zone: timezone })),
      nextDueAtMs: queue === null ? null : nextDueAtMs(queue, clock.now()),
    },
    faults: { active: faults.active(), choices: faults.choices },
    stories: { list: stage.list(), run: stage.current() },
  };
}
