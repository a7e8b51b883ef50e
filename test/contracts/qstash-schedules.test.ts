/** Schedules with the clock moved by hand. */
import { describe, expect, test } from "vitest";
import { computeNextFireMs } from "#src/local/qstash/cron-line.ts";
import { MINUTE_MS, openWorld, useQstash, WORKER } from "./qstash-setup.ts";

useQstash();

describe("firing", () => {
  test("each minute one new message, with the schedule's id, options and body", async () => {
    const { client, pass, qstash, sink } = await openWorld();
    const { scheduleId } = await client.schedules.create({
      destination: `${WORKER}?kind=tick`,
      cron: "* * * * *",
      scheduleId: "test.tick",
      body: '{"kind":"sweep"}',
      retries: 1,
      label: "sweep",
      headers: { "X-Env": "test" },
    });
    expect(scheduleId).toBe("test.tick");
    expect(await qstash.deliverDue()).toBe(0);
    for (let minute = 0; minute < 3; minute += 1) expect(await pass(MINUTE_MS)).toBe(1);
    expect(sink.texts()).toEqual(Array.from({ length: 3 }, () => '{"kind":"sweep"}'));
    const { headers, url } = sink.last();
    expect(url).toBe(`${WORKER}?kind=tick`);
    expect(headers.get("upstash-schedule-id")).toBe("test.tick");
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("x-env")).toBe("test");
    const ids = new Set(sink.received.map((received) => received.headers.get("upstash-message-id")));
    expect(ids.size).toBe(3);
  });

  test("a ten-minute line fires on its slots", async () => {
    const { client, clock, pass } = await openWorld();
    await client.schedules.create({ destination: WORKER, cron: "*/10 * * * *" });
    const [schedule] = await client.schedules.list();
    expect(new Date(schedule?.nextScheduleTime ?? 0).toISOString()).toBe("2026-11-02T08:10:00.000Z");
    expect(await pass(9 * MINUTE_MS)).toBe(0);
    expect(await pass(MINUTE_MS)).toBe(1);
    const [after] = await client.schedules.list();
    expect(new Date(after?.nextScheduleTime ?? 0).toISOString()).toBe("2026-11-02T08:20:00.000Z");
    expect(Math.abs((after?.lastScheduleTime ?? 0) - clock.now())).toBeLessThan(5000);
    expect(after?.lastScheduleStates).toEqual({ [Object.keys(after?.lastScheduleStates ?? {})[0] ?? ""]: "SUCCESS" });
  });

  test("a jump of the clock over many slots fires once", async () => {
    const { client, pass } = await openWorld();
    await client.schedules.create({ destination: WORKER, cron: "* * * * *" });
    expect(await pass(60 * MINUTE_MS)).toBe(1);
    expect(await pass(MINUTE_MS)).toBe(1);
  });

  test("a clock moved back finds its slots again", async () => {
    const { client, pass } = await openWorld();
    await client.schedules.create({ destination: WORKER, cron: "0 * * * *" });
    expect(await pass(60 * MINUTE_MS)).toBe(1);
    await pass(-300 * MINUTE_MS);
    expect(await pass(60 * MINUTE_MS)).toBe(1);
  });

  test("its delay is counted from the firing", async () => {
    const { client, pass } = await openWorld();
    await client.schedules.create({ destination: WORKER, cron: "* * * * *", delay: 30 });
    expect(await pass(MINUTE_MS)).toBe(0);
    expect(await pass(30_000)).toBe(1);
  });

  test("deleting it leaves the messages it made; they can be cancelled by its id", async () => {
    const { client, clock, qstash } = await openWorld();
    await client.schedules.create({ destination: WORKER, cron: "* * * * *", scheduleId: "s", delay: 600 });
    await clock.advance(MINUTE_MS);
    await qstash.deliverDue();
    await client.schedules.delete("s");
    expect(qstash.pending()).toMatchObject([{ scheduleId: "s" }]);
    expect(await client.messages.cancel({ filter: { scheduleId: "s" } })).toEqual({ cancelled: 1 });
    await expect(client.schedules.get("s")).rejects.toMatchObject({ status: 404 });
  });
});

describe("keeping", () => {
  test("the same id replaces: what the new call leaves out is gone", async () => {
    const { client, pass, sink } = await openWorld();
    const base = { destination: WORKER, scheduleId: "s" };
    await client.schedules.create({ ...base, cron: "0 * * * *", body: "old", retries: 9, label: "l", delay: 10 });
    await client.schedules.create({ ...base, destination: `${WORKER}?new`, cron: "* * * * *" });
    const schedules = await client.schedules.list();
    expect(schedules).toHaveLength(1);
    expect(schedules[0]).toMatchObject({ cron: "* * * * *", destination: `${WORKER}?new`, retries: 3, body: "" });
    expect(schedules[0]).not.toHaveProperty("label");
    expect(schedules[0]).not.toHaveProperty("delay");
    expect(await pass(MINUTE_MS)).toBe(1);
    expect(sink.last().text).toBe("");
  });

  test("shows every option", async () => {
    const { client } = await openWorld();
    await client.schedules.create({
      destination: WORKER,
      cron: "30 8 * * 1-5",
      scheduleId: "s",
      body: "b",
      method: "PUT",
      delay: "1m",
      retries: 2,
      retryDelay: "1000",
      callback: `${WORKER}/done`,
      failureCallback: `${WORKER}/failed`,
      flowControl: { key: "k", rate: 2, period: 60 },
      label: "l",
    });
    expect(await client.schedules.get("s")).toMatchObject({
      scheduleId: "s",
      cron: "30 8 * * 1-5",
      method: "PUT",
      header: { "Content-Type": ["application/json"] },
      body: "b",
      delay: 60,
      retries: 2,
      retryDelayExpression: "1000",
      callback: `${WORKER}/done`,
      failureCallback: `${WORKER}/failed`,
      flowControlKey: "k",
      rate: 2,
      period: 60,
      isPaused: false,
      label: "l",
      callerIP: "127.0.0.1",
    });
  });

  test("while paused the slots pass unused; afterwards it goes on with the next", async () => {
    const { call, client, pass } = await openWorld();
    await client.schedules.create({ destination: WORKER, cron: "* * * * *", scheduleId: "s" });
    await client.schedules.pause({ schedule: "s" });
    expect((await client.schedules.get("s")).isPaused).toBe(true);
    expect(await pass(MINUTE_MS)).toBe(0);
    expect(await pass(MINUTE_MS)).toBe(0);
    await client.schedules.resume({ schedule: "s" });
    expect(await pass(0)).toBe(0);
    expect(await pass(MINUTE_MS)).toBe(1);
    expect((await call("/v2/schedules/s/pause", { method: "POST" })).status).toBe(200);
    expect(await pass(MINUTE_MS)).toBe(0);
    expect((await call("/v2/schedules/s/resume", { method: "POST" })).status).toBe(200);
    expect(await pass(MINUTE_MS)).toBe(1);
    expect((await call("/v2/schedules/none/pause", { method: "PATCH" })).status).toBe(404);
  });

  test("a destination that ends in /pause is a destination", async () => {
    const { client } = await openWorld();
    await client.schedules.create({ destination: `${WORKER}/pause`, cron: "* * * * *" });
    expect(await client.schedules.list()).toMatchObject([{ destination: `${WORKER}/pause`, isPaused: false }]);
  });

  test.each([
    [{ cron: "* * * *" }, 400, "five fields"],
    [{ cron: "* * * * * *" }, 400, "five fields"],
    [{ cron: "@daily" }, 400, "five fields"],
    [{ cron: "61 * * * *" }, 400, "invalid cron"],
    [{ cron: "0 0 L * *" }, 400, "five fields"],
    [{ cron: "CRON_TZ=Mars/Base 0 4 * * *" }, 400, "invalid cron"],
    [{ scheduleId: "a/b" }, 400, "invalid schedule id"],
    [{ destination: "nowhere" }, 400, "invalid scheme"],
    [{ queueName: "q" }, 400, "Upstash-Queue-Name"],
  ])("%o is refused", async (change, status, sentence) => {
    const { client } = await openWorld();
    const create = client.schedules.create({ destination: WORKER, cron: "* * * * *", ...change });
    await expect(create).rejects.toMatchObject({ status, message: expect.stringContaining(sentence) });
    expect(await client.schedules.list()).toEqual([]);
  });

  test("without a cron line there is no schedule; the eleventh is too many", async () => {
    const { call, client } = await openWorld();
    expect((await call(`/v2/schedules/${WORKER}`, { method: "POST" })).status).toBe(400);
    const create = async (at: number) =>
      await client.schedules.create({ destination: WORKER, cron: "0 0 1 1 *", scheduleId: `s${at}` });
    for (let at = 0; at < 10; at += 1) await create(at);
    await expect(create(10)).rejects.toMatchObject({ status: 412 });
    expect(await create(9)).toEqual({ scheduleId: "s9" });
  });
});

test.each([
  ["*/10 * * * *", "2026-11-02T08:00:30Z", "2026-11-02T08:10:00Z"],
  ["*/10 * * * *", "2026-11-02T08:10:00Z", "2026-11-02T08:20:00Z"],
  ["30 7 * * MON", "2026-11-02T08:00:00Z", "2026-11-09T07:30:00Z"],
  ["0 9 1,15 * *", "2026-11-02T08:00:00Z", "2026-11-15T09:00:00Z"],
  ["0 0 13 * 5", "2026-11-02T08:00:00Z", "2026-11-06T00:00:00Z"],
  ["0 0 29 2 *", "2026-11-02T08:00:00Z", "2028-02-29T00:00:00Z"],
  ["CRON_TZ=Asia/Kolkata 0 8 * * *", "2026-11-02T08:00:00Z", "2026-11-03T02:30:00Z"],
  ["CRON_TZ=Europe/Lisbon 0 4 * * *", "2026-10-24T12:00:00Z", "2026-10-25T04:00:00Z"],
])("%s after %s is %s", (line, after, next) => {
  expect(computeNextFireMs(line, Date.parse(after))).toBe(Date.parse(next));
});
