/** Writes slack-manifest.yml from manifest.ts: `npm run manifest`, or `npm run manifest -- https://your-host`. */
import { writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { buildManifest, DEFAULT_HOST, HostRefused } from "./manifest.ts";

/** The file's text for one host. Throws HostRefused. */
export function renderManifest(host: string = DEFAULT_HOST): string {
  const note = `# Written by \`npm run manifest -- ${host}\` from manifest/manifest.ts; change that, not this.\n`;
  return note + stringify(buildManifest(host), { lineWidth: 0 });
}

if (import.meta.main) {
  const path = new URL("../slack-manifest.yml", import.meta.url);
  try {
    writeFileSync(path, renderManifest(process.argv[2]));
    console.log(`Wrote slack-manifest.yml for ${process.argv[2] ?? DEFAULT_HOST}.`);
  } catch (error) {
    if (!(error instanceof HostRefused)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
