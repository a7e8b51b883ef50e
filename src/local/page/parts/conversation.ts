/** The middle of the page: one conversation, or the app's Home tab. */
import type { Channel } from "../../slack/shapes.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { pageHref } from "../page-address.ts";
import type { PageState } from "../page-state.ts";
import { drawComposer } from "./composer.ts";
import { drawHint } from "./hint.ts";
import { drawHome } from "./home.ts";
import { drawIcon } from "./icon.ts";
import { drawMessages } from "./message-list.ts";

const hintChannel = "C0ADS";

export function nameOf(channel: Channel, state: PageState): string {
  return channel.kind === "im" ? state.app.realName : `#${channel.name}`;
}

function describe(channel: Channel, state: PageState): string {
  if (channel.kind === "im") return `Messages between you and ${state.app.realName}.`;
  const kind = channel.kind === "private" ? "private channel" : "channel";
  const shared = channel.isExtShared ? " It is shared with another organisation." : "";
  const bot = channel.members.includes(state.app.id)
    ? ""
    : ` ${state.app.realName} is not in it: /invite @${state.app.name} adds it.`;
  return `This is the very beginning of the ${kind} #${channel.name}.${shared}${bot}`;
}

function drawTabs(state: PageState, direct: Channel): Markup {
  const tab = (at: string, name: string, isHere: boolean): Markup =>
    html`<a
      data-nav
      ${at === "home" ? html`data-open-home` : nothing}
      href="${pageHref({ as: state.query.as, at })}"
      ${isHere ? html`aria-current="page"` : nothing}
      >${name}</a
    >`;
  return html`<nav class="tabs" aria-label="${state.app.realName}">
    ${tab("home", "Home", state.channel === null)}${tab(direct.id, "Messages", state.channel !== null)}
  </nav>`;
}

function drawHead(state: PageState): Markup {
  const { channel, appChannel } = state;
  const title = channel === null ? state.app.realName : nameOf(channel, state);
  const isApp = channel === null || channel.kind === "im";
  const members =
    channel === null || isApp ? nothing : html`<span class="quiet members">${channel.members.length} members</span>`;
  return html`<header class="head">
    <button type="button" class="back" data-back="list" aria-label="Back to the channels">${drawIcon("back")}</button>
    <h1><bdi>${title}</bdi></h1>
    ${isApp && appChannel !== null ? drawTabs(state, appChannel) : members}
  </header>`;
}

function drawFoot(state: PageState, channel: Channel): Markup {
  if (!channel.isArchived) return drawComposer(state, { channel: channel.id, name: nameOf(channel, state) });
  return html`<p class="archived">
    You are viewing <b>#${channel.name}</b>, an archived channel. Nobody can write here.
  </p>`;
}

export function drawConversation(state: PageState): Markup {
  const { channel } = state;
  if (channel === null)
    return html`<main class="main" id="main-home" tabindex="-1">${drawHead(state)}${drawHome(state)}</main>`;
  return html`<main class="main" id="main-${channel.id}" tabindex="-1">
    ${drawHead(state)}
    <div
      class="scroll"
      id="scroll-${channel.id}"
      data-scroll
      tabindex="0"
      role="region"
      aria-label="Messages in ${nameOf(channel, state)}"
    >
      <p class="beginning quiet">${describe(channel, state)}</p>
      ${channel.id === hintChannel ? drawHint(channel.id) : nothing}
      <ol class="messages" id="list-${channel.id}">
        ${drawMessages(state.entries, state, "main")}
      </ol>
    </div>
    ${drawFoot(state, channel)}
  </main>`;
}
