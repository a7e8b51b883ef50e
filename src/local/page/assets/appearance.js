/** What only this browser keeps: the theme, the hidden hint, dismissed messages. */
const themes = ["system", "light", "dark"];
const dismissed = new Set();

export function showTheme() {
  const { theme = "system" } = document.documentElement.dataset;
  document.getElementById("theme-switch").textContent = `Theme: ${theme}`;
}

export function switchTheme() {
  const { theme = "system" } = document.documentElement.dataset;
  const next = themes[(themes.indexOf(theme) + 1) % themes.length];
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
  showTheme();
}

export function hideHint() {
  localStorage.setItem("hint", "hidden");
  applyHidden();
}

export function dismiss(ts) {
  dismissed.add(ts);
  applyHidden();
}

/** After each change of the page, because the server knows none of this. */
export function applyHidden() {
  document.getElementById("hint")?.toggleAttribute("hidden", localStorage.getItem("hint") === "hidden");
  for (const message of document.querySelectorAll("[data-ephemeral]"))
    message.hidden = dismissed.has(message.dataset.ephemeral);
}
