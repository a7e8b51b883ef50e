/** Makes elements whose texts are always text: nothing from the world is ever read as markup. */

/** `make("p", { class: "means" }, "words", child)`; an attribute that is null is left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A button that posts `body` to the panel's `post`. `label` is read out instead of the words when given. */
export function actButton(words, post, body, label = null) {
  return make(
    "button",
    { type: "button", "data-post": post, "data-body": JSON.stringify(body), "aria-label": label },
    words,
  );
}

export const byId = (id) => document.getElementById(id);
