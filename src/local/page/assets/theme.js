/** Runs before anything is drawn, so that a chosen theme doesn't flash. */
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "system";
