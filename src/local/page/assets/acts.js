/** Sends what a person does to the workspace, and shows what Slack would show when it isn't taken. */
import { place } from "./place.js";

const unreachable = "The workspace can't be reached. Try again in a moment.";

/** The answer `{failure?, errors?, options?}`; never throws. */
export async function post(act) {
  try {
    const response = await fetch("/_world/page/acts", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(act),
    });
    return await response.json();
  } catch {
    return { failure: unreachable };
  }
}

/** Name, value and shown words of everything that is filled in inside a form. */
export function readFields(scope) {
  const fields = [];
  for (const field of scope.querySelectorAll("[name]")) {
    if (field.selectedOptions !== undefined) {
      for (const option of field.selectedOptions) fields.push([field.name, option.value, option.label]);
    } else if (!["checkbox", "radio"].includes(field.type) || field.checked) {
      fields.push([field.name, field.value, ""]);
    }
  }
  return fields;
}

/** The message, modal or Home tab that a thing stands in. */
export function sourceOf(element) {
  const view = element.closest("[data-view-id]");
  if (view !== null) return { source: { viewId: view.dataset.viewId }, fields: readFields(view), scope: view };
  const message = element.closest("[data-message]");
  const { channel, ts } = message.dataset;
  return { source: { channel, ts }, fields: [], scope: message };
}

export function showFailure(scope, failure) {
  const line = scope?.querySelector(".failure");
  if (line !== null && line !== undefined) line.textContent = failure ?? "";
}

/** Until the answer comes the thing can't be used again, and shows that it waits. */
export async function whilePending(element, work) {
  if (element.hasAttribute("data-pending")) return;
  element.setAttribute("data-pending", "");
  element.setAttribute("aria-disabled", "true");
  element.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    for (const name of ["data-pending", "aria-disabled", "aria-busy"]) element.removeAttribute(name);
  }
}

/** Sends one act for `element`; the failure line of its message or form tells when it wasn't taken. */
export async function act(element, order) {
  const { source, fields, scope } = sourceOf(element);
  await whilePending(element, async () => {
    showFailure(scope, "");
    const { blockId = "", actionId = "" } = element.dataset;
    const answer = await post({ ...order, as: place().as, source, blockId, actionId, fields });
    showFailure(scope, answer.failure);
  });
}
