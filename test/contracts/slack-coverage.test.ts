/** The coverage table of the local Slack tells the truth about its routes. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { WorldClock } from "../../src/local/clock.ts";
import { coverage, sentCoverage } from "../../src/local/slack/coverage.ts";
import { startSlack } from "../../src/local/slack/start-slack.ts";

test("its rows are the routes that are registered, and each is tested by a file that exists", () => {
  const slack = startSlack({ clock: new WorldClock(), appUrl: () => "http://app.example" });
  const methodsOf = new Map<string, string[]>();
  for (const { method, path } of slack.wire.routes) methodsOf.set(path, [...(methodsOf.get(path) ?? []), method]);
  const registered = [...methodsOf].map(([path, methods]) => `${methods.join("|")} ${path}`);
  const served = coverage.filter(({ status }) => status !== "absent");
  expect(served.map(({ route }) => route).sort()).toEqual(registered.sort());
  for (const { testedBy } of served) expect(existsSync(testedBy ?? "")).toBe(true);
  slack.close();
});

test("what it calls absent is answered as unknown", async () => {
  const slack = startSlack({ clock: new WorldClock(), appUrl: () => "http://app.example" });
  const token = slack.credentials.botToken;
  for (const { route } of coverage.filter(({ status }) => status === "absent")) {
    const response = await slack.wire.request(`https://slack.com/api/${route}?token=${token}`);
    expect(await response.json()).toEqual({ ok: false, error: "unknown_method", req_method: route });
  }
  slack.close();
});

test("what it says it sends is named by the test it points at", () => {
  for (const { type, status, testedBy } of sentCoverage) {
    if (status === "absent") continue;
    expect(readFileSync(testedBy ?? "", "utf8")).toContain(type);
  }
});
