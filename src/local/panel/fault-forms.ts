/** One small form per fault: what it does, how often, how long, and the button that switches it on. */
import { html } from "hono/html";
import type { FaultChoice } from "./faults/board.ts";
import { partTitles, type PartName } from "./world-parts.ts";

type Markup = ReturnType<typeof html>;

const counts = [1, 2, 3, 5, 10] as const;

function renderHowOften({ id, title, isCountable }: FaultChoice): Markup {
  if (!isCountable) return html`<span class="means">until switched off</span>`;
  return html`<label for="times-${id}" class="hidden">How often: ${title}</label>
    <select id="times-${id}" name="times">
      ${counts.map((count) => html`<option value="${count}">${count === 1 ? "once" : `${count} times`}</option>`)}
      <option value="">until switched off</option>
    </select>`;
}

function renderSeconds({ id, title, seconds }: FaultChoice): Markup | "" {
  if (seconds === undefined) return "";
  const { label, standard, most } = seconds;
  return html`<label for="seconds-${id}">${label}<span class="hidden">: ${title}</span></label>
    <input id="seconds-${id}" name="seconds" type="number" min="0" max="${most}" value="${standard}" required />`;
}

function renderForm(choice: FaultChoice): Markup {
  return html`<li>
    <form class="fault" data-fault="${choice.id}">
      <div>
        <strong>${choice.title}</strong>
        <span class="means">${choice.means}</span>
      </div>
      <div class="row">
        ${renderSeconds(choice)} ${renderHowOften(choice)}
        <button type="submit" aria-label="Switch on: ${choice.title}">Switch on</button>
      </div>
    </form>
  </li>`;
}

/** A group that can be opened for each part that has faults. */
export function renderFaultForms(parts: readonly PartName[], choices: readonly FaultChoice[]): Markup {
  return html`${parts.map((part) => {
    const own = choices.filter((choice) => choice.part === part);
    return html`<details id="faults-${part}">
      <summary>${partTitles[part]} (${own.length})</summary>
      <ul class="plain">
        ${own.map(renderForm)}
      </ul>
    </details>`;
  })}`;
}
