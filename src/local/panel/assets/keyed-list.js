/** Brings a list up to date without touching what stayed the same, so that focus and reading position are kept. */

const shown = new WeakMap();

/** `draw` makes the element of one item; `empty` is said when there is none. Items have a unique `key`. */
export function fillList(list, items, draw, empty) {
  const known = shown.get(list) ?? new Map();
  const next = new Map();
  const lines = items.length === 0 ? [{ key: "empty", empty }] : items;
  for (const item of lines) {
    const text = JSON.stringify(item);
    const old = known.get(item.key);
    if (old?.text === text) next.set(item.key, old);
    else
      next.set(item.key, {
        text,
        element: redraw(old?.element, item.empty === undefined ? draw(item) : emptyLine(empty)),
      });
  }
  for (const [key, { element }] of known) if (!next.has(key)) element.remove();
  let place = list.firstChild;
  for (const { element } of next.values()) {
    if (element === place) place = place.nextSibling;
    else list.insertBefore(element, place);
  }
  shown.set(list, next);
}

function emptyLine(words) {
  const line = document.createElement("li");
  line.className = "means";
  line.textContent = words;
  return line;
}

/** Puts the new element in the old one's place; a focused button stays focused. */
function redraw(old, fresh) {
  if (old === undefined) return fresh;
  const post = old.contains(document.activeElement) ? document.activeElement.dataset.post : undefined;
  old.replaceWith(fresh);
  if (post !== undefined) fresh.querySelector(`[data-post="${CSS.escape(post)}"]`)?.focus();
  return fresh;
}
