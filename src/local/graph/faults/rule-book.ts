/** Rules that make the stand-in fail on purpose: which calls, how often, and what comes instead of the answer. */
import { z } from "zod";
import type { CallInfo } from "../call-log.ts";
import { CALL_KINDS } from "../describe-call.ts";
import { Chance } from "../seed/draw.ts";
import { ERROR_ROWS, findErrorRow } from "./error-rows.ts";

const plainAction = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("error"),
    code: z.int(),
    subcode: z.int().optional(),
    http: z.int().min(200).max(599).optional(),
    message: z.string().optional(),
    type: z.string().optional(),
    isTransient: z.boolean().optional(),
    userTitle: z.string().optional(),
    userMsg: z.string().optional(),
    /** What the use-case header of the answer names as estimated_time_to_regain_access. */
    regainMinutes: z.int().min(0).optional(),
  }),
  /** A report run that says of itself that it failed; for GET of a report run. */
  z.strictObject({
    kind: z.literal("report-failed"),
    code: z.int(),
    subcode: z.int(),
    message: z.string(),
    atPercent: z.int().min(0).max(100).default(47),
  }),
  /** An edge server's error page; 502 unless told otherwise. */
  z.strictObject({ kind: z.literal("html"), http: z.int().min(200).max(599).optional() }),
  /** The true answer, cut in half. */
  z.strictObject({ kind: z.literal("truncated") }),
  z.strictObject({ kind: z.literal("reset") }),
  /** No answer until the caller gives up or the stand-in closes. */
  z.strictObject({ kind: z.literal("hang") }),
  /** The true answer, `ms` later. */
  z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0) }),
  /** 200 `{"data":[]}`, whatever there is. */
  z.strictObject({ kind: z.literal("empty-200") }),
  /** 200 without a single byte. */
  z.strictObject({ kind: z.literal("no-body") }),
]);
export type FaultAction = z.output<typeof plainAction>;

/** A row of the table of known errors, by its id, as whatever it is on the wire. */
const rowAction = z
  .strictObject({
    kind: z.literal("row"),
    row: z.string().refine((id) => findErrorRow(id) !== undefined, {
      error: ({ input }) => `There is no error row "${String(input)}": ${ERROR_ROWS.map(({ id }) => id).join(", ")}.`,
    }),
  })
  .transform(({ row }) => actionOfRow(row));
const faultAction = z.discriminatedUnion("kind", [plainAction, rowAction]);

export const faultRule = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      pathIncludes: z.string().optional(),
      /** With or without `act_`. */
      account: z.string().optional(),
      level: z.string().optional(),
      kind: z.enum(CALL_KINDS).optional(),
      /** So many of a hundred matching calls, drawn by the world's seed; the others aren't counted as seen. */
      percent: z.number().min(0).max(100).optional(),
      /** Begin at the n-th call (from 1) that matches the rest. */
      nth: z.int().min(1).optional(),
    })
    .default({}),
  /** How many calls it hits. Without it: one if `nth` is given, else every one until the rule is removed. */
  times: z.int().min(1).optional(),
  action: faultAction,
});
export type FaultRule = z.input<typeof faultRule>;

export interface StoredRule extends z.output<typeof faultRule> {
  id: string;
  /** Calls that matched, and calls that were hit. */
  seen: number;
  fired: number;
}

export class RuleBook {
  #rules: StoredRule[] = [];
  #made = 0;
  #chance: Chance;

  constructor(chance = new Chance(1)) {
    this.#chance = chance;
  }

  /** Checks and adds a rule; throws a ZodError for a malformed one. */
  add(rule: FaultRule): StoredRule {
    this.#made += 1;
    const stored = { ...faultRule.parse(rule), id: `rule-${this.#made}`, seen: 0, fired: 0 };
    this.#rules.push(stored);
    return stored;
  }

  /** The next `times` calls that match (all of them without it) get the row of that id; a ZodError for an unknown one. */
  addRow(row: string, options: Omit<FaultRule, "action"> = {}): StoredRule {
    return this.add({ ...options, action: { kind: "row", row } });
  }

  list(): StoredRule[] {
    return [...this.#rules];
  }

  /** True if there was such a rule. */
  remove(id: string): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
    return this.#rules.length < before;
  }

  clear(): void {
    this.#rules = [];
  }

  /** The first rule that hits this call; every matching rule counts it as seen. */
  hit(info: CallInfo): StoredRule | undefined {
    let hit: StoredRule | undefined;
    for (const rule of this.#rules) {
      if (!matches(rule, info) || !this.#isDrawn(rule)) continue;
      rule.seen += 1;
      const first = rule.match.nth ?? 1;
      const times = rule.times ?? (rule.match.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (rule.seen >= first && rule.fired < times) hit ??= rule;
    }
    if (hit !== undefined) hit.fired += 1;
    return hit;
  }

  #isDrawn({ match }: StoredRule): boolean {
    return match.percent === undefined || this.#chance.hits("rule", match.percent);
  }
}

function actionOfRow(id: string): FaultAction {
  const row = findErrorRow(id);
  if (row === undefined) throw new RangeError(`There is no error row "${id}".`);
  if ("transport" in row) return TRANSPORT[row.transport];
  const { id: _, ...spec } = row;
  if ("in" in spec) {
    return plainAction.parse({ kind: "report-failed", code: row.code, subcode: row.subcode, message: row.message });
  }
  return { kind: "error", ...spec };
}

const TRANSPORT: Record<"reset" | "html" | "5xx" | "empty-data", FaultAction> = {
  reset: { kind: "reset" },
  html: { kind: "html", http: 200 },
  "5xx": { kind: "html", http: 502 },
  "empty-data": { kind: "empty-200" },
};

function matches({ match }: StoredRule, info: CallInfo): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== info.method) return false;
  if (match.pathIncludes !== undefined && !info.path.includes(match.pathIncludes)) return false;
  if (match.account !== undefined && `act_${match.account.replace(/^act_/, "")}` !== info.account) return false;
  if (match.kind !== undefined && match.kind !== info.kind) return false;
  return match.level === undefined || match.level === info.level;
}
