/** Says new messages to a screen reader, once each; edits of a living message are not said again. */
const known = new Set();

function listMessages() {
  return [...document.querySelectorAll("[data-message]")];
}

/** At the start and in a new place everything is there already. */
export function takeAsKnown() {
  for (const { id } of listMessages()) known.add(id);
}

export function announceNew() {
  const fresh = listMessages().filter(({ id }) => !known.has(id));
  takeAsKnown();
  if (fresh.length > 0) document.getElementById("announcer").textContent = fresh.map(({ dataset }) => dataset.say).join(" ");
}
