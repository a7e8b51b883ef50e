/** The admin API: JSON doors to what the typed methods of the stand-in do. */
import { Hono } from "hono";
import { z } from "zod";
import { COVERAGE } from "./coverage.ts";
import { faultRule } from "./faults/rule-book.ts";
import type { GraphParts } from "./graph-parts.ts";
import { LEVELS } from "./insights/query.ts";
import { listAccounts } from "./list-accounts.ts";
import { tokenChange, type TokenRow } from "./tokens.ts";
import { truthFormula, TruthQueryError, truthServed } from "./truth/truth.ts";

const callsQuery = z.object({
  since: z.coerce.number().int().optional(),
  afterId: z.coerce.number().int().optional(),
  account: z.string().optional(),
});
const isoDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const truthQuery = z.object({ account: z.string(), level: z.enum(LEVELS), since: isoDay, until: isoDay });

export function buildAdmin(parts: GraphParts): Hono {
  const admin = new Hono();
  admin.get("/accounts", (c) => c.json({ accounts: listAccounts(parts.world) }));
  admin.get("/calls", (c) => c.json({ calls: parts.calls.list(callsQuery.parse(c.req.query())) }));
  admin.get("/truth", async (c) => {
    const query = truthQuery.parse(c.req.query());
    return c.json({ served: truthServed(parts, query), formula: await truthFormula(parts, query) });
  });
  admin.get("/rules", (c) => c.json({ rules: parts.rules.list() }));
  admin.post("/rules", async (c) => c.json(parts.rules.add(faultRule.parse(await readJson(c.req.raw))), 201));
  admin.delete("/rules", (c) => {
    parts.rules.clear();
    return c.body(null, 204);
  });
  admin.delete("/rules/:id", (c) => {
    const id = c.req.param("id");
    if (parts.rules.remove(id)) return c.body(null, 204);
    return c.json(problem("not_found", `There is no rule "${id}": GET /rules lists them.`), 404);
  });
  admin.get("/tokens", (c) => c.json({ tokens: parts.tokens.list().map(maskToken) }));
  admin.post("/tokens", async (c) => {
    const change = tokenChange.parse(await readJson(c.req.raw));
    const isNew = !parts.tokens.list().some((token) => token.name === change.name);
    const token = parts.tokens.set(change);
    // A new token is shown once; later lists show only its ends.
    return isNew ? c.json(token, 201) : c.json(maskToken(token));
  });
  admin.get("/stats", (c) => c.json({ callsByAccount: parts.calls.countByAccount(), knobs: parts.knobs }));
  admin.get("/coverage", (c) => c.json({ coverage: COVERAGE }));
  admin.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json(problem("invalid", z.prettifyError(error)), 400);
    if (error instanceof TruthQueryError) return c.json(problem("invalid", error.message), 400);
    throw error;
  });
  return admin;
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function maskToken(token: TokenRow): TokenRow {
  return { ...token, token: `${token.token.slice(0, 4)}…${token.token.slice(-4)}` };
}

function problem(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}
