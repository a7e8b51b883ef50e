/** Ends and starts of the real program: killed, asked to stop, started twice, started elsewhere. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { copyDirectory, dieOf, prepareDirectory, readChannel, settings, typeCommand } from "./crash-run.ts";
import { passTimeToEnd, readState, waitForEnd } from "./passing-time.ts";
import { endPrograms, removeDirectory, startProcess, startProgram } from "./program.ts";

const order = "act_2026110003 7d";
/** Calls to Meta a second apart: there is time to stop in the middle of a slice. */
const slow = { ...settings, SLICE_SECONDS: "50", META_REQUEST_DELAY_MS: "1000" };
let prepared = "";

beforeAll(async () => {
  prepared = await prepareDirectory();
});
afterEach(endPrograms);
afterAll(() => removeDirectory(prepared));

test("killed before the order is stored: nothing exists, and the same command starts it", async () => {
  const directory = copyDirectory(prepared);
  await dieOf(directory, { when: "before", call: "sql start_job", nth: 1 }, order);
  const program = await startProgram(directory, null, settings);
  expect(
    await program.query(
      "select (select count(*) from meta_sync.orders) + (select count(*) from public.background_jobs) as rows",
    ),
  ).toEqual([{ rows: "0" }]);
  expect(await readChannel(program)).toEqual([]);
  await typeCommand(program, order);
  await passTimeToEnd(program);
});

test("by the real clock: killed in the middle of a slice, the job ends within a minute of the next start", async () => {
  const directory = copyDirectory(prepared);
  await dieOf(directory, { when: "after", call: "sql save_page", nth: 3 }, order);
  const startedMs = Date.now();
  const program = await startProgram(directory, null, settings);
  await waitForEnd(program, 60_000);
  expect(Date.now() - startedMs).toBeLessThan(60_000);
}, 120_000);

test("on another port: what waited in the queue goes to the new address, and nobody calls at the old one", async () => {
  const directory = copyDirectory(prepared);
  const first = await dieOf(directory, { when: "after", call: "queue publish slice", nth: 1 }, order);
  let callers = 0;
  const squatter = createServer((socket) => {
    callers += 1;
    socket.destroy();
  });
  squatter.listen(Number(new URL(first.address).port), "127.0.0.1");
  await once(squatter, "listening");
  try {
    const program = await startProgram(directory, null, settings);
    expect(new URL(program.address).port).not.toBe(String((squatter.address() as AddressInfo).port));
    await passTimeToEnd(program);
    expect(callers).toBe(0);
  } finally {
    squatter.close();
  }
});

test("a data directory in use: the second start refuses, and names the first process", async () => {
  const directory = copyDirectory(prepared);
  const { child } = startProcess("../../src/main.ts", directory, settings);
  await once(child.stdout ?? child, "data");
  const second = startProcess("../../src/main.ts", directory, settings);
  const [code] = await once(second.child, "close");
  expect(code).toBe(1);
  expect(second.log()).toContain(`is in use by process ${child.pid}`);
  expect(second.output()).toBe("");
});

test("SIGTERM in the middle of a slice, twice: the process ends with 0 and hands its lane on; the next start goes on at once", async () => {
  const directory = copyDirectory(prepared);
  const { child, output, log } = startProcess("../../src/main.ts", directory, slow);
  await vi.waitFor(() => expect(output()).toMatch(/http:\/\/localhost:\d+/), { timeout: 20_000 });
  const [address] = /http:\/\/localhost:\d+/.exec(output()) ?? [];
  const url = `${address}/api/meta-marketing-daily`;
  const started = (await (await fetch(`${url}?action=getData&accountId=2026110003&timeframe=7d`)).json()) as {
    requestId: string;
  };
  const readProgress = async () =>
    ((await (await fetch(`${url}/status?requestId=${started.requestId}`)).json()) as { progress: number }).progress;
  await vi.waitFor(async () => expect(await readProgress()).toBeGreaterThan(2), { timeout: 20_000, interval: 200 });

  const exit = once(child, "exit");
  child.kill("SIGTERM");
  // The second comes while the first is still at its work.
  await vi.waitFor(() => expect(log()).toContain("stopping"), { timeout: 5000, interval: 10 });
  child.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);

  const program = await startProgram(directory, null, settings);
  const startedMs = Date.now();
  await vi.waitFor(
    async () => expect(await readState(program)).toMatchObject({ state: "succeeded", unsent: 0, busy: 0 }),
    { timeout: 20_000 },
  );
  // No lease of the dead had to run out.
  expect(Date.now() - startedMs).toBeLessThan(20_000);
  const claims = await program.query(
    "select max(claims)::int as claims, sum(pages)::int as pages from meta_sync.job_parts",
  );
  expect(claims).toEqual([{ claims: 0, pages: 11 }]);
});

test("the clock that was moved stays moved, also after kill -9", async () => {
  const directory = copyDirectory(prepared);
  const first = await startProgram(directory, null, settings);
  const moved = await first.request("POST", "/_world/clock", { advanceMs: 3 * 86_400_000 });
  await first.kill();
  const second = await startProgram(directory, null, settings);
  expect(await second.request("GET", "/_world/clock")).toMatchObject({
    offsetMs: (moved as { offsetMs: number }).offsetMs,
  });
  const [row] = await second.query(
    "select (extract(epoch from meta_sync.clock() - clock_timestamp()) * 1000)::float8 as offset",
  );
  expect(Math.abs(Number(row?.["offset"]) - (moved as { offsetMs: number }).offsetMs)).toBeLessThan(50);
});
