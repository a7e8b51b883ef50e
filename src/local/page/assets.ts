/** The files that the browser loads, read once: scripts, styles, the icon. */
import { readFileSync, readdirSync } from "node:fs";
import { extname } from "node:path";

const kinds: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface Asset {
  body: string;
  contentType: string;
}

/** By file name. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const folder = new URL("./assets/", import.meta.url);
  const names = readdirSync(folder).filter((name) => kinds[extname(name)] !== undefined);
  return new Map(
    names.map((name) => [
      name,
      { body: readFileSync(new URL(name, folder), "utf8"), contentType: kinds[extname(name)] ?? "" },
    ]),
  );
}
