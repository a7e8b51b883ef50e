/** /v2/schedules: make or replace, look, delete, pause, resume. */
import type { Context, Hono } from "hono";
import { ApiError } from "../api-error.ts";
import type { Parts } from "../parts.ts";
import { putSchedule } from "../put-schedule.ts";
import type { StoredSchedule } from "../store/schedules.ts";
import { showSchedule } from "../wire-shapes.ts";
import { readOrder } from "./read-order.ts";

/** Keeps `/v2/schedules/https://…/pause` a destination. */
const ID = ":id{[A-Za-z0-9._-]+}";

export function addScheduleRoutes(wire: Hono, parts: Parts): void {
  const setPaused = (isPaused: boolean) => (c: Context) => {
    parts.schedules.put({ ...find(parts, c.req.param("id")), isPaused });
    return c.body(null, 200);
  };
  // The client says PATCH, the API description POST.
  wire.patch(`/v2/schedules/${ID}/pause`, setPaused(true));
  wire.post(`/v2/schedules/${ID}/pause`, setPaused(true));
  wire.patch(`/v2/schedules/${ID}/resume`, setPaused(false));
  wire.post(`/v2/schedules/${ID}/resume`, setPaused(false));

  wire.get("/v2/schedules", (c) => c.json(parts.schedules.list().map((schedule) => showSchedule(parts, schedule))));
  wire.get(`/v2/schedules/${ID}`, (c) => c.json(showSchedule(parts, find(parts, c.req.param("id")))));
  wire.delete(`/v2/schedules/${ID}`, (c) => {
    parts.schedules.remove(find(parts, c.req.param("id")).id);
    return c.body(null, 200);
  });
  wire.post("/v2/schedules/*", async (c) => {
    const order = await readOrder(c, "/v2/schedules/");
    return c.json({ scheduleId: putSchedule(parts, order) });
  });
}

function find(parts: Parts, id: string | undefined): StoredSchedule {
  const schedule = id === undefined ? undefined : parts.schedules.find(id);
  if (schedule === undefined) throw new ApiError(404, `schedule ${id} not found`);
  return schedule;
}
