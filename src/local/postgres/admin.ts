/** JSON admin API of the Supabase stand-in: what it served, and trouble on demand. */
import { Hono } from "hono";
import { z } from "zod";
import { FAULT_MODES } from "./faults.ts";
import type { Gateway } from "./gateway.ts";

const faultsShape = z.strictObject({ mode: z.enum(FAULT_MODES) });

/** `GET /` → `{kind, faults, answered}`; `PUT /faults {mode}` → `{mode}`; `POST /reload` → 204. */
export function createAdmin(kind: string, gateway: Gateway): Hono {
  const admin = new Hono();
  admin.get("/", (context) =>
    context.json({ kind, faults: { mode: gateway.faults.mode }, answered: Object.fromEntries(gateway.answered) }),
  );
  admin.put("/faults", async (context) => {
    const parsed = faultsShape.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) {
      return context.json(
        { error: { code: "bad_request", message: `Send {"mode": one of ${FAULT_MODES.join(", ")}}` } },
        400,
      );
    }
    gateway.faults.mode = parsed.data.mode;
    return context.json({ mode: gateway.faults.mode });
  });
  admin.post("/reload", (context) => {
    gateway.reload();
    return context.body(null, 204);
  });
  return admin;
}
