/** Text as Slack hands it to an app whose command has `should_escape` on. Pure. */
import type { Channel, Person, UserGroup } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";

/** Whose names are known. */
export interface KnownNames {
  people: readonly Person[];
  channels: readonly Channel[];
  userGroups?: readonly UserGroup[];
}

export function listKnown(workspace: Workspace): KnownNames {
  const { people, channels, userGroups } = workspace;
  return { people: people.list(), channels: channels.list(), userGroups: userGroups.list() };
}

/**
 * Entities for & < >, then known #channels, @people, @groups and links in angle brackets.
 * A name that isn't known stays as typed.
 */
export function escapeText(text: string, known: KnownNames): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/https?:\/\/[^\s]+/g, (url) => `<${url}>`)
    .replace(/(^|\s)@([a-z0-9._-]+)/gi, (typed, before: string, name: string) => {
      if (name === "here" || name === "channel" || name === "everyone") return `${before}<!${name}>`;
      const person = known.people.find((one) => one.name === name.toLowerCase());
      if (person !== undefined) return `${before}<@${person.id}|${person.name}>`;
      const group = known.userGroups?.find((one) => !one.disabled && one.handle === name.toLowerCase());
      return group === undefined ? typed : `${before}<!subteam^${group.id}|@${group.handle}>`;
    })
    .replace(/(^|\s)#([^\s#]+)/g, (typed, before: string, name: string) => {
      const channel = known.channels.find((one) => one.kind !== "im" && one.name === name.toLowerCase());
      return channel === undefined ? typed : `${before}<#${channel.id}|${channel.name}>`;
    });
}
