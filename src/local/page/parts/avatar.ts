/** A square with initials: the workspace stores no pictures. */
import type { Person } from "../../slack/shapes.ts";
import { html, type Markup } from "../markup.ts";

const tones = 6;

/** The same person has the same colour everywhere. */
function toneOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % tones;
}

export function drawAvatar(person: Pick<Person, "id" | "realName" | "isBot">, size: "large" | "small"): Markup {
  const initials = person.realName
    .split(/\s+/u)
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? "")
    .join("")
    .toUpperCase();
  const kind = person.isBot ? "bot" : `tone-a${toneOf(person.id)}`;
  return html`<span class="avatar ${size} ${kind}" aria-hidden="true">${initials}</span>`;
}
