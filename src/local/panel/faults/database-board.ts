/** The database's faults: its gateway hangs, or says that it is down. */
import type { FaultMode } from "../../postgres/faults.ts";
import type { EmbeddedPostgres } from "../../postgres/index.ts";
import { untilSwitchedOff, type FaultBoard, type FaultChoice } from "./board.ts";

const choices: readonly (FaultChoice & { mode: FaultMode })[] = [
  {
    id: "database.hang",
    part: "database",
    mode: "hang",
    title: "Database doesn't answer",
    means: "Calls hang until this is switched off.",
    isCountable: false,
  },
  {
    id: "database.down",
    part: "database",
    mode: "down",
    title: "Database is down (503)",
    means: "Calls are answered 503.",
    isCountable: false,
  },
];

/** It is in one mode at a time: switching one on switches the other off. */
export function makeDatabaseBoard(database: EmbeddedPostgres): FaultBoard {
  const active = () => choices.filter((choice) => choice.mode === database.faults.mode);
  return {
    part: "database",
    choices: choices.map(({ mode: _mode, ...choice }) => choice),
    plant(id) {
      const choice = choices.find((one) => one.id === id);
      if (choice !== undefined) database.faults.mode = choice.mode;
    },
    list: () =>
      active().map(({ id, part, title }) => ({ key: id, part, title, howOften: untilSwitchedOff, hits: null })),
    lift(key) {
      const isOn = active().some((choice) => choice.id === key);
      if (isOn) database.faults.mode = "none";
      return isOn;
    },
  };
}
