import { expect, test } from "vitest";
import { type LatencyQuestion, latencyMs } from "#src/local/graph/latency/profiles.ts";
import { openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";

function sorted(question: LatencyQuestion): number[] {
  return Array.from({ length: 2_000 }, (_, number) => latencyMs("real", question, 7, number)).sort((a, b) => a - b);
}

test.each([
  ["edge", 0, 250],
  ["edge", 1_000, 600],
  ["insights", 1_000, 1_500],
  ["results", 500, 550],
  ["poll", 0, 150],
] as const)("real: half of the answers to %s with %i rows take %i ms, a few much longer", (kind, rows, medianMs) => {
  const times = sorted({ kind, rows, isError: false });
  const median = times[1_000] ?? 0;
  expect(median).toBeGreaterThan(medianMs * 0.95);
  expect(median).toBeLessThan(medianMs * 1.05);
  expect(times[1_980] ?? 0).toBeGreaterThan(medianMs * 1.9);
  expect(times.at(-1) ?? 0).toBeLessThan(medianMs * 8.1);
});

test("the n-th answer of a seed always takes as long, and refusals cost no rows", () => {
  const question: LatencyQuestion = { kind: "insights", rows: 100, isError: false };
  expect(latencyMs("real", question, 1, 5)).toBe(latencyMs("real", question, 1, 5));
  expect(latencyMs("real", question, 1, 5)).not.toBe(latencyMs("real", question, 2, 5));
  expect(latencyMs("real", { ...question, isError: true }, 1, 5)).toBeLessThan(latencyMs("real", question, 1, 5));
  expect(latencyMs("instant", question, 1, 5)).toBe(0);
});

test("the profile is set at start, by method and by admin; nothing waits in the instant one", async () => {
  const waits: number[] = [];
  const { graph, send } = openGraph({ latency: "real", onServe: (_, ms) => void waits.push(ms) });
  await send(`/${ACME}/ads?limit=50`);
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThan(50);
  const post = (body: unknown) => graph.admin.request("/latency", { method: "POST", body: JSON.stringify(body) });
  expect((await post({ profile: "instant" })).status).toBe(200);
  await send(`/${ACME}/ads?limit=50`);
  expect(waits).toHaveLength(1);
  expect((await post({ profile: "slow" })).status).toBe(400);
  expect(await (await graph.admin.request("/latency")).json()).toEqual({
    profile: "instant",
    profiles: ["instant", "real"],
    note: "estimates",
  });
});
