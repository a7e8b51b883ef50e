/** The database room at a glance: every SQL function that the product calls, behind one object. */
import { createCaller, type DatabaseConfig } from "./client.ts";
import { dryRunFunctions } from "./dry-run.ts";
import { factFunctions } from "./facts.ts";
import { jobFunctions } from "./jobs.ts";
import { messageFunctions } from "./messages.ts";
import { outboxFunctions } from "./outbox.ts";
import { workFunctions } from "./work.ts";

export type Db = ReturnType<typeof createDb>;

/**
 * `env` separates this deployment's rows from those of others on the same database; `metaApp` names the Meta app whose
 * quota our calls count towards.
 */
export function createDb(config: DatabaseConfig & { env: string; metaApp: string }) {
  const call = createCaller(config);
  return {
    ...jobFunctions(call, config.env),
    ...workFunctions(call, config.env, config.metaApp),
    ...outboxFunctions(call, config.env),
    ...messageFunctions(call),
    ...factFunctions(call),
    ...dryRunFunctions(call, config.metaApp),
  };
}
