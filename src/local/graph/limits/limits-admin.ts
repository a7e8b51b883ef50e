/** The admin API's doors to quotas, blocks, latency and the table of known errors. */
import { Hono } from "hono";
import { z } from "zod";
import { ERROR_ROWS } from "../faults/error-rows.ts";
import type { GraphParts } from "../graph-parts.ts";
import { LATENCY_PROFILES, latencyProfile } from "../latency/profiles.ts";
import { APP_QUOTAS, DEFAULT_LIMITS, limitChange, QUOTAS } from "./quotas.ts";

const account = z.string().regex(/^act_\d+$/);
const seconds = z.number().positive();
const appQuota = z.enum(QUOTAS.filter((quota) => APP_QUOTAS.has(quota)));
const accountQuota = z.enum(QUOTAS.filter((quota) => !APP_QUOTAS.has(quota)));
const blockOrder = z.union([
  z.strictObject({ quota: accountQuota, account, seconds }),
  z.strictObject({ quota: appQuota, account: z.null().default(null), seconds }),
]);

/** Mounted at the admin's root. Malformed bodies throw a ZodError, which the admin API answers. */
export function buildLimitsAdmin({ limits, pace, clock }: GraphParts): Hono {
  const admin = new Hono();
  admin.get("/limits", (c) => c.json({ settings: limits.settings, blocks: limits.blocks() }));
  admin.post("/limits", async (c) => c.json({ settings: limits.set(limitChange.parse(await bodyOf(c.req.raw))) }));
  admin.delete("/limits", (c) => {
    const noTiers = Object.fromEntries(Object.keys(limits.settings.tiers).map((account) => [account, null]));
    limits.set({ ...DEFAULT_LIMITS, tiers: noTiers });
    limits.clear();
    return c.body(null, 204);
  });
  admin.post("/blocks", async (c) => {
    const order = blockOrder.parse(await bodyOf(c.req.raw));
    return c.json(limits.block(order.quota, order.account, order.seconds * 1_000, clock.now()), 201);
  });
  admin.get("/latency", (c) => c.json({ profile: pace.profile, profiles: LATENCY_PROFILES, note: "estimates" }));
  admin.post("/latency", async (c) => {
    pace.set(z.strictObject({ profile: latencyProfile }).parse(await bodyOf(c.req.raw)).profile);
    return c.json({ profile: pace.profile });
  });
  admin.get("/errors", (c) => c.json({ errors: ERROR_ROWS }));
  return admin;
}

async function bodyOf(request: Request): Promise<unknown> {
  return request.json().catch(() => undefined);
}
