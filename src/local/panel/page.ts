/** The page's frame: headings, controls and empty lists; the browser fills the lists from the state. */
import { html } from "hono/html";
import type { FaultChoice } from "./faults/board.ts";
import { renderFaultForms } from "./fault-forms.ts";
import type { Story } from "./stories/story.ts";
import { partTitles, presentParts, type PartName, type WorldParts } from "./world-parts.ts";

type Markup = ReturnType<typeof html>;

export interface PageView {
  /** Where the panel is mounted, without a slash at the end. */
  path: string;
  parts: WorldParts;
  choices: readonly FaultChoice[];
  stories: readonly Story[];
}

const moves = [
  { label: "+1 min", ms: 60_000 },
  { label: "+10 min", ms: 600_000 },
  { label: "+1 h", ms: 3_600_000 },
  { label: "+1 day", ms: 86_400_000 },
] as const;

/** A button that sends `body` to `post`; `panel.js` does it. */
function actButton(label: string, post: string, body: object): Markup {
  return html`<button type="button" data-post="${post}" data-body="${JSON.stringify(body)}">${label}</button>`;
}

function renderStories(stories: readonly Story[]): Markup {
  return html`<section id="stories" aria-labelledby="stories-title">
    <h2 id="stories-title">Stories</h2>
    ${stories.map(
      (story) =>
        html`<p>
          ${actButton(`Play: ${story.title}`, "/stories/play", { story: story.id })}
          <span class="means">${story.about} Watch it in <a href="/">#ads</a>.</span>
        </p>`,
    )}
    <div id="story-run" hidden>
      <h3 id="story-title"></h3>
      <ol id="story-steps" aria-live="polite" aria-relevant="additions text"></ol>
      <p>${actButton("Stop the story", "/stories/stop", {})}</p>
    </div>
  </section>`;
}

const clockSection = html`<section id="clock" aria-labelledby="clock-title">
  <h2 id="clock-title">Clock</h2>
  <p class="now"><span id="clock-now">–</span> <span id="clock-offset" class="means"></span></p>
  <div class="row" role="group" aria-label="Move the clock">
    ${moves.map(({ label, ms }) => actButton(label, "/clock", { advanceMs: ms }))}
    ${actButton("To the next message", "/clock", { to: "next-message" })}
    ${actButton("Back to real time", "/clock", { to: "real-time" })}
  </div>
  <p id="clock-next" class="means"></p>
  <ul id="clock-zones" class="plain" aria-label="Local time of each sample account"></ul>
</section>`;

const queueSection = html`<section id="queue" aria-labelledby="queue-title">
  <h2 id="queue-title">Queue</h2>
  <p class="row">
    <span id="queue-state"></span>
    ${actButton("Pause deliveries", "/queue/deliveries", { paused: true })}
    ${actButton("Resume", "/queue/deliveries", { paused: false })}
  </p>
  <h3>Messages</h3>
  <ul id="queue-messages" class="plain lines"></ul>
  <h3>Dead letters</h3>
  <ul id="queue-dead-letters" class="plain lines"></ul>
  <h3>Schedules</h3>
  <ul id="queue-schedules" class="plain lines"></ul>
</section>`;

function renderReceived(parts: readonly PartName[]): Markup {
  const choice = (value: string, label: string) =>
    html`<label
      ><input type="radio" name="part" value="${value}" ${value === "all" ? "checked" : ""} /> ${label}</label
    >`;
  return html`<section id="received" aria-labelledby="received-title">
    <h2 id="received-title">Received</h2>
    <form id="received-filter" class="row">
      <fieldset class="row">
        <legend>Part</legend>
        ${choice("all", "All")} ${parts.map((name) => choice(name, partTitles[name]))}
      </fieldset>
      <label><input type="checkbox" name="refused" /> Refused only</label>
    </form>
    <p id="received-count" class="means"></p>
    <ol id="received-list" class="plain lines" aria-labelledby="received-title"></ol>
  </section>`;
}

export function renderPage({ path, parts, choices, stories }: PageView): Markup {
  const present = presentParts(parts);
  const isWhole = parts.slack !== null && parts.queue !== null && parts.graph !== null;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>World panel</title>
        <link rel="stylesheet" href="${path}/assets/panel.css" />
        <script type="module" src="${path}/assets/panel.js"></script>
      </head>
      <body data-panel="${path}">
        <header>
          <h1>World panel</h1>
          <nav aria-label="Sections">
            <a href="/">Slack</a> <a href="#stories">Stories</a> <a href="#faults">Faults</a> <a href="#clock">Clock</a>
            <a href="#queue">Queue</a> <a href="#received">Received</a>
          </nav>
        </header>
        <main>
          <noscript><p>This page needs JavaScript: it shows the world live.</p></noscript>
          <p id="lost" role="alert" hidden></p>
          <p id="said" role="status"></p>
          <section id="active" aria-labelledby="active-title">
            <h2 id="active-title">Faults that are on</h2>
            <ul id="active-list" class="plain lines"></ul>
            <p>${actButton("Clear all", "/faults/clear", {})}</p>
          </section>
          ${isWhole ? renderStories(stories) : ""}
          <section id="faults" aria-labelledby="faults-title">
            <h2 id="faults-title">Faults</h2>
            ${renderFaultForms(present, choices)}
          </section>
          ${clockSection} ${parts.queue === null ? "" : queueSection} ${renderReceived(present)}
        </main>
      </body>
    </html>`;
}
