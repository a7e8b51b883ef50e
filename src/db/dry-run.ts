/** What a job of an order would be planned from, read without writing anything. */
import { z } from "zod";
import type { AccountWord } from "../sync/command-order.ts";
import { accountIdSchema } from "../sync/request.ts";
import type { CallFunction } from "./client.ts";
import { knownAccountSchema } from "./jobs.ts";
import { planFactsSchema } from "./work.ts";

const dryRunFactsSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("facts"),
    accountId: accountIdSchema,
    facts: planFactsSchema,
    /** ISO 8601: Meta wants no call for the account or the app before it. */
    blockedUntil: z.string().nullable(),
  }),
  z.object({ outcome: z.literal("unknown_account"), known: z.array(knownAccountSchema) }),
]);
export type DryRunFacts = z.infer<typeof dryRunFactsSchema>;

export function dryRunFunctions(call: CallFunction, metaApp: string) {
  return {
    /** `channelId` is for the channel's default account. */
    dryRunFacts(workspaceId: string, account: AccountWord, channelId: string): Promise<DryRunFacts> {
      return call(
        "meta_sync_dry_run_facts",
        { p_workspace_id: workspaceId, p_meta_app: metaApp, p_account: account, p_channel_id: channelId },
        dryRunFactsSchema,
      );
    },
  };
}
