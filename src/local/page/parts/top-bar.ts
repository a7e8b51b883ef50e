/** The bar at the top: whose workspace it is, light or dark, and whom one acts as. */
import type { Person } from "../../slack/shapes.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { pageHref } from "../page-address.ts";
import type { PageState } from "../page-state.ts";
import { drawAvatar } from "./avatar.ts";

function roleOf(person: Person, teamId: string): string {
  if (person.teamId !== teamId) return "another organisation";
  if (person.isRestricted) return "guest";
  return person.isAdmin || person.isOwner ? "workspace admin" : "member";
}

export function drawTopBar(state: PageState, teamName: string): Markup {
  const { person, query } = state;
  const at = (one: Person): string => pageHref({ as: one.id, at: query.at === "home" ? "home" : query.at });
  const people = state.people.map(
    (one) =>
      html`<li>
        <a data-nav href="${at(one)}" ${one.id === person.id ? html`aria-current="true"` : nothing}
          >${drawAvatar(one, "small")}<span
            ><bdi>${one.realName}</bdi> <small>${roleOf(one, state.app.teamId)}</small></span
          ></a
        >
      </li>`,
  );
  return html`<header class="top" id="top">
    <strong class="workspace"><bdi>${teamName}</bdi> <small>local workspace</small></strong>
    <p class="connection" id="connection" role="status" data-keep></p>
    <a class="theme" href="/_world/panel">World</a>
    <button type="button" class="theme" data-theme-switch id="theme-switch" data-keep>Theme</button>
    <details class="acting" id="acting">
      <summary title="Act as somebody else">
        <span class="sr-only">Acting as</span>
        ${drawAvatar(person, "small")}<span class="acting-name"
          ><bdi>${person.realName}</bdi> <small>${roleOf(person, state.app.teamId)}</small></span
        >
      </summary>
      <ul aria-label="Act as">
        ${people}
      </ul>
    </details>
  </header>`;
}
