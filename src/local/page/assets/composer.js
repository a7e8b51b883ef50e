/** The box to write in: Enter sends, Shift+Enter breaks the line, arrows and Tab choose what completes a command. */
import { post, showFailure, whilePending } from "./acts.js";
import { askWords, complete } from "./completion.js";
import { place } from "./place.js";
import { refresh, toBottom } from "./refresh.js";

const listOf = (form) => form.querySelector("[role=listbox]");
const textOf = (form) => form.querySelector("textarea");

export function hideCompletions(form) {
  const list = listOf(form);
  const wasOpen = !list.hidden;
  list.hidden = true;
  list.replaceChildren();
  textOf(form).removeAttribute("aria-activedescendant");
  return wasOpen;
}

function drawOption(form, { insert, label, note, start }, index) {
  const option = document.createElement("li");
  option.id = `${form.id}-option-${index}`;
  option.role = "option";
  option.ariaSelected = "false";
  const [name, small] = [document.createElement("b"), document.createElement("small")];
  name.textContent = label;
  small.textContent = note;
  option.append(name, small);
  // Before the box loses the focus.
  option.addEventListener("mousedown", (event) => {
    event.preventDefault();
    accept(form, option);
  });
  Object.assign(option.dataset, { insert, start: String(start) });
  return option;
}

async function showCompletions(form) {
  const input = textOf(form);
  const isCommand = input.value.startsWith("/") && form.dataset.thread === "";
  const words = isCommand ? await askWords() : null;
  const options = complete(input.value, words).map((one, index) => drawOption(form, one, index));
  if (options.length === 0) return hideCompletions(form);
  listOf(form).replaceChildren(...options);
  listOf(form).hidden = false;
  input.removeAttribute("aria-activedescendant");
  return true;
}

function accept(form, option) {
  const input = textOf(form);
  input.value = input.value.slice(0, Number(option.dataset.start)) + option.dataset.insert;
  input.focus();
  void showCompletions(form);
}

function move(form, step) {
  const options = [...listOf(form).children];
  const now = options.findIndex((option) => option.ariaSelected === "true");
  const next = options[(now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % options.length];
  for (const option of options) option.ariaSelected = String(option === next);
  next.scrollIntoView({ block: "nearest" });
  textOf(form).setAttribute("aria-activedescendant", next.id);
}

/** Says `text` in the place of a composer; what isn't taken comes back into the box. */
export async function say(form, text) {
  const input = textOf(form);
  const { channel, thread } = form.dataset;
  await whilePending(form.querySelector(".send"), async () => {
    showFailure(form, "");
    const answer = await post({
      act: "say",
      as: place().as,
      channel,
      text,
      ...(thread === "" ? {} : { threadTs: thread }),
    });
    showFailure(form, answer.failure);
    if (answer.failure !== undefined && input.value === "") input.value = text;
    await refresh();
    toBottom();
  });
}

export async function send(form) {
  const input = textOf(form);
  const text = input.value.trim();
  if (text === "" || form.querySelector(".send").hasAttribute("data-pending")) return;
  input.value = "";
  hideCompletions(form);
  await say(form, text);
}

/** True when the key was the composer's. */
export function handleKey(event, form) {
  const list = listOf(form);
  const chosen = list.querySelector("[aria-selected=true]");
  if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp"))
    move(form, event.key === "ArrowDown" ? 1 : -1);
  else if (!list.hidden && event.key === "Tab" && !event.shiftKey) accept(form, chosen ?? list.firstElementChild);
  else if (!list.hidden && event.key === "Enter" && chosen !== null) accept(form, chosen);
  else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) void send(form);
  else if (event.key === "Escape" && hideCompletions(form)) event.stopPropagation();
  else return false;
  event.preventDefault();
  return true;
}

export function handleInput(form) {
  void showCompletions(form);
}
