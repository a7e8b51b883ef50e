/** A text object of Block Kit, plain or mrkdwn. */
import { isObject, spell } from "../../slack/values.ts";
import { html, nothing, type Markup } from "../markup.ts";
import type { Reader } from "../reader.ts";
import { replaceEmoji } from "./emoji.ts";
import { drawMrkdwn } from "./mrkdwn.ts";
import { drawLines } from "./words.ts";

/** Plain text: shown as it is, but for line ends and, unless switched off, emoji. */
export function drawPlain(text: string, emoji = true): Markup {
  const shown = emoji ? replaceEmoji(text) : text;
  return html`${drawLines(shown)}`;
}

/** Nothing for what is no text object. */
export function drawText(value: unknown, reader: Reader): Markup {
  if (!isObject(value)) return nothing;
  const text = spell(value["text"] ?? "");
  if (value["type"] === "mrkdwn") return drawMrkdwn(text, reader, { verbatim: value["verbatim"] === true });
  return drawPlain(text, value["emoji"] !== false);
}

/** The words of a text object, for labels and attributes. */
export function wordsOf(value: unknown): string {
  return isObject(value) ? spell(value["text"] ?? "") : "";
}
