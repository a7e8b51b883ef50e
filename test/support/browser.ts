/**
 * A browser for tests: CHROMIUM_PATH, else the one inside an npm package (Linux x64), else an installed Chrome. Without any
 * the tests are left out with one printed line, unless CI=true or REQUIRE_BROWSER=1: then they fail.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Browser } from "playwright-core";

const root = join(import.meta.dirname, "../..");
const cache = join(root, "node_modules/.cache/meta-sync");

const launchArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

interface Found {
  executablePath: string;
  env: Record<string, string>;
}

/** The package's own file looks for its fonts where only Lambda has them: without a font the page has no text. */
function fontsFile(place: string): string {
  const folders = [join(place, "fonts"), "/usr/share/fonts", "/usr/local/share/fonts"];
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((folder) => `  <dir>${folder}</dir>`).join("\n")}
  <cachedir>${join(place, "fonts-cache")}</cachedir>
</fontconfig>
`;
}

/** Unpacked once for each version of Node's modules; a half unpacked one never gets the final name. */
async function unpack(): Promise<Found> {
  const place = join(cache, "chromium");
  if (!existsSync(place)) {
    mkdirSync(cache, { recursive: true });
    const draft = mkdtempSync(join(cache, "chromium-draft-"));
    try {
      await promisify(execFile)(process.execPath, [join(import.meta.dirname, "unpack-chromium.ts")], {
        env: { ...process.env, TMPDIR: draft },
      });
      writeFileSync(join(draft, "fonts.conf"), fontsFile(place));
      renameSync(draft, place);
    } catch (error) {
      // Another test process may have been quicker: its copy is as good.
      if (!existsSync(place)) throw error;
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const libraries = join(place, "al2023/lib");
  const path = process.env["LD_LIBRARY_PATH"];
  return {
    executablePath: join(place, "chromium"),
    env: {
      LD_LIBRARY_PATH: path === undefined ? libraries : `${libraries}:${path}`,
      FONTCONFIG_FILE: join(place, "fonts.conf"),
    },
  };
}

const installed = [
  "/usr/bin/google-chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

async function find(): Promise<Found | null> {
  const chosen = process.env["CHROMIUM_PATH"] ?? "";
  if (chosen !== "") return { executablePath: chosen, env: {} };
  if (process.platform === "linux" && process.arch === "x64") return unpack();
  const executablePath = installed.find((path) => existsSync(path));
  return executablePath === undefined ? null : { executablePath, env: {} };
}

const isRequired = process.env["CI"] === "true" || process.env["REQUIRE_BROWSER"] === "1";

/** Null when there is no browser and none is required. */
export async function launchBrowser(): Promise<Browser | null> {
  const found = await find();
  if (found === null) {
    if (isRequired) throw new Error("No browser: set CHROMIUM_PATH, or install Chrome.");
    process.stdout.write("Browser tests are left out: no browser here. Set CHROMIUM_PATH, or install Chrome.\n");
    return null;
  }
  const { executablePath, env } = found;
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return chromium.launch({ executablePath, args: launchArguments, env: { ...inherited, ...env } });
}
