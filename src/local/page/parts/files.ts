/** The files that a message shares, each with its download. */
import type { JsonObject } from "../../slack/shapes.ts";
import { spell } from "../../slack/values.ts";
import { html, nothing, type Markup } from "../markup.ts";

function sizeText(bytes: number): string {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function drawFiles(files: readonly JsonObject[]): Markup {
  if (files.length === 0) return nothing;
  const rows = files.map((file) => {
    const name = spell(file["name"] ?? "file");
    const title = spell(file["title"] ?? "") || name;
    const kind = spell(file["pretty_type"] ?? file["filetype"] ?? "").toUpperCase();
    return html`<li class="file">
      <span class="file-mark" aria-hidden="true">${kind.slice(0, 4) || "FILE"}</span>
      <span class="file-name"
        ><b dir="auto">${title}</b><small>${kind} · ${sizeText(Number(file["size"]))}</small></span
      >
      <a
        class="btn"
        href="/_world/page/files/${encodeURIComponent(spell(file["id"]))}"
        download="${name}"
        aria-label="Download ${title}"
        >Download</a
      >
    </li>`;
  });
  return html`<ul class="files">
    ${rows}
  </ul>`;
}
