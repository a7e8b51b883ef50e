/** Makes the whole seeded world from two numbers, so that the worker thread can make the same one by itself. */
import { ACCOUNT_SPECS, type AccountSpec } from "./accounts.ts";
import { buildAccount } from "./build-account.ts";
import type { NodeRef, World } from "./model.ts";

export function buildWorld(seed: number, bornDay: number, extraAccounts: readonly AccountSpec[] = []): World {
  const accounts = [...ACCOUNT_SPECS, ...extraAccounts].map((spec, index) => buildAccount(spec, index, seed, bornDay));
  const nodes = new Map<string, NodeRef>();
  for (const account of accounts) {
    nodes.set(`act_${account.spec.accountId}`, { kind: "account", account, index: 0 });
    account.campaigns.forEach((entity, index) => nodes.set(entity.id, { kind: "campaign", account, index }));
    account.adSets.forEach((entity, index) => nodes.set(entity.id, { kind: "adset", account, index }));
    account.ads.forEach((entity, index) => nodes.set(entity.id, { kind: "ad", account, index }));
    account.creatives.forEach((entity, index) => nodes.set(entity.id, { kind: "creative", account, index }));
  }
  return { seed, bornDay, extraAccounts, accounts, nodes, revision: 0 };
}
