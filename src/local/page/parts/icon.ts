/** The page's own small pictures, as lines in the colour of the text: not every machine has a font with such signs. */
import { html, raw, type Markup } from "../markup.ts";

const paths = {
  archive: "M3 4h14v3H3zM4.5 7v9h11V7M8 10.5h4",
  eye: "M1.5 10S5 4.5 10 4.5 18.5 10 18.5 10 15 15.5 10 15.5 1.5 10 1.5 10zM10 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  hash: "M7.5 3 5.5 17M14.5 3l-2 14M3.5 7.5h14M2.5 12.5h14",
  lock: "M4.5 9h11v8h-11zM7 9V6.5a3 3 0 0 1 6 0V9",
  reply: "M3 4h14v9.5H9L5.5 17v-3.5H3z",
  send: "M3 3.5 17.5 10 3 16.5 5 10zM5 10h6",
  shared: "M6 13.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7zM14 13.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7zM9.5 10h1",
  cross: "M5 5l10 10M15 5 5 15",
  back: "M12.5 4 6.5 10l6 6",
} as const;

export type IconName = keyof typeof paths;

export function drawIcon(name: IconName): Markup {
  return html`<svg
    class="icon"
    viewBox="0 0 20 20"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linejoin="round"
    stroke-linecap="round"
    aria-hidden="true"
  >
    <path d="${raw(paths[name])}"></path>
  </svg>`;
}
