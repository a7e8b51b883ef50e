/** Text as Slack hands it to an app whose command has `should_escape` on. Pure. */
import type { Channel, Person } from "../shapes.ts";

/**
 * Entities for & < >, then known #channels, @people and links in angle brackets.
 * A name that isn't known stays as typed.
 */
export function escapeText(text: string, known: { people: readonly Person[]; channels: readonly Channel[] }): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/https?:\/\/[^\s]+/g, (url) => `<${url}>`)
    .replace(/(^|\s)@([a-z0-9._-]+)/gi, (typed, before: string, name: string) => {
      if (name === "here" || name === "channel" || name === "everyone") return `${before}<!${name}>`;
      const person = known.people.find((one) => one.name === name.toLowerCase());
      return person === undefined ? typed : `${before}<@${person.id}|${person.name}>`;
    })
    .replace(/(^|\s)#([^\s#]+)/g, (typed, before: string, name: string) => {
      const channel = known.channels.find((one) => one.kind !== "im" && one.name === name.toLowerCase());
      return channel === undefined ? typed : `${before}<#${channel.id}|${channel.name}>`;
    });
}
