/** The panel at the side: one thread, and the box to answer in. */
import { html, nothing, type Markup } from "../markup.ts";
import { pageHref } from "../page-address.ts";
import type { PageState } from "../page-state.ts";
import { drawComposer } from "./composer.ts";
import { nameOf } from "./conversation.ts";
import { drawIcon } from "./icon.ts";
import { drawMessages } from "./message-list.ts";

export function drawThread(state: PageState): Markup {
  const { thread, channel, query } = state;
  if (thread === null || channel === null || query.thread === undefined) return nothing;
  const [root, ...replies] = thread;
  const count = replies.filter((entry) => !entry.isEphemeral).length;
  const id = `thread-${channel.id}-${query.thread}`;
  const closed = pageHref({ as: query.as, at: query.at });
  return html`<aside class="thread" id="${id}" aria-label="Thread" tabindex="-1">
    <header class="head">
      <h2>
        Thread <small class="quiet"><bdi>${nameOf(channel, state)}</bdi></small>
      </h2>
      <a class="close" data-nav data-close-thread href="${closed}" aria-label="Close the thread"
        >${drawIcon("cross")}</a
      >
    </header>
    <div class="scroll" id="scroll-${id}" data-scroll tabindex="0" role="region" aria-label="Messages of the thread">
      <ol class="messages">
        ${root === undefined ? nothing : drawMessages([root], state, "thread")}
        <li class="count" id="count-${id}"><span>${count} ${count === 1 ? "reply" : "replies"}</span></li>
        ${drawMessages(replies, state, "thread")}
      </ol>
    </div>
    ${channel.isArchived ? nothing : drawComposer(state, { channel: channel.id, name: nameOf(channel, state), threadTs: query.thread })}
  </aside>`;
}
