/** What Slack's own client wouldn't let a person do: no such button, not in the channel, and so on. */
import type { Channel, Person } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";

/** The person can't do that in Slack, so nothing was sent to the app. */
export class ActRefused extends Error {
  override name = "ActRefused";
}

/** The person and the conversation, when that person can write there. Throws ActRefused. */
export function findPlace(
  workspace: Workspace,
  userId: string,
  channelId: string,
): { person: Person; channel: Channel } {
  const person = findPerson(workspace, userId);
  const channel = workspace.channels.find(channelId);
  if (channel === undefined) throw new ActRefused(`There is no channel ${channelId} here. Add it, or name another.`);
  if (!channel.members.includes(person.id)) {
    throw new ActRefused(`${person.id} is not in ${channel.id}. Add them to the channel first.`);
  }
  if (channel.isArchived) throw new ActRefused(`${channel.id} is archived: nobody can write there.`);
  return { person, channel };
}

/** Throws ActRefused when nobody here has that id. */
export function findPerson(workspace: Workspace, userId: string): Person {
  const person = workspace.people.get(userId);
  if (person === undefined) throw new ActRefused(`There is no person ${userId} here. Add them, or name another.`);
  return person;
}

/** Someone of this workspace: people of other organisations are offered neither Home tab nor shortcuts. Throws ActRefused. */
export function findColleague(workspace: Workspace, userId: string): Person {
  const person = findPerson(workspace, userId);
  if (person.teamId === workspace.credentials.teamId) return person;
  throw new ActRefused(
    `${person.id} is of another organisation: Slack doesn't offer them this app's Home tab or shortcuts.`,
  );
}
