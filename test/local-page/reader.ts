/** A reader for tests of drawing: Ana in Berlin, on 15 November 2026 at noon UTC. */
import type { DrawContext } from "#src/local/page/draw-context.ts";
import type { Reader } from "#src/local/page/reader.ts";

export const reader: Reader = {
  personId: "U0ANA",
  zone: "Europe/Berlin",
  locale: "de-DE",
  nowMs: Date.parse("2026-11-15T12:00:00Z"),
  nameOfPerson: (id) =>
    new Map([
      ["U0ANA", "Ana Berger"],
      ["U0BEN", "Ben <b>Cole</b>"],
    ]).get(id),
  channel: (id) => (id === "C0ADS" ? { name: "ads", href: "/?as=U0ANA&at=C0ADS" } : undefined),
  people: () => [{ value: "U0ANA", words: "Ana Berger" }],
  channels: () => [{ value: "C0ADS", words: "#ads" }],
};

export const context: DrawContext = { reader, place: "message", key: "m1" };

/** HTML without the line breaks of the templates. */
export function flat(markup: { toString(): string }): string {
  return markup
    .toString()
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/ ?(<|>) ?/gu, "$1")
    .trim();
}
