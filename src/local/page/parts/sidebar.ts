/** The side with the conversations and the app. */
import type { Channel } from "../../slack/shapes.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { pageHref } from "../page-address.ts";
import type { PageState } from "../page-state.ts";
import { drawAvatar } from "./avatar.ts";
import { drawIcon, type IconName } from "./icon.ts";

function markOf(channel: Channel): { sign: IconName; word: string } {
  if (channel.isArchived) return { sign: "archive", word: "archived" };
  if (channel.kind === "private") return { sign: "lock", word: "private" };
  return channel.isExtShared
    ? { sign: "shared", word: "shared with another organisation" }
    : { sign: "hash", word: "" };
}

function drawPlace(channel: Channel, state: PageState): Markup {
  const isHere = state.channel?.id === channel.id;
  const { sign, word } = markOf(channel);
  return html`<li>
    <a
      data-nav
      data-place="${channel.id}"
      href="${pageHref({ as: state.query.as, at: channel.id })}"
      ${isHere ? html`aria-current="page"` : nothing}
      ><span class="sign">${drawIcon(sign)}</span><bdi>${channel.name}</bdi>${
        word === "" ? nothing : html`<span class="sr-only">, ${word}</span>`
      }<span class="new sr-only" hidden>, new messages</span></a
    >
  </li>`;
}

function drawApp(state: PageState, direct: Channel): Markup {
  const isHere = state.query.at === "home" || state.channel?.id === direct.id;
  return html`<h2>Apps</h2>
    <ul>
      <li>
        <a
          data-nav
          data-open-home
          data-place="${direct.id}"
          href="${pageHref({ as: state.query.as, at: "home" })}"
          ${isHere ? html`aria-current="page"` : nothing}
          >${drawAvatar(state.app, "small")}<bdi>${state.app.realName}</bdi
          ><span class="new sr-only" hidden>, new messages</span></a
        >
      </li>
    </ul>`;
}

export function drawSidebar(state: PageState): Markup {
  return html`<nav class="sidebar" id="sidebar" aria-label="Conversations">
    <h2>Channels</h2>
    <ul>
      ${state.channels.map((channel) => drawPlace(channel, state))}
    </ul>
    ${state.appChannel === null ? nothing : drawApp(state, state.appChannel)}
  </nav>`;
}
