/** May this person do this here? Facts that are cached decide at once; missing ones are asked of Slack and kept. */
import {
  policyTable,
  type AccessVerb,
  type PolicyTable,
  type RefusalReason,
  type Verdict,
} from "../../access/policy.ts";
import type { Services } from "../../services.ts";
import { SlackError } from "../../slack/errors.ts";

/** Slack's trouble, not its answer: the fact is still to come. */
function isPassing(error: unknown): boolean {
  return error instanceof SlackError && (error.kind === "passing" || error.kind === "rate_limited");
}

/**
 * Asks Slack about a person and a channel and stores the answers. The cell of both facts, or null when Slack had
 * trouble; a refusal ("channel_not_found": private, and we aren't in it) is an answer, and counts as unknown.
 */
export async function readFacts(
  services: Services,
  workspaceId: string,
  userId: string,
  channelId: string,
): Promise<string | null> {
  const { slack, db, log } = services;
  if (slack === null) return null;
  const failed = (error: unknown) => {
    log.warn("facts_missing", { userId, channelId, error });
    return isPassing(error) ? null : { kind: "unknown" as const };
  };
  const [person, channel] = await Promise.all([
    slack.readPerson(userId).catch(failed),
    slack.readChannel(channelId).catch(failed),
  ]);
  await db.putFacts(
    workspaceId,
    person === null ? null : { userId, timezone: null, ...person },
    channel === null ? null : { channelId, name: null, ...channel },
  );
  return person === null || channel === null ? null : `${person.kind}|${channel.kind}`;
}

function verdictOf(table: PolicyTable, cell: string): Verdict {
  const entry: "allow" | RefusalReason | undefined = table[cell as keyof PolicyTable];
  if (entry === "allow") return { allow: true };
  return { allow: false, reason: entry ?? "unknown_person" };
}

/** For every verb but start (which decides inside its one call): decides anew at each command and click. */
export async function allow(
  services: Services,
  who: { workspaceId: string; userId: string; channelId: string },
  verb: AccessVerb,
): Promise<Verdict> {
  const table = policyTable(verb, services.config.defaultRole, null);
  const cached = await services.db.factsCell(who.workspaceId, who.userId, who.channelId);
  const cell = cached ?? (await readFacts(services, who.workspaceId, who.userId, who.channelId)) ?? "unknown|unknown";
  return verdictOf(table, cell);
}
