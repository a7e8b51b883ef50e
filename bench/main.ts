/**
 * `npm run bench -- <name>`: measures one scenario, or all without a name, and prints a table. Nothing is asserted and
 * nothing is written to the project; every process and directory is gone afterwards, also after Ctrl-C.
 */
import { endEverything } from "./processes.ts";
import { scenarios } from "./scenarios.ts";
import { renderTable } from "./table.ts";

let stopped = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopped) return;
    stopped = true;
    void endEverything().then(() => process.exit(130));
  });
}

async function run(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !scenarios.has(name));
  if (unknown !== undefined)
    throw new Error(`There is no scenario "${unknown}": name one of ${[...scenarios.keys()].join(", ")}.`);
  for (const [name, scenario] of scenarios) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(renderTable(`${name}: ${scenario.title}`, await scenario.measure()));
  }
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!stopped) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  await endEverything();
}
