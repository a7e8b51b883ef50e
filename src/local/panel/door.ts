/** The panel's door: the page, its files, one JSON answer with everything, and each act as a POST. */
import { Hono, type Context } from "hono";
import { etag } from "hono/etag";
import { z } from "zod";
import { ApiError } from "../qstash/api-error.ts";
import type { Desk } from "../qstash/desk.ts";
import { FaultMisplaced } from "../slack/faults.ts";
import { ActRefused } from "../slack/outgoing/refuse-act.ts";
import { serveAsset } from "./assets.ts";
import { makeFaultSwitches } from "./faults/switches.ts";
import { renderPage } from "./page.ts";
import { nextDueAtMs } from "./queue-view.ts";
import { watchReceived } from "./received.ts";
import { readState, type Desks } from "./state.ts";
import { stories } from "./stories/all-stories.ts";
import { makeStage } from "./stories/stage.ts";
import { PanelRefusal, partNames, type WorldParts } from "./world-parts.ts";

/** Where it is mounted. */
export const panelPath = "/_world/panel";

/** Real milliseconds between two steps of a story. */
const standardPaceMs = 900;
const longestMoveMs = 400 * 86_400_000;
const id = z.string().min(1).max(200);
const shapes = {
  filter: z.object({
    part: z.enum(["all", ...partNames]).default("all"),
    refused: z.enum(["0", "1"]).default("0"),
    count: z.coerce.number().int().min(1).max(500).default(150),
  }),
  message: z.strictObject({ messageId: id }),
  deadLetter: z.strictObject({ dlqId: id }),
  schedule: z.strictObject({ scheduleId: id }),
  deliveries: z.strictObject({ paused: z.boolean() }),
  clock: z.union([
    z.strictObject({ advanceMs: z.int().min(1).max(longestMoveMs) }),
    z.strictObject({ to: z.enum(["next-message", "real-time"]) }),
  ]),
  faultOn: z.strictObject({
    fault: id,
    times: z.int().min(1).max(1000).nullable().default(null),
    seconds: z.number().min(0).optional(),
  }),
  faultOff: z.strictObject({ part: z.enum(partNames), key: id }),
  story: z.strictObject({ story: id }),
};

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Acts answer `{said}`, a sentence; errors `{error: {code, message}}`: 400 for a body that doesn't fit, 404 unknown,
 * 409 for what can't be done now.
 */
export function panelDoor(parts: WorldParts, storyPaceMs = standardPaceMs): Hono {
  const desks: Desks = {
    parts,
    listReceived: watchReceived(parts),
    faults: makeFaultSwitches(parts),
    stage: makeStage(parts, stories, storyPaceMs),
  };
  const door = new Hono();
  door.use(async (c, next) => {
    await next();
    c.header("content-security-policy", contentSecurityPolicy);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("cache-control", "no-cache");
  });
  door.onError((error, c) => {
    if (error instanceof z.ZodError) return refuse(c, 400, "invalid_body", z.prettifyError(error));
    if (error instanceof PanelRefusal) return refuse(c, error.status, "refused", error.message);
    if (error instanceof ApiError) return refuse(c, error.status === 404 ? 404 : 409, "refused", error.message);
    if (error instanceof ActRefused || error instanceof FaultMisplaced) return refuse(c, 409, "refused", error.message);
    throw error;
  });
  door.get("/", (c) => c.html(renderPage({ path: panelPath, parts, choices: desks.faults.choices, stories })));
  door.get("/assets/:file", etag(), (c) => serveAsset(c.req.param("file")) ?? c.text("There is no such file.", 404));
  door.get("/state", etag(), (c) => {
    const { part, refused, count } = shapes.filter.parse(c.req.query());
    return c.json(readState(desks, { part, refusedOnly: refused === "1", count }));
  });
  addQueueActs(door, parts);
  addClockActs(door, parts);
  addFaultActs(door, desks);
  addStoryActs(door, desks);
  return door;
}

function addQueueActs(door: Hono, { queue }: WorldParts): void {
  const desk = (): Desk => {
    if (queue === null) throw new PanelRefusal(409, "The queue is a real service here: use its own console.");
    return queue.desk;
  };
  door.post("/queue/messages/run", async (c) => {
    const { messageId } = await read(c, shapes.message);
    await desk().deliverNow(messageId);
    return say(c, `${messageId} was delivered.`);
  });
  door.post("/queue/dead-letters/retry", async (c) => {
    const { dlqId } = await read(c, shapes.deadLetter);
    return say(c, `Sent again as ${desk().retryDeadLetter(dlqId)}.`);
  });
  door.post("/queue/dead-letters/delete", async (c) => {
    const { dlqId } = await read(c, shapes.deadLetter);
    desk().deleteDeadLetter(dlqId);
    return say(c, `The dead letter ${dlqId} is deleted.`);
  });
  door.post("/queue/schedules/run", async (c) => {
    const { scheduleId } = await read(c, shapes.schedule);
    return say(c, `The schedule published ${desk().fireSchedule(scheduleId)}.`);
  });
  door.post("/queue/deliveries", async (c) => {
    const { paused } = await read(c, shapes.deliveries);
    desk();
    if (paused) queue?.pause();
    else queue?.resume();
    return say(c, paused ? "Deliveries are paused." : "Deliveries go on.");
  });
}

function addClockActs(door: Hono, { clock, queue }: WorldParts): void {
  door.post("/clock", async (c) => {
    const order = await read(c, shapes.clock);
    if ("advanceMs" in order) await clock.advance(order.advanceMs);
    else if (order.to === "real-time") await clock.setOffset(0);
    else {
      const nowMs = clock.now();
      const dueAtMs = queue === null ? null : nextDueAtMs(queue, nowMs);
      if (dueAtMs === null) throw new PanelRefusal(409, "No message waits for a later time.");
      await clock.advance(dueAtMs - nowMs);
    }
    return say(c, `It is ${new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ")} UTC.`);
  });
}

function addFaultActs(door: Hono, { faults }: Desks): void {
  door.post("/faults/on", async (c) => {
    const { fault, times, seconds } = await read(c, shapes.faultOn);
    faults.turnOn(fault, { times, seconds });
    const title = faults.choices.find((choice) => choice.id === fault)?.title ?? fault;
    return say(c, `On: ${title}.`);
  });
  door.post("/faults/off", async (c) => {
    const { part, key } = await read(c, shapes.faultOff);
    faults.turnOff(part, key);
    return say(c, "Switched off.");
  });
  door.post("/faults/clear", (c) => {
    faults.clear();
    return say(c, "All faults are off.");
  });
}

function addStoryActs(door: Hono, { stage }: Desks): void {
  door.post("/stories/play", async (c) => {
    const { story } = await read(c, shapes.story);
    stage.play(story);
    return say(c, "The story begins.");
  });
  door.post("/stories/stop", (c) => {
    stage.stop();
    return say(c, "The story is stopped.");
  });
}

async function read<Shape>(c: Context, shape: z.ZodType<Shape>): Promise<Shape> {
  return shape.parse(await c.req.json().catch(() => undefined));
}

function say(c: Context, said: string): Response {
  return c.json({ said });
}

function refuse(c: Context, status: 400 | 404 | 409, code: string, message: string): Response {
  return c.json({ error: { code, message } }, status);
}
