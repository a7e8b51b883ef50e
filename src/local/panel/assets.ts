/** The page's own files: style and plain browser modules, read once. */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const directory = join(import.meta.dirname, "assets");
const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

let files: Map<string, string> | undefined;

/** Undefined for a name that isn't one of them, so no path can lead elsewhere. */
export function serveAsset(name: string): Response | undefined {
  files ??= new Map(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")]));
  const text = files.get(name);
  const type = types[extname(name)];
  return text === undefined || type === undefined
    ? undefined
    : new Response(text, { headers: { "content-type": type } });
}
