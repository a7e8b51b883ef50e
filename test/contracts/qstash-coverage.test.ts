/** The coverage table says what the routes are, and absent calls answer so. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { COVERAGE_TABLE } from "#src/local/qstash/coverage.ts";
import { openWorld, useQstash } from "./qstash-setup.ts";

useQstash();

test("the rows that aren't absent are exactly the registered routes", async () => {
  const { qstash } = await openWorld();
  const registered = qstash.wire.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/\{.+?\}(?=\/|$)/g, "")}`);
  const listed = COVERAGE_TABLE.filter(({ status }) => status !== "absent").map(({ route }) => route);
  expect(listed.toSorted()).toEqual(registered.toSorted());
  expect(new Set(COVERAGE_TABLE.map(({ route }) => route)).size).toBe(COVERAGE_TABLE.length);
});

test.each(COVERAGE_TABLE.filter(({ status }) => status === "absent"))("$route is answered 404", async ({ route }) => {
  const { call } = await openWorld();
  const [method = "", path = ""] = route.split(" ");
  const answer = await call(path.replace("*", "q/http://127.0.0.1/x"), { method });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ error: expect.stringContaining("not known to the embedded QStash") });
});

test("every row names a test file that exists, every partial or absent one says why", () => {
  for (const { route, status, note, testedBy } of COVERAGE_TABLE) {
    expect([route, existsSync(testedBy)]).toEqual([route, true]);
    expect([route, status === "full" || note !== ""]).toEqual([route, true]);
  }
});

test("a path outside /v2 is 404 in the same form", async () => {
  const { call } = await openWorld();
  expect(await (await call("/v3/publish/x")).json()).toEqual({ error: expect.stringContaining("/v3/publish/x") });
});

test("the keys are the public ones of the official development server, unless others are given", async () => {
  const { call } = await openWorld();
  expect(await (await call("/v2/keys")).json()).toEqual({
    current: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
    next: "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
  });
  const own = await openWorld({ token: "t", currentSigningKey: "a", nextSigningKey: "b" });
  expect(own.qstash.keys).toEqual({ token: "t", currentSigningKey: "a", nextSigningKey: "b" });
  expect(await (await own.call("/v2/keys")).json()).toEqual({ current: "a", next: "b" });
});
