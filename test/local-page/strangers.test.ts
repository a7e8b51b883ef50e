/** The embedded world answers programs and pages of this machine, and nobody else. */
import { expect, onTestFinished, test } from "vitest";
import { startWorld } from "#src/local/world.ts";

const base = "http://localhost:3000";

async function openWorld() {
  const world = await startWorld({
    parts: { slack: true, queue: true, database: false, meta: true },
    databaseKind: "pglite",
    base: () => base,
    appUrl: () => base,
  });
  onTestFinished(() => world.close());
  return world;
}

test.each([
  ["a name that points to this machine", "http://evil.test:3000/_world/clock", {}],
  ["a page of another origin", `${base}/_world/clock`, { origin: "https://evil.test" }],
  [
    "a tunnel, even with our own name",
    `${base}/_world/slack/admin/channels/C0ADS/messages`,
    { "x-forwarded-for": "203.0.113.9" },
  ],
  ["a tunnel to the panel", `${base}/_world/panel`, { "x-forwarded-for": "203.0.113.9" }],
])("refused: %s", async (_who, url, headers) => {
  const world = await openWorld();
  expect((await world.wire.request(url, { headers: { ...headers } })).status).toBe(403);
});

test("let in: this machine's own pages and programs", async () => {
  const world = await openWorld();
  const urls = [`${base}/_world/clock`, "http://127.0.0.1:3000/_world/clock"];
  for (const url of urls) expect((await world.wire.request(url)).status).toBe(200);
});
