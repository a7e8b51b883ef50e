/** Says new messages to a screen reader, once each; edits of a living message are not said again. */
const known = new Set();

function listMessages() {
  return [...document.querySelectorAll("[data-message]")];
}

/** At the start and in a new place everything is there already. */
export function takeAsKnown() {
  for (const { id } of listMessages()) known.add(id);
  document.getElementById("announcer").textContent = "";
}

export function announceNew() {
  const fresh = listMessages().filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return;
  for (const { id } of fresh) known.add(id);
  document.getElementById("announcer").textContent = fresh.map(({ dataset }) => dataset.say).join(" ");
}
