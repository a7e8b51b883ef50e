/** The admin API's doors to reports: who started what, and which of the next ones go wrong. */
import { Hono } from "hono";
import { reportRule } from "./report-fault.ts";
import type { ReportsDoor } from "./reports-door.ts";

/** Mounted under /reports. A malformed rule throws a ZodError, which the admin API answers. */
export function buildReportsAdmin(door: ReportsDoor): Hono {
  const admin = new Hono();
  admin.get("/", (c) =>
    c.json({ startedByAccount: door.countByAccount(), reports: door.list(c.req.query("account")) }),
  );
  admin.get("/faults", (c) => c.json({ faults: door.listFaults() }));
  admin.post("/faults", async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    return c.json(door.failNext(reportRule.parse(body)), 201);
  });
  admin.delete("/faults", (c) => {
    door.clearFaults();
    return c.body(null, 204);
  });
  return admin;
}
