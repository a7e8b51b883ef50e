import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { COVERAGE } from "#src/local/graph/coverage.ts";
import { openGraph } from "./graph-client.ts";

test("the coverage table names exactly the routes that are registered", () => {
  const { graph } = openGraph();
  const registered = graph.wire.routes.map(({ method, path }) => {
    const bare = path.replace(/\{[^}]*\}/, "").replace(/(?<=.)\/$/, "");
    return `${method} ${bare}`;
  });
  expect([...new Set(registered)].sort()).toEqual(COVERAGE.map(({ route }) => route).sort());
});

test("every test named in the coverage table exists", () => {
  const missing = COVERAGE.filter(({ testedBy }) => !existsSync(testedBy));
  expect(missing).toEqual([]);
});

test("what is absent says so with code 100 and the cure", async () => {
  const { fail } = openGraph();
  for (const { route } of COVERAGE.filter(({ status }) => status === "absent")) {
    const [method = "GET", path = ""] = route.split(" ");
    const error = await fail(path.replace("/:version", "").replace(":id", "act_2026110001"), {}, { method });
    expect({ route, ...error }).toMatchObject({
      http: 400,
      code: 100,
      message: expect.stringContaining("not served by this local"),
    });
  }
});
