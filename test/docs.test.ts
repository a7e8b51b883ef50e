/** The documents say what is: paths, scripts, variables, the picture of a job's states, the tests of the invariants. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentSchema } from "#src/environment.ts";
import { jobEvents, jobStates, transitions } from "#src/sync/states.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "DECISIONS.md",
  "CHANGELOG.md",
  "manifest/README.md",
  ...globSync("docs/*.md", { cwd: root }),
];

/** What stands between backticks or behind a link, outside of blocks of code. */
function quoted(text: string): string[] {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
  return Array.from(prose.matchAll(/`([^`\n]+)`|\]\(([^)#]+)\)/g), ([, code, link]) => code ?? link ?? "");
}

/** Paths of this project begin with one of its folders, or are one of the files beside them. */
const pathPattern =
  /^(?:(?:\.ci|docs|manifest|src|supabase|test|tools)(?:\/[\w.-]+)*\/?|[\w.-]+\.(?:md|json|yml)|Dockerfile|LICENSE|\.env\.example)$/;
/** Made while the program runs. */
const madeLater = [".meta-sync/"];

test("every path that a document names exists", () => {
  const missing = documents.flatMap((document) =>
    quoted(read(document))
      .filter((words) => pathPattern.test(words) && !madeLater.includes(words))
      .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, document, "..", path)))
      // A file named beside its folder ("commands.ts and events.ts") is found by its name.
      .filter((path) => globSync(`{src,test,manifest}/**/${path}`, { cwd: root }).length === 0)
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test("every npm script that a document names exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  // Announced, and said to be missing.
  const announced = ["setup"];
  const named = documents.flatMap((document) =>
    Array.from(read(document).matchAll(/\bnpm run ([a-z][\w-]*)/g), ([, name = ""]) => name),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !(name in scripts) && !announced.includes(name))).toEqual([]);
  expect(
    Object.values(scripts)
      .flatMap((script) => script.match(/\S+\.ts/g) ?? [])
      .filter((path) => !existsSync(join(root, path))),
  ).toEqual([]);
});

test(".env.example lists exactly the variables that are read", () => {
  const listed = Array.from(read(".env.example").matchAll(/^([A-Z_]+)=/gm), ([, name = ""]) => name);
  const known = [...Object.keys(environmentSchema.shape), "DATABASE_URL"];
  expect(listed.toSorted()).toEqual(known.toSorted());
});

test("the picture of a job's states is the table of states, and the table is the database's", () => {
  const drawn = Array.from(
    read("ARCHITECTURE.md").matchAll(/^ +(\w+) --> (\w+): (\w+)$/gm),
    ([, from, to, event]) => `${from} ${event} ${to}`,
  );
  const told = jobStates.flatMap((from) =>
    jobEvents.flatMap((event) =>
      transitions[from][event] === null ? [] : [`${from} ${event} ${transitions[from][event]}`],
    ),
  );
  expect(drawn.toSorted()).toEqual(told.toSorted());
  const check =
    /CONSTRAINT background_jobs_state CHECK \(+state = ANY \(+ARRAY\[([^\]]+)\]/i.exec(
      read("supabase/schema.sql"),
    )?.[1] ?? "";
  expect(Array.from(check.matchAll(/'(\w+)'/g), ([, state]) => state)).toEqual([...jobStates]);
});

test('each invariant names tests that bear its number; "later" stands only where there is none', () => {
  const files = globSync("test/**/*.ts", { cwd: root }).map((path) => path.replaceAll("\\", "/"));
  const rows = Array.from(
    read("ARCHITECTURE.md").matchAll(/^\| (I\d+) +\|.*\| ([^|]+) \|$/gm),
    ([, name = "", tests = ""]) => ({ name, tests }),
  );
  expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 16 }, (_, index) => `I${index + 1}`));
  for (const { name, tests } of rows) {
    const bearing = files.filter((path) =>
      new RegExp(`\\b(?:test|it|describe|describeOnBoth|each\\(.*\\))\\(\\s*["'\`][^"'\`\n]*\\b${name}: `).test(
        read(path),
      ),
    );
    const named = Array.from(tests.matchAll(/`([^`]+)`/g), ([, path = ""]) => path);
    expect(
      named.filter((path) => !bearing.includes(path)),
      name,
    ).toEqual([]);
    expect(tests.trim() === "later", `${name}: ${bearing.join(", ")}`).toBe(bearing.length === 0);
  }
});

test("ARCHITECTURE.md can be read in one sitting", () => {
  expect(read("ARCHITECTURE.md").split("\n").length).toBeLessThanOrEqual(200);
});
