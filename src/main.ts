/** `npm start`: the program on a long-lived host. Without any variable everything is embedded. */
import { ConfigError, readEnvironment } from "./config.ts";
import { learnAccounts } from "./duties.ts";
import { start } from "./start.ts";
import { startTable } from "./start-table.ts";

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const isPortChosen = (process.env["PORT"] ?? "") !== "";
  const running = await start(environment, { isPortChosen, write: (line) => process.stderr.write(`${line}\n`) });
  const { services, address } = running;
  const accounts = await learnAccounts(services).catch((error: unknown) => {
    services.log.warn("accounts_unknown", { error });
    return [];
  });
  console.log(startTable(environment, services.config, address, accounts));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Not once: without a listener a second signal would kill the process in the middle of its stop.
    process.on(signal, () => {
      void running.stop().then(() => process.exit(0));
    });
  }
}

try {
  await main();
} catch (error) {
  // Causes that people can mend are told without a stack.
  const isKnown =
    error instanceof ConfigError ||
    (error instanceof Error && error.name.endsWith("Error") && error.name !== "TypeError");
  console.error(isKnown ? (error as Error).message : error);
  process.exit(1);
}
