/** Faults on demand: rules that say which message or call goes wrong, how, and how often. */
import { z } from "zod";
import { ApiError } from "./api-error.ts";

const FAULT_KINDS = [
  "duplicate",
  "reorder",
  "delay",
  "lost-answer",
  "down",
  "publish-5xx",
  "publish-hang",
  "lost-publish-answer",
] as const;

/**
 * A rule. Without `match` it fits everything, without `times` it holds until it is removed.
 * `delay` and `reorder` touch each message once; `reorder` holds a message until another delivery has ended,
 * `delaySeconds` (5) at most. `copies` counts all deliveries of a duplicated attempt (2).
 */
const faultRule = z
  .strictObject({
    kind: z.enum(FAULT_KINDS),
    match: z
      .strictObject({ label: z.string().min(1), urlIncludes: z.string().min(1) })
      .partial()
      .optional(),
    times: z.int().min(1).optional(),
    delaySeconds: z.number().min(0).max(604_800).optional(),
    copies: z.int().min(2).max(10).optional(),
  })
  .refine((rule) => rule.kind !== "delay" || rule.delaySeconds !== undefined, {
    path: ["delaySeconds"],
    message: 'a "delay" needs delaySeconds',
  });

export type FaultRule = z.infer<typeof faultRule>;
export type FaultKind = FaultRule["kind"];
export type ActiveFault = FaultRule & { id: string; applied: number };

/** What a rule is matched against. */
export interface FaultSubject {
  labels: string[];
  url: string;
}

/** The rules in force. They live in memory: a restarted queue is a healthy one. */
export class Faults {
  #rules: ActiveFault[] = [];
  #touched = new Map<string, Set<string>>();
  #released: (() => void)[] = [];
  #serial = 0;
  #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** @throws ApiError 400 if the rule is malformed. */
  add(rule: unknown): ActiveFault {
    const read = faultRule.safeParse(rule);
    if (!read.success) throw new ApiError(400, `invalid fault rule: ${z.prettifyError(read.error)}`);
    this.#serial += 1;
    const active = { ...read.data, id: `fault_${this.#serial}`, applied: 0 };
    this.#rules.push(active);
    return active;
  }

  list(): ActiveFault[] {
    return this.#rules.map((rule) => ({ ...rule }));
  }

  /** False if there is no such rule. Calls that hang are let go. */
  remove(id: string): boolean {
    const kept = this.#rules.filter((rule) => rule.id !== id);
    const isRemoved = kept.length < this.#rules.length;
    this.#replace(kept);
    return isRemoved;
  }

  clear(): void {
    this.#replace([]);
  }

  /** True while a "down" rule holds; doesn't use it up. */
  isDown(): boolean {
    return this.has("down");
  }

  /** True if a rule of this kind is in force for anything at all. */
  has(kind: FaultKind): boolean {
    return this.#rules.some((rule) => rule.kind === kind);
  }

  /** The first rule of this kind that fits, used once more; a rule whose `times` are used up is gone. */
  take(kind: FaultKind, subject: FaultSubject): ActiveFault | undefined {
    const rule = this.#rules.find((rule) => rule.kind === kind && fits(rule, subject));
    if (rule !== undefined) this.#use(rule);
    return rule;
  }

  /** As `take`, but a rule touches each message only once. */
  takeOnce(kind: FaultKind, subject: FaultSubject, messageId: string): ActiveFault | undefined {
    const isFresh = (rule: ActiveFault) => this.#touched.get(rule.id)?.has(messageId) !== true;
    const rule = this.#rules.find((rule) => rule.kind === kind && fits(rule, subject) && isFresh(rule));
    if (rule === undefined) return undefined;
    const touched = this.#touched.get(rule.id) ?? new Set();
    this.#touched.set(rule.id, touched.add(messageId));
    this.#use(rule);
    return rule;
  }

  /** Waits until a rule is removed, the queue closes, or the caller hangs up. */
  async hang(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#released.push(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #use(rule: ActiveFault): void {
    rule.applied += 1;
    if (rule.times === undefined || rule.applied < rule.times) return;
    this.#rules = this.#rules.filter((other) => other !== rule);
    if (rule.kind === "down") this.#onChange();
  }

  #replace(rules: ActiveFault[]): void {
    this.#rules = rules;
    for (const release of this.#released.splice(0)) release();
    this.#onChange();
  }
}

function fits(rule: ActiveFault, subject: FaultSubject): boolean {
  const { label, urlIncludes } = rule.match ?? {};
  if (label !== undefined && !subject.labels.includes(label)) return false;
  return urlIncludes === undefined || subject.url.includes(urlIncludes);
}
