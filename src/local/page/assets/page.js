/** The page comes alive: who listens to what. */
import { post, whilePending } from "./acts.js";
import { announceNew, takeAsKnown } from "./announce.js";
import { applyHidden, dismiss, hideHint, showTheme, switchTheme } from "./appearance.js";
import { handleInput, handleKey, hideCompletions, say, send } from "./composer.js";
import { choose, closeView, press, submitView, syncModal } from "./dialogs.js";
import { listen, markUnread } from "./live.js";
import { followHistory, navigate, showPane } from "./navigate.js";
import { place } from "./place.js";
import { afterRefresh, toBottom } from "./refresh.js";
import { suggest } from "./suggest.js";
import { showAllRows, sortBy } from "./tables.js";

async function shortcut(button) {
  const message = button.closest("[data-message]");
  const { channel, ts } = message?.dataset ?? {};
  await whilePending(button, () =>
    post({ act: "shortcut", as: place().as, callbackId: button.dataset.callback, channel, ts }),
  );
  button.closest("details")?.removeAttribute("open");
}

const acts = {
  press,
  shortcut,
  say: (button) =>
    whilePending(button, () =>
      say(
        document.querySelector(`main [data-composer][data-channel="${button.dataset.channel}"]`),
        button.dataset.text,
      ),
    ),
};

/** By the attribute that marks a thing: what a click on it does. */
const clicks = {
  "data-act": (element) => acts[element.dataset.act]?.(element),
  "data-close-view": (element) => closeView(element.closest("dialog"), element.dataset.closeView === "all"),
  "data-dismiss": (element) => dismiss(element.dataset.dismiss),
  "data-hide-hint": hideHint,
  "data-theme-switch": switchTheme,
  "data-back": (element) => showPane(element.dataset.back),
  "data-sort-column": sortBy,
  "data-more-rows": showAllRows,
};

function handleClick(event) {
  for (const open of document.querySelectorAll("details.acting[open], details.overflow[open]")) {
    if (!open.contains(event.target)) open.removeAttribute("open");
  }
  const link = event.target.closest("a[data-nav]");
  if (link !== null) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void navigate(link.href, { opensHome: link.hasAttribute("data-open-home") });
    return;
  }
  for (const [name, handle] of Object.entries(clicks)) {
    const element = event.target.closest(`[${name}]`);
    if (element !== null && element.matches("button")) {
      handle(element);
      return;
    }
  }
}

/** Escape closes what was opened last: a menu, then the thread. Dialogs close by themselves. */
function handleEscape() {
  if (document.querySelector("dialog[open]") !== null) return;
  const menu = document.querySelector("details.acting[open], details.overflow[open]");
  if (menu !== null) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
    return;
  }
  const close = document.querySelector("[data-close-thread]");
  if (close !== null) void navigate(close.href);
}

function handleKeydown(event) {
  const form = event.target.closest?.("[data-composer]");
  if (form !== null && form !== undefined && event.target.matches("textarea") && handleKey(event, form)) return;
  const isField = event.target.matches?.("[data-act=choose]:is(input, textarea)");
  if (event.key === "Enter" && isField) {
    event.preventDefault();
    void choose(event.target);
  }
  if (event.key === "Escape") handleEscape();
}

document.addEventListener("click", handleClick);
document.addEventListener("keydown", handleKeydown);
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-composer]");
  if (form !== null) handleInput(form);
  if (event.target.matches("[data-suggest]")) suggest(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-act=choose]")) void choose(event.target);
});
document.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches("[data-composer]")) void send(event.target);
  if (event.target.matches("[data-submit]")) void submitView(event.target);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.closest("[data-composer]");
  if (form !== null && !form.contains(event.relatedTarget)) hideCompletions(form);
});

afterRefresh((isNewPlace) => {
  if (isNewPlace) takeAsKnown();
  else announceNew();
  applyHidden();
  markUnread();
  syncModal();
});
takeAsKnown();
showTheme();
applyHidden();
followHistory();
toBottom();
syncModal();
listen();
