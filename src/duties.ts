/** What a long-lived process does beside its doors: the sweep at start and every 5 s, its schedule, the list of accounts. */
import type { Services } from "./services.ts";
import { sweep } from "./verbs/jobs/sweep.ts";

const sweepEveryMs = 5000;

/** Names work in commands before the first sync; a Meta that doesn't answer only costs the names. */
export async function learnAccounts(services: Services): Promise<{ accountId: string; name: string }[]> {
  const { accounts } = await services.meta.listAdAccounts(AbortSignal.timeout(15_000));
  const known = accounts.map((account) => ({ ...account, name: account.name ?? `act_${account.accountId}` }));
  await services.db.putAccounts(services.config.workspaceId, known);
  return known;
}

/** Starts them; `stop` ends the timer, what is under way goes on to its end. */
export function keepDuties(services: Services): { stop(): void } {
  const { log, background, queue, config } = services;
  let isSweeping = false;
  const sweepOnce = async () => {
    // A sweep that takes longer than the pause isn't overtaken by the next.
    if (isSweeping) return;
    isSweeping = true;
    try {
      await sweep(services);
    } finally {
      isSweeping = false;
    }
  };
  background.run("sweep at start", sweepOnce);
  if (config.publishRefusal === null) background.run("sweep schedule", () => queue.putSweepSchedule());
  const timer = setInterval(() => background.run("sweep", sweepOnce), sweepEveryMs);
  log.debug("duties", { sweepEveryMs });
  return { stop: () => clearInterval(timer) };
}
