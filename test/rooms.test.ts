/**
 * The rooms of the house, kept by reading every import: who may know whom. ARCHITECTURE.md explains the table; when a
 * test here fails, move the code to the room it belongs to rather than widen the table.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** A room, or one file of it. Nothing may be imported from a room that isn't named here; its own files always may. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  sync: [],
  access: ["sync"],
  report: ["sync"],
  // Of report only the shape of the figures, which the answers of SQL are checked against.
  db: ["sync", "access", "report/figures.ts"],
  meta: ["sync"],
  queue: ["sync"],
  slack: ["sync", "report"],
  verbs: ["sync", "access", "report", "db", "meta", "queue", "slack", "type services.ts", "type log.ts"],
  routes: ["verbs", "sync", "access", "slack", "queue", "db", "report", "pages", "type services.ts"],
  pages: ["report", "sync"],
  client: [],
  local: [],
  root: ["sync", "access", "report", "db", "meta", "queue", "slack", "verbs", "routes", "pages", "local"],
};

/** Files that stand outside the rooms; they may know everything, and each other. */
const ROOT_FILES = [
  "app.ts",
  "background.ts",
  "config-rules.ts",
  "config.ts",
  "duties.ts",
  "environment.ts",
  "gate.ts",
  "index.ts",
  "listen.ts",
  "log.ts",
  "main.ts",
  "resolve-config.ts",
  "services.ts",
  "start-table.ts",
  "start.ts",
];

/** Packages that only these places know; zod and node's own modules are everyone's, but see the pure rooms below. */
const ONLY_IN: Record<string, readonly string[]> = {
  "@slack/bolt": ["routes/slack/"],
  "@slack/web-api": ["slack/"],
  "@supabase/supabase-js": ["db/"],
  "@upstash/qstash": ["queue/"],
  "@electric-sql/pglite": ["local/postgres/"],
  "@hono/node-server": ["listen.ts", "routes/http-caller.ts", "local/"],
  "@vercel/functions": ["index.ts"],
  croner: ["local/", "sync/"],
  hono: ["app.ts", "index.ts", "routes/", "pages/", "local/"],
  pg: ["cli/migrate.ts", "local/postgres/"],
  zod: [""],
};

const PURE = ["sync", "access", "report", "pages"];
/** Pure rooms compute; these are all that they may take from outside. */
const PURE_PACKAGES = ["zod", "node:crypto", "hono", "croner"];

const DRAWERS = ["utils", "util", "helpers", "helper", "common", "manager", "handler", "processor", "types", "misc"];

interface Import {
  /** A path below src, a package or a node: module. */
  target: string;
  isTypeOnly: boolean;
  isDynamic: boolean;
}

interface Source {
  path: string;
  code: string;
  lines: number;
  imports: Import[];
}

/** Drops comments: a whole line of one, or the rest of a line behind a blank. Strings hold no " // " here. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*\*?[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/ .*$/gm, "$1");
}

function targetOf(path: string, specifier: string): string {
  return specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : specifier;
}

/** Static imports and exports stand at a line's start (the formatter sees to it); dynamic ones and workers anywhere. */
function readImports(path: string, code: string): Import[] {
  const found: Import[] = [];
  for (const [whole, specifier = ""] of code.matchAll(
    /^(?:import|export)\s+(?:[\w\s{},*$]+?\sfrom\s*)?["']([^"']+)["']/gm,
  )) {
    found.push({ target: targetOf(path, specifier), isTypeOnly: /^\w+\s+type\b/.test(whole), isDynamic: false });
  }
  for (const [, specifier = ""] of code.matchAll(/\bimport\(\s*["']([^"']+)["']/g)) {
    found.push({ target: targetOf(path, specifier), isTypeOnly: false, isDynamic: true });
  }
  for (const [, specifier = ""] of code.matchAll(/new URL\(\s*["']([^"']+\.ts)["'],\s*import\.meta/g)) {
    found.push({ target: targetOf(path, specifier), isTypeOnly: false, isDynamic: true });
  }
  return found;
}

function readTree(folder: string): Source[] {
  const paths = globSync("**/*.ts", { cwd: join(root, folder) }).map((path) => path.replaceAll("\\", "/"));
  return paths.toSorted().map((path) => {
    const text = readFileSync(join(root, folder, path), "utf8");
    const code = withoutComments(text);
    return { path, code, lines: text.split("\n").length - 1, imports: readImports(path, code) };
  });
}

const sources = readTree("src");
const bySource = new Map(sources.map((source) => [source.path, source]));

/** "root" for the files beside the rooms and for cli/. */
function roomOf(path: string): string {
  const [first = ""] = path.split("/");
  return first === path || first === "cli" ? "root" : first;
}

const isOurs = (target: string) => target.endsWith(".ts") || target.endsWith(".json");
const packageOf = (target: string) => /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;

function breaksTable(source: Source, { target, isTypeOnly }: Import): boolean {
  const from = roomOf(source.path);
  if (!isOurs(target) || roomOf(target) === from) return false;
  const allowed = MAY_IMPORT[from] ?? [];
  return !allowed.some((entry) => {
    if (entry.startsWith("type ")) return isTypeOnly && target === entry.slice("type ".length);
    return target === entry || roomOf(target) === entry;
  });
}

/** Every file that is loaded with the first one. */
function reach(start: string, follow: (one: Import) => boolean): Set<string> {
  const seen = new Set<string>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(bySource.get(next)?.imports ?? []).filter(follow).map((one) => one.target));
  }
  return seen;
}

/** Places in the code of `files` where the pattern stands, as "path: what". */
function findAll(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, code }) => Array.from(code.matchAll(pattern), ([what]) => `${path}: ${what.trim()}`));
}

describe("who may import whom", () => {
  test("every room imports only what the table names", () => {
    const broken = sources.flatMap((source) =>
      source.imports
        .filter((one) => breaksTable(source, one))
        .map(({ target }) => {
          const allowed = MAY_IMPORT[roomOf(source.path)]?.join(", ") ?? "";
          return `${source.path} imports ${target}; ${roomOf(source.path)} may import: ${allowed || "nothing of ours"}`;
        }),
    );
    expect(broken).toEqual([]);
  });

  test("every file stands in a room of the table, or is a known root file", () => {
    const rooms = new Set(sources.map((source) => roomOf(source.path)));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
    expect(sources.map((source) => source.path).filter((path) => !path.includes("/"))).toEqual(ROOT_FILES);
  });

  test("each outside package is known only where it belongs", () => {
    const broken = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => !isOurs(target) && !target.startsWith("node:"))
        .filter(({ target }) => !ONLY_IN[packageOf(target)]?.some((place) => path.startsWith(place)))
        .map(
          ({ target }) => `${path} imports ${target}; only ${ONLY_IN[packageOf(target)]?.join(", ") ?? "nobody"} may`,
        ),
    );
    expect(broken).toEqual([]);
  });

  test("the embedded world imports nothing of ours", () => {
    const local = sources.filter((source) => roomOf(source.path) === "local");
    const outside = local.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => isOurs(target) && roomOf(target) !== "local")
        .map(({ target }) => `${path}: ${target}`),
    );
    expect(outside).toEqual([]);
  });

  test("what a host deploys never reaches the embedded world", () => {
    const reached = [...reach("index.ts", () => true)].filter((path) => roomOf(path) === "local");
    expect(reached).toEqual([]);
  });

  test("Bolt is loaded by the first Slack request, not by the app", () => {
    expect(reach("app.ts", (one) => !one.isDynamic && !one.isTypeOnly)).not.toContain("@slack/bolt");
    expect(reach("app.ts", (one) => !one.isTypeOnly)).toContain("@slack/bolt");
  });
});

describe("invariants that stand in the sources", () => {
  test("I11: only root files read process.env", () => {
    const allowed = (path: string) => roomOf(path) === "root" || path === "local/main.ts";
    expect(
      findAll(
        sources.filter(({ path }) => !allowed(path)),
        /process\.env\b.*/g,
      ),
    ).toEqual([]);
  });

  test("I12: sync, access, report and pages neither wait nor ask the time", () => {
    const pure = sources.filter(({ path }) => PURE.includes(roomOf(path)));
    const impure =
      /\bawait\b|\basync\b|\bPromise\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bset(?:Timeout|Interval)\b/g;
    expect(findAll(pure, impure)).toEqual([]);
    const taken = pure.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => !isOurs(target) && !PURE_PACKAGES.includes(packageOf(target)))
        .map(({ target }) => `${path}: ${target}`),
    );
    expect(taken).toEqual([]);
  });
});

describe("house style", () => {
  const tests = readTree("test");
  const everything = [...sources, ...tests, ...readTree("tools"), ...readTree("manifest"), ...readTree("bench")];

  test("no file of src is over 300 lines", () => {
    const long = sources.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`);
    expect(long).toEqual([]);
  });

  test("no drawers, and names in kebab-case", () => {
    const words = (path: string) => path.replace(/\.ts$/, "").split("/");
    const drawers = sources.filter(({ path }) => words(path).some((word) => DRAWERS.includes(word)));
    expect(drawers.map(({ path }) => path)).toEqual([]);
    const odd = everything.filter(({ path }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/.test(basename(path)));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  test("every file of src says its job in its first line", () => {
    const silent = sources.filter(({ path }) => !readFileSync(join(root, "src", path), "utf8").startsWith("/**"));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test("no any, and nothing that silences a tool", () => {
    expect(findAll(everything, /:\s*any\b(?!\()|\bas\s+any\b|\bany\[\]/g)).toEqual([]);
    const silenced = ["src", "test", "tools", "manifest", "bench"].flatMap((folder) =>
      readTree(folder).filter(({ path }) =>
        /@ts-(?:ignore|nocheck|expect-error)|(?:oxlint|eslint)-disable/.test(
          readFileSync(join(root, folder, path), "utf8"),
        ),
      ),
    );
    expect(silenced.map(({ path }) => path)).toEqual([]);
  });

  test("no test mocks our own modules, is left out, or runs alone", () => {
    const left = findAll(tests, /\bvi\.(?:mock|doMock)\(|\b(?:test|it|describe)\.(?:only|skip|todo|skipIf|runIf)\b/g);
    // Only a machine without any browser may leave browser tests out, and CI may not (test/support/browser.ts).
    expect(left.filter((found) => !found.includes("browser/"))).toEqual([]);
  });
});
