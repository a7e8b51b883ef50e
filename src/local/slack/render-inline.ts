/** Turns mrkdwn and rich text into plain words: references, links, dates and entities. Pure. */
import type { JsonObject } from "./shapes.ts";
import { listObjects, spell } from "./values.ts";

/** mrkdwn without its brackets and entities; * _ ~ ` stay, since they read well as they are. */
export function plainText(mrkdwn: string): string {
  return mrkdwn
    .replace(/<([^<>]+)>/g, (_whole, inner: string) => readReference(inner))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function readReference(inner: string): string {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : inner.slice(bar + 1);
  if (target.startsWith("@") || target.startsWith("#")) return `${target[0]}${label ?? target.slice(1)}`;
  // A date carries its own words for whoever can't draw it.
  if (target.startsWith("!date^")) return label ?? target;
  if (target.startsWith("!")) return `@${label ?? target.slice(1).split("^")[0]}`;
  return label === undefined || label === target ? target : `${label} (${target})`;
}

/** A rich_text block as lines. */
export function renderRichText(block: JsonObject): string[] {
  return listObjects(block["elements"]).flatMap((part) => {
    const pieces = () => listObjects(part["elements"]).map(renderPiece).join("").split("\n");
    switch (part["type"]) {
      case "rich_text_list":
        return listObjects(part["elements"]).map((item, index) => {
          const mark = part["style"] === "ordered" ? `${index + 1}.` : "-";
          return `${"  ".repeat(Number(part["indent"] ?? 0))}${mark} ${listObjects(item["elements"]).map(renderPiece).join("")}`;
        });
      case "rich_text_quote":
        return pieces().map((line) => `> ${line}`);
      case "rich_text_preformatted":
        return pieces().map((line) => `    ${line}`);
      default:
        return pieces();
    }
  });
}

function renderPiece(piece: JsonObject): string {
  const named = (key: string) => spell(piece[key] ?? "");
  switch (piece["type"]) {
    case "text":
      return named("text");
    case "link":
      return piece["text"] === undefined ? named("url") : `${named("text")} (${named("url")})`;
    case "emoji":
      return `:${named("name")}:`;
    case "user":
      return `@${named("user_id")}`;
    case "channel":
      return `#${named("channel_id")}`;
    case "usergroup":
      return `@${named("usergroup_id")}`;
    case "broadcast":
      return `@${named("range")}`;
    case "date":
      return piece["fallback"] === undefined ? named("timestamp") : named("fallback");
    default:
      return named("value");
  }
}
