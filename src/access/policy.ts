/**
 * Who may do what, decided from facts about the person and the channel.
 * The first refusal that no missing fact could lift is given; only then does a missing fact count.
 */
import type { AccountWord } from "../sync/command-order.ts";

export const personKinds = ["member", "admin", "guest", "external", "bot", "unknown"] as const;
/** admin: owner, admin or installer; guest: single- or multi-channel; external: of another organisation; unknown: not told yet. */
export type PersonKind = (typeof personKinds)[number];

export const channelKinds = ["internal", "shared", "dm", "archived", "unknown"] as const;
/** shared: with another organisation, by Slack Connect. */
export type ChannelKind = (typeof channelKinds)[number];

/** What members may do until an admin says otherwise. */
export type DefaultRole = "operator" | "viewer" | "none";

/** The verbs that are decided on; "Sync again" is a start. */
export const accessVerbs = ["start", "status", "cancel", "retry", "help"] as const;
export type AccessVerb = (typeof accessVerbs)[number];

export const refusalReasons = [
  "bot",
  "external_person",
  "guest",
  "no_role",
  "viewer",
  "shared_channel",
  "archived_channel",
  "unknown_person",
  "unknown_channel",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type Verdict = { allow: true } | { allow: false; reason: RefusalReason };

export interface AccessFacts {
  defaultRole: DefaultRole;
}

/** What a verb needs: help tells nothing of any account, looking changes nothing, the rest operates. */
const needs: Record<AccessVerb, "nothing" | "looking" | "operating"> = {
  help: "nothing",
  status: "looking",
  start: "operating",
  cancel: "operating",
  retry: "operating",
};

function refusePerson(kind: PersonKind, verb: AccessVerb, role: DefaultRole): RefusalReason | null {
  switch (kind) {
    case "bot":
      return "bot";
    case "external":
      return "external_person";
    case "guest":
      return "guest";
    case "member":
      if (role === "none") return "no_role";
      return role === "viewer" && needs[verb] === "operating" ? "viewer" : null;
    case "admin":
    case "unknown":
      return null;
    default:
      return kind satisfies never;
  }
}

function refuseChannel(kind: ChannelKind): RefusalReason | null {
  if (kind === "shared") return "shared_channel";
  return kind === "archived" ? "archived_channel" : null;
}

/**
 * May this person do this with this account in this channel? A missing fact refuses; whether to wait for it first is
 * the caller's business. The account decides nothing yet: nobody has been let in for a single one.
 */
export function mayDo(
  actor: { kind: PersonKind },
  verb: AccessVerb,
  _account: AccountWord | null,
  channel: { kind: ChannelKind },
  facts: AccessFacts,
): Verdict {
  if (needs[verb] === "nothing" && actor.kind !== "bot") return { allow: true };
  const reason =
    refusePerson(actor.kind, verb, facts.defaultRole) ??
    refuseChannel(channel.kind) ??
    (actor.kind === "unknown" ? "unknown_person" : null) ??
    (channel.kind === "unknown" ? "unknown_channel" : null);
  return reason === null ? { allow: true } : { allow: false, reason };
}

export type PolicyCell = `${PersonKind}|${ChannelKind}`;
export type PolicyTable = Record<PolicyCell, "allow" | RefusalReason>;

/** `mayDo` for every kind of person in every kind of channel: the database picks the cell by the facts it has cached. */
export function policyTable(verb: AccessVerb, defaultRole: DefaultRole, account: AccountWord | null): PolicyTable {
  const cells = personKinds.flatMap((person) =>
    channelKinds.map((channel) => {
      const verdict = mayDo({ kind: person }, verb, account, { kind: channel }, { defaultRole });
      return [`${person}|${channel}`, verdict.allow ? "allow" : verdict.reason] as const;
    }),
  );
  return Object.fromEntries(cells) as PolicyTable;
}

const sentences: Record<RefusalReason, string> = {
  bot: "Nothing was done: bots can't give orders to meta-sync. A person of this workspace can ask instead.",
  external_person:
    "Nothing was done: you belong to another organisation, and ad figures stay with members of this workspace. A member can ask instead.",
  guest:
    "Nothing was done: guests can't use meta-sync, because it shows ad figures. A full member of this workspace can ask instead.",
  no_role:
    "Nothing was done: members have no role here until they are given one. Whoever runs meta-sync can change DEFAULT_ROLE; admins of this workspace can ask at once.",
  viewer:
    "Nothing was done: members may look here (status, help), but not start, cancel or retry. An admin of this workspace can do it, or whoever runs meta-sync can change DEFAULT_ROLE.",
  shared_channel:
    "Nothing was done: this channel is shared with another organisation, which would see the ad figures. Ask in a channel of this workspace alone, or in a direct message to meta-sync.",
  archived_channel:
    "Nothing was done: this channel is archived, so no result could be posted. Ask in another channel, or a member can unarchive this one.",
  unknown_person:
    "Nothing was done: Slack didn't say in time whether you are a member of this workspace. Ask again in a minute; if it stays so, whoever runs meta-sync checks the scope users:read.",
  unknown_channel:
    "Nothing was done: Slack didn't say in time whether this channel is shared with others. Ask again in a minute, or invite meta-sync to the channel first.",
};

/** What people read: what was refused, why, and who can change it. */
export function refusalSentence(reason: RefusalReason): string {
  return sentences[reason];
}
