/** The whole document, and the part of it that lives: the browser fetches that part anew whenever something changes. */
import { html, raw, type Markup } from "../markup.ts";
import type { PageState } from "../page-state.ts";
import { drawConversation } from "./conversation.ts";
import { drawModal } from "./modal.ts";
import { drawSidebar } from "./sidebar.ts";
import { drawThread } from "./thread.ts";
import { drawTopBar } from "./top-bar.ts";

export const assetsPath = "/_world/page/assets";

/** `#app`; the addresses that the browser needs stand in its data. */
export function drawApp(state: PageState, teamName: string): Markup {
  const { query } = state;
  return html`<div
    id="app"
    class="${state.thread === null ? "app" : "app with-thread"}"
    data-as="${query.as}"
    data-at="${query.at}"
    data-thread="${query.thread ?? ""}"
    data-since="${state.sinceTs}"
  >
    ${drawTopBar(state, teamName)}${drawSidebar(state)}${drawConversation(state)}${drawThread(state)}${drawModal(state)}
  </div>`;
}

export function drawDocument(state: PageState, teamName: string): Markup {
  const title = `${state.channel === null ? state.app.realName : state.channel.name || state.app.realName} · ${teamName} (local Slack)`;
  return html`${raw("<!doctype html>")}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" type="image/svg+xml" href="${assetsPath}/icon.svg" />
        <link rel="stylesheet" href="${assetsPath}/page.css" />
        <link rel="stylesheet" href="${assetsPath}/blocks.css" />
        <script src="${assetsPath}/theme.js"></script>
        <script type="module" src="${assetsPath}/page.js"></script>
      </head>
      <body data-pane="main">
        ${drawApp(state, teamName)}
        <div id="announcer" class="sr-only" aria-live="polite"></div>
        <noscript
          ><p class="noscript">
            This page needs JavaScript to send messages; what stands here can be read without it.
          </p></noscript
        >
      </body>
    </html>`;
}
