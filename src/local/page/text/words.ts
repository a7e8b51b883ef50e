/** A run of plain words as HTML: emoji as pictures where the page has one, and no mark that turns the text around it. */
import { html, type Markup } from "../markup.ts";

/** Slack shows emoji as pictures too; a machine without such a font would leave a hole. */
const pictures: Readonly<Record<string, string>> = { "✅": "check", "❌": "cross", "⚠️": "warning", "⚠": "warning" };
const pictured = new RegExp(`(${Object.keys(pictures).join("|")})`, "u");

/** Embeddings and overrides reach beyond the name they stand in, to the end of the line; isolates end with it and stay. */
function withoutOverrides(text: string): string {
  return text.replaceAll(/[\u202a-\u202e]/gu, "");
}

export function drawWords(text: string): Markup {
  // A split with one group: odd pieces are what was found.
  const pieces = withoutOverrides(text).split(pictured);
  return html`${pieces.map((piece, index) =>
    index % 2 === 1
      ? html`<img
          class="emoji"
          src="/_world/page/assets/emoji-${pictures[piece] ?? ""}.svg"
          alt="${piece}"
          width="18"
          height="18"
        />`
      : piece,
  )}`;
}

/** The same with line ends. */
export function drawLines(text: string): Markup[] {
  return text.split("\n").map((line, index) => (index === 0 ? drawWords(line) : html`<br />${drawWords(line)}`));
}
