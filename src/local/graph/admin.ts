/** The admin API: JSON doors to what the typed methods of the stand-in do. */
import { Hono } from "hono";
import { z } from "zod";
import { COVERAGE } from "./coverage.ts";
import { CALL_KINDS } from "./describe-call.ts";
import { changeOrder, obey } from "./entities/change-order.ts";
import { faultRule } from "./faults/rule-book.ts";
import type { GraphParts } from "./graph-parts.ts";
import { DELETED_WISHES, LEVELS } from "./insights/query.ts";
import { buildLimitsAdmin } from "./limits/limits-admin.ts";
import { listAccounts } from "./list-accounts.ts";
import { buildReportsAdmin } from "./reports/reports-admin.ts";
import { openReportsDoor } from "./reports/reports-door.ts";
import { EntityChangeError } from "./seed/apply-change.ts";
import { tokenChange, type TokenRow } from "./tokens.ts";
import { formulaSide, servedSide, TruthQueryError } from "./truth/truth.ts";

const callsQuery = z.object({
  since: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
  afterId: z.coerce.number().int().optional(),
  account: z.string().optional(),
  kind: z.enum(CALL_KINDS).optional(),
  /** "yes" (refused by a spent quota), "no", or when: it "begins" a block, or comes "during" one. */
  blocked: z
    .enum(["yes", "no", "begins", "during"])
    .transform((word) => (word === "yes" ? true : word === "no" ? false : word))
    .optional(),
});
const isoDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const truthQuery = z.object({
  account: z.string(),
  level: z.enum(LEVELS),
  since: isoDay,
  until: isoDay,
  /** A comma list. */
  breakdown: z
    .string()
    .optional()
    .transform((names) => (names === undefined || names === "" ? [] : names.split(","))),
  deleted: z.enum(DELETED_WISHES).optional(),
});

export function buildAdmin(parts: GraphParts): Hono {
  const admin = new Hono();
  admin.get("/accounts", (c) => c.json({ accounts: listAccounts(parts.world) }));
  admin.get("/calls", (c) => c.json({ calls: parts.calls.list(callsQuery.parse(c.req.query())) }));
  admin.get("/truth", async (c) => {
    const query = truthQuery.parse(c.req.query());
    const [served, formula] = [servedSide(parts, query), await formulaSide(parts, query)];
    return c.json({
      served: served.total,
      formula: formula.total,
      days: { served: served.days, formula: formula.days },
    });
  });
  admin.route("/reports", buildReportsAdmin(openReportsDoor(parts.reports, parts.reportFaults, parts.clock)));
  admin.route("/", buildLimitsAdmin(parts));
  admin.get("/changes", (c) => c.json({ changes: parts.changes.list() }));
  admin.post("/changes", async (c) => c.json(obey(parts.changes, changeOrder.parse(await readJson(c.req.raw))), 201));
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
  admin.get("/stats", (c) =>
    c.json({
      callsByAccount: parts.calls.countByAccount(),
      reportsByAccount: parts.reports.countByAccount(),
      knobs: parts.knobs,
    }),
  );
  admin.get("/coverage", (c) => c.json({ coverage: COVERAGE }));
  admin.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json(problem("invalid", z.prettifyError(error)), 400);
    if (error instanceof TruthQueryError || error instanceof EntityChangeError) {
      return c.json(problem("invalid", error.message), 400);
    }
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
