/** Modals and confirm dialogs: focus stays inside while they are open and goes back where it was. */
import { act, post, readFields, showFailure, whilePending } from "./acts.js";
import { place } from "./place.js";

let returnTo = null;

function wrapFocus(event) {
  if (event.key !== "Tab") return;
  const dialog = event.currentTarget;
  const stops = [
    ...dialog.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']"),
  ].filter((element) => element.offsetParent !== null && !element.disabled);
  const [first, last] = [stops[0], stops.at(-1)];
  const goesOver = event.shiftKey ? document.activeElement === first : document.activeElement === last;
  if (!goesOver) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

function focusFirstField(dialog) {
  const field =
    dialog.querySelector("[autofocus]") ?? dialog.querySelector(".modal-body :is(input, select, textarea, button)");
  (field ?? dialog.querySelector(".close, button"))?.focus();
}

/** Opens the modal that the workspace shows, or gives focus back when it is gone. */
export function syncModal() {
  const dialog = document.querySelector("dialog[data-modal]");
  if (dialog === null) {
    if (returnTo === null) return;
    const target = returnTo.isConnected ? returnTo : document.querySelector("main [data-composer] textarea");
    returnTo = null;
    target?.focus();
    return;
  }
  if (dialog.open) return;
  returnTo ??= document.activeElement;
  dialog.showModal();
  dialog.addEventListener("keydown", wrapFocus);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    void closeView(dialog, false);
  });
  focusFirstField(dialog);
}

export function closeView(dialog, all) {
  return post({ act: "close", as: place().as, viewId: dialog.dataset.viewId, all });
}

function showErrors(dialog, errors) {
  for (const block of dialog.querySelectorAll("[data-input-block]")) {
    const problem = errors[block.dataset.inputBlock] ?? "";
    block.querySelector(".field-error").textContent = problem;
    for (const field of block.querySelectorAll("[name]")) field.toggleAttribute("aria-invalid", problem !== "");
  }
  const wrong = dialog.querySelector("[aria-invalid]");
  wrong?.focus();
  // With its label, which the focus alone would leave above the edge.
  wrong?.closest("[data-input-block]").scrollIntoView({ block: "nearest" });
}

export async function submitView(form) {
  const dialog = form.closest("[data-view-id]");
  const button = form.querySelector("button[type=submit]") ?? form;
  await whilePending(button, async () => {
    showErrors(dialog, {});
    showFailure(form, "");
    const answer = await post({
      act: "submit",
      as: place().as,
      viewId: dialog.dataset.viewId,
      fields: readFields(form),
    });
    showFailure(form, answer.failure);
    showErrors(dialog, answer.errors ?? {});
  });
}

/** Asks what the app wants asked before a click is sent; resolves true for yes. */
function confirm(template) {
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "modal confirm";
  dialog.append(template.content.cloneNode(true));
  const title = dialog.querySelector("h2");
  title.id = "confirm-title";
  dialog.setAttribute("aria-labelledby", title.id);
  document.body.append(dialog);
  dialog.showModal();
  dialog.addEventListener("keydown", wrapFocus);
  dialog.querySelector("[data-answer=yes]").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("click", (event) => {
      const answer = event.target.closest("[data-answer]")?.dataset.answer;
      if (answer !== undefined) dialog.close(answer);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/** A click on a button of a block: asks first if it should, opens its address, tells the app. */
export async function press(button) {
  if (button.hasAttribute("data-pending")) return;
  const template =
    button.parentElement.querySelector("template.confirm") ??
    button.closest("details")?.querySelector("template.confirm");
  if (template !== null && template !== undefined && !(await confirm(template))) return;
  if (button.dataset.open !== undefined) open(button.dataset.open, "_blank", "noopener");
  const { value } = button.dataset;
  await act(button, { act: "press", ...(value === undefined ? {} : { value }) });
}

/** A choice in a menu, a group or a day field that acts at once. */
export async function choose(field) {
  const group = field.closest(".choices");
  const many = group === null ? [field] : [...group.querySelectorAll("input:checked")];
  const chosen = many.flatMap((one) =>
    one.selectedOptions === undefined ? [one.value] : [...one.selectedOptions].map(({ value }) => value),
  );
  await act(field, { act: "choose", chosen });
}
