/** Rules that make the stand-in fail on purpose: which calls, how often, and what comes instead of the answer. */
import { z } from "zod";
import type { CallInfo } from "../call-log.ts";

const faultAction = z.discriminatedUnion("kind", [
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
  z.strictObject({ kind: z.literal("empty-200") }),
]);

export const faultRule = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      pathIncludes: z.string().optional(),
      /** With or without `act_`. */
      account: z.string().optional(),
      level: z.string().optional(),
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

  /** Checks and adds a rule; throws a ZodError for a malformed one. */
  add(rule: FaultRule): StoredRule {
    this.#made += 1;
    const stored = { ...faultRule.parse(rule), id: `rule-${this.#made}`, seen: 0, fired: 0 };
    this.#rules.push(stored);
    return stored;
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
      if (!matches(rule, info)) continue;
      rule.seen += 1;
      const first = rule.match.nth ?? 1;
      const times = rule.times ?? (rule.match.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (rule.seen >= first && rule.fired < times) hit ??= rule;
    }
    if (hit !== undefined) hit.fired += 1;
    return hit;
  }
}

function matches({ match }: StoredRule, info: CallInfo): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== info.method) return false;
  if (match.pathIncludes !== undefined && !info.path.includes(match.pathIncludes)) return false;
  if (match.account !== undefined && `act_${match.account.replace(/^act_/, "")}` !== info.account) return false;
  return match.level === undefined || match.level === info.level;
}
