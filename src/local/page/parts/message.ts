/** One message as Slack shows it: who, when, what, its files, its thread. */
import { isObject, listObjects, spell } from "../../slack/values.ts";
import type { JsonObject, SlackMessage } from "../../slack/shapes.ts";
import { drawBlocks } from "../blocks/draw-blocks.ts";
import type { DrawContext } from "../draw-context.ts";
import { attribute, html, nothing, type Markup } from "../markup.ts";
import { pageHref } from "../page-address.ts";
import type { Entry, PageState } from "../page-state.ts";
import { dayTitle, timeText, tsToMs } from "../text/dates.ts";
import { drawMrkdwn } from "../text/mrkdwn.ts";
import { plainText } from "../../slack/render-inline.ts";
import { drawAvatar } from "./avatar.ts";
import { drawFiles } from "./files.ts";
import { drawIcon } from "./icon.ts";

export interface MessagePlace {
  /** Where the list stands: the same message may be in the conversation and in the open thread. */
  pane: "main" | "thread";
  /** The message above it is by the same author and close in time. */
  isCompact: boolean;
}

interface Author {
  id: string;
  realName: string;
  isBot: boolean;
  isStranger: boolean;
}

function authorOf(message: SlackMessage, state: PageState): Author {
  const person = state.findPerson(message.user);
  if (person !== undefined) return { ...person, isStranger: person.teamId !== state.app.teamId };
  const name = message.user === "USLACKBOT" ? "Slackbot" : message.user;
  return { id: message.user, realName: name, isBot: message.bot_id !== undefined, isStranger: false };
}

function drawAttachment(attachment: JsonObject, context: DrawContext): Markup {
  const blocks = listObjects(attachment["blocks"]);
  if (blocks.length > 0) return html`<div class="attachment">${drawBlocks(blocks, context)}</div>`;
  const words = spell(attachment["text"] ?? attachment["fallback"] ?? "");
  return html`<div class="attachment" dir="auto">${drawMrkdwn(words, context.reader)}</div>`;
}

function drawContent(message: SlackMessage, context: DrawContext): Markup {
  const blocks = message.blocks ?? [];
  const edited = message.edited === undefined ? nothing : html`<span class="edited"> (edited)</span>`;
  const body =
    blocks.length > 0
      ? drawBlocks(blocks, context, edited)
      : html`<div class="text-body" dir="auto">${drawMrkdwn(message.text, context.reader)}${edited}</div>`;
  const attachments = (message.attachments ?? []).filter(isObject).map((one) => drawAttachment(one, context));
  return html`${body}${attachments}`;
}

function drawThreadLink(entry: Entry, state: PageState): Markup {
  const last = entry.replies.at(-1);
  if (last === undefined) return nothing;
  const count = entry.replies.length;
  const authors = [...new Map(entry.replies.map((reply) => [reply.user, authorOf(reply, state)])).values()];
  const at = tsToMs(last.ts);
  const when = `${dayTitle(at, state.reader).toLowerCase()} at ${timeText(at, state.reader)}`;
  return html`<a class="replies" data-nav href="${pageHref({ ...state.query, thread: entry.message.ts })}"
    >${authors.slice(0, 5).map((author) => drawAvatar(author, "small"))}<b
      >${count} ${count === 1 ? "reply" : "replies"}</b
    ><span class="quiet">Last reply ${when}</span></a
  >`;
}

function drawTools(entry: Entry, state: PageState, place: MessagePlace): Markup {
  if (entry.isEphemeral || place.pane === "thread" || entry.message.thread_ts !== undefined) return nothing;
  const shortcuts = state.shortcuts.filter((shortcut) => shortcut.type === "message");
  return html`<div class="tools">
    <a
      data-nav
      href="${pageHref({ ...state.query, thread: entry.message.ts })}"
      title="Reply in thread"
      aria-label="Reply in thread"
      >${drawIcon("reply")}</a
    >
    ${shortcuts.map(
      (one) => html`<button type="button" data-act="shortcut" data-callback="${one.callbackId}">${one.name}</button>`,
    )}
  </div>`;
}

function drawMeta(message: SlackMessage, author: Author, state: PageState): Markup {
  const at = tsToMs(message.ts);
  const full = `${dayTitle(at, state.reader)} at ${timeText(at, state.reader, true)}`;
  return html`<div class="meta">
    <b class="author"><bdi>${author.realName}</bdi></b>
    ${author.isBot ? html`<span class="badge">APP</span>` : nothing}
    ${author.isStranger ? html`<span class="badge stranger">OTHER ORGANISATION</span>` : nothing}
    <time class="quiet" datetime="${new Date(at).toISOString()}" title="${full}">${timeText(at, state.reader)}</time>
  </div>`;
}

/** What the list is called for a screen reader, and what is said when it is new. */
function sayingOf(message: SlackMessage, author: Author): string {
  return `${author.realName}: ${plainText(message.text)}`.slice(0, 500);
}

export function drawMessage(entry: Entry, state: PageState, place: MessagePlace): Markup {
  const { message, isEphemeral } = entry;
  const author = authorOf(message, state);
  const id = `${place.pane}-${message.channel}-${message.ts}`;
  const context: DrawContext = { reader: state.reader, place: "message", key: id };
  const at = tsToMs(message.ts);
  const kind = `message${place.isCompact ? " compact" : ""}${isEphemeral ? " ephemeral" : ""}${message.subtype === "tombstone" ? " tombstone" : ""}`;
  const gutter = place.isCompact
    ? html`<time class="quiet compact-time" datetime="${new Date(at).toISOString()}"
        >${timeText(at, state.reader)}</time
      >`
    : drawAvatar(author, "large");
  return html`<li
    id="${id}"
    class="${kind}"
    tabindex="-1"
    data-message
    data-ts="${message.ts}"
    data-channel="${message.channel}"
    ${attribute("data-say", sayingOf(message, author))}
    ${attribute("data-ephemeral", isEphemeral ? message.ts : undefined)}
  >
    ${isEphemeral ? html`<p class="only-you">${drawIcon("eye")} Only visible to you</p>` : nothing}
    <div class="gutter">${gutter}</div>
    <div class="content">
      ${place.isCompact ? html`<span class="sr-only">${author.realName}</span>` : drawMeta(message, author, state)}
      <div class="blocks">${drawContent(message, context)}</div>
      ${drawFiles(listObjects(message.files))}
      <p class="failure" role="alert"></p>
      ${isEphemeral ? html`<button type="button" class="link-button" data-dismiss="${message.ts}">Dismiss message</button>` : nothing}
      ${place.pane === "main" ? drawThreadLink(entry, state) : nothing}
    </div>
    ${drawTools(entry, state, place)}
  </li>`;
}
