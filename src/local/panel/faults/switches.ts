/** All faults of the world in one place: the choices, what is on, on, off, everything off. */
import { PanelRefusal, type PartName, type WorldParts } from "../world-parts.ts";
import type { ActiveFault, FaultBoard, FaultChoice, FaultOrder } from "./board.ts";
import { makeDatabaseBoard } from "./database-board.ts";
import { makeMetaBoard } from "./meta-board.ts";
import { makeQueueBoard } from "./queue-board.ts";
import { makeSlackBoard } from "./slack-board.ts";

export interface FaultSwitches {
  choices: readonly FaultChoice[];
  active(): ActiveFault[];
  /** Throws PanelRefusal 404 for an unknown fault, 409 for a number of times or seconds that it can't have. */
  turnOn(id: string, order: FaultOrder): void;
  /** Throws PanelRefusal 404 when it isn't on. */
  turnOff(part: PartName, key: string): void;
  clear(): void;
}

function checkOrder(choice: FaultChoice, { times, seconds }: FaultOrder): void {
  if (times !== null && !choice.isCountable) {
    throw new PanelRefusal(409, `"${choice.title}" can't be counted: switch it on without times, then off.`);
  }
  if (seconds === undefined) return;
  if (choice.seconds === undefined) throw new PanelRefusal(409, `"${choice.title}" takes no seconds: leave them out.`);
  if (seconds > choice.seconds.most) {
    throw new PanelRefusal(409, `${seconds} s is too long for "${choice.title}": at most ${choice.seconds.most} s.`);
  }
}

export function makeFaultSwitches({ slack, postman, queue, graph, database }: WorldParts): FaultSwitches {
  const boards: FaultBoard[] = [];
  if (slack !== null) boards.push(makeSlackBoard(slack, postman));
  if (queue !== null) boards.push(makeQueueBoard(queue));
  if (graph !== null) boards.push(makeMetaBoard(graph));
  if (database !== null) boards.push(makeDatabaseBoard(database));
  const active = () => boards.flatMap((board) => board.list());
  const turnOff = (part: PartName, key: string) => boards.some((board) => board.part === part && board.lift(key));
  return {
    choices: boards.flatMap((board) => board.choices),
    active,
    turnOn(id, order) {
      const board = boards.find((one) => one.choices.some((choice) => choice.id === id));
      const choice = board?.choices.find((one) => one.id === id);
      if (board === undefined || choice === undefined) {
        throw new PanelRefusal(404, `There is no fault "${id}" here: GET the state for the list.`);
      }
      checkOrder(choice, order);
      board.plant(id, order);
    },
    turnOff(part, key) {
      if (!turnOff(part, key)) throw new PanelRefusal(404, `That fault is no longer on.`);
    },
    clear() {
      for (const { part, key } of active()) turnOff(part, key);
    },
  };
}
