/** May this person do this here? Facts that are cached decide at once; missing ones are asked of Slack and kept. */
import {
  policyTable,
  type AccessVerb,
  type PolicyTable,
  type RefusalReason,
  type Verdict,
} from "../../access/policy.ts";
import type { ChannelFact, PersonFact } from "../../db/facts.ts";
import type { Services } from "../../services.ts";
import { SlackError } from "../../slack/errors.ts";

/** Slack's trouble, not its answer: the fact is still to come. */
function isPassing(error: unknown): boolean {
  return error instanceof SlackError && (error.kind === "passing" || error.kind === "rate_limited");
}

interface AskedFacts {
  person: PersonFact | null;
  channel: ChannelFact | null;
}

/** Null is a fact that Slack had trouble to tell; a refusal is an answer, and counts as unknown. */
async function askFacts(services: Services, userId: string, channelId: string): Promise<AskedFacts> {
  const { slack, log } = services;
  if (slack === null) return { person: null, channel: null };
  const failed = (error: unknown) => {
    log.warn("facts_missing", { userId, channelId, error });
    return isPassing(error) ? null : { kind: "unknown" as const };
  };
  const [person, channel] = await Promise.all([
    slack.readPerson(userId).catch(failed),
    slack.readChannel(channelId).catch(failed),
  ]);
  return {
    person: person === null ? null : { userId, timezone: null, ...person },
    channel: channel === null ? null : { channelId, name: null, ...channel },
  };
}

function cellOf({ person, channel }: AskedFacts): string | null {
  return person === null || channel === null ? null : `${person.kind}|${channel.kind}`;
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
  if (services.slack === null) return null;
  const asked = await askFacts(services, userId, channelId);
  await services.db.putFacts(workspaceId, asked.person, asked.channel);
  return cellOf(asked);
}

function verdictOf(table: PolicyTable, cell: string): Verdict {
  const entry: "allow" | RefusalReason | undefined = table[cell as keyof PolicyTable];
  if (entry === "allow") return { allow: true };
  return { allow: false, reason: entry ?? "unknown_person" };
}

interface Who {
  workspaceId: string;
  userId: string;
  channelId: string;
}

async function decide(
  services: Services,
  who: Who,
  verb: AccessVerb,
  ask: () => Promise<string | null>,
): Promise<Verdict> {
  const table = policyTable(verb, services.config.defaultRole, null);
  const cached = await services.db.factsCell(who.workspaceId, who.userId, who.channelId);
  return verdictOf(table, cached ?? (await ask()) ?? "unknown|unknown");
}

/** For every verb but start (which decides inside its one call): decides anew at each command and click. */
export function allow(services: Services, who: Who, verb: AccessVerb): Promise<Verdict> {
  return decide(services, who, verb, () => readFacts(services, who.workspaceId, who.userId, who.channelId));
}

/** The same without a trace: what Slack tells isn't kept. For what promises to write nothing. */
export function allowUnseen(services: Services, who: Who, verb: AccessVerb): Promise<Verdict> {
  return decide(services, who, verb, async () => cellOf(await askFacts(services, who.userId, who.channelId)));
}
