/** Where one is: it stands in the address, so that a reload and the back button come to the same place. */
const app = document.getElementById("app");

/** Ephemeral messages from before the page was opened are gone, as in Slack. */
const since = app.dataset.since;

let here = { as: app.dataset.as, at: app.dataset.at, thread: app.dataset.thread };

export function place() {
  return here;
}

export function setPlace(search) {
  const words = new URLSearchParams(search);
  here = { as: words.get("as") ?? here.as, at: words.get("at") ?? here.at, thread: words.get("thread") ?? "" };
}

/** The address of the living part as it should be here. */
export function partAddress() {
  const words = new URLSearchParams({ as: here.as, at: here.at, since });
  if (here.thread !== "") words.set("thread", here.thread);
  return `/_world/page/app?${words}`;
}
