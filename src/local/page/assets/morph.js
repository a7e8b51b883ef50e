/** Brings a piece of the page to the state of newly fetched HTML and leaves alone what is the same: focus, typed text, scrolling. */

/** The HTML from which an element with an id was last made: equal HTML needs no look inside. */
const madeFrom = new WeakMap();

/** To be called once for what the server sent with the document, and for everything inserted. */
export function remember(root) {
  for (const element of [root, ...root.querySelectorAll("[id]")]) {
    if (element.id !== "") madeFrom.set(element, element.outerHTML);
  }
}

function syncAttributes(from, to) {
  for (const { name } of Array.from(from.attributes)) {
    // What a person unfolded or a dialog opened stays open.
    if (name !== "open" && !to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== "open" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

const isSameKind = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName;

function morphChildren(from, to) {
  const keyed = new Map([...from.children].filter((child) => child.id !== "").map((child) => [child.id, child]));
  let cursor = from.firstChild;
  for (const next of Array.from(to.childNodes)) {
    const key = next.id ?? "";
    const isFree = cursor !== null && (cursor.id ?? "") === "" && key === "" && isSameKind(cursor, next);
    const match = key === "" ? (isFree ? cursor : null) : keyed.get(key);
    if (match === null || match === undefined || !isSameKind(match, next)) {
      from.insertBefore(next, cursor);
      if (next.nodeType === Node.ELEMENT_NODE) remember(next);
      continue;
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else from.insertBefore(match, cursor);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, next);
    else if (match.data !== next.data) match.data = next.data;
  }
  while (cursor !== null) {
    const rest = cursor.nextSibling;
    cursor.remove();
    cursor = rest;
  }
}

/** `data-keep` is the browser's own once it is there; `data-pending` waits for an answer. */
export function morph(from, to) {
  if (from.hasAttribute("data-keep") || from.hasAttribute("data-pending")) return;
  if (from.id !== "") {
    if (madeFrom.get(from) === to.outerHTML) return;
    madeFrom.set(from, to.outerHTML);
  }
  syncAttributes(from, to);
  if (from.nodeName === "TEMPLATE") from.innerHTML = to.innerHTML;
  else morphChildren(from, to);
}
