/** Ways in which a report goes wrong, and the rules that say which of the next reports do. */
import { z } from "zod";
import { LEVELS } from "../insights/query.ts";

const percent = z.int().min(0).max(100);

/** How a report ends, if not well. */
const ending = z.discriminatedUnion("kind", [
  /** `Job Failed` once it has come to `atPercent`; by default -2/2490547, "Generating the report failed". */
  z.strictObject({
    kind: z.literal("failed"),
    atPercent: percent.default(47),
    code: z.int().default(-2),
    subcode: z.int().default(2_490_547),
    message: z.string().optional(),
    userTitle: z.string().optional(),
    userMsg: z.string().optional(),
  }),
  /** `Job Skipped`: expired before it ran, to be started anew. */
  z.strictObject({ kind: z.literal("skipped") }),
  /** Runs for ever at that percentage. */
  z.strictObject({ kind: z.literal("stuck"), atPercent: percent.default(88) }),
  /** Gone as soon as it should be complete: 100/33, as after 30 days. */
  z.strictObject({ kind: z.literal("expired") }),
]);

export const reportFault = z.strictObject({
  ending: ending.optional(),
  /** So many first polls answer 100/33: the report isn't known everywhere yet. */
  missingPolls: z.int().min(0).default(0),
  /** So many reads after completion still answer 2601/1815107. */
  notReadyReads: z.int().min(0).default(0),
  /** So many rows are missing at the end of the result, without a word. */
  dropRows: z.int().min(0).default(0),
  /** Takes so many times as long. */
  slowBy: z.number().positive().default(1),
});
export type ReportFault = z.output<typeof reportFault>;

export const reportRule = reportFault.extend({
  /** Only reports of this account, with or without `act_`. */
  account: z.string().optional(),
  level: z.enum(LEVELS).optional(),
  /** How many reports it hits; 1 by default. */
  times: z.int().min(1).default(1),
});
export type ReportRule = z.input<typeof reportRule>;

export interface StoredReportRule extends z.output<typeof reportRule> {
  id: string;
  fired: number;
}

/** What reports say of themselves when they fail (reference: insights error codes). */
export const FAILURES: Readonly<Record<string, string>> = {
  "-2/2490547": "Report Failed: Generating the report failed. Try again later.",
  "-3/1504045": "Report Too Large: The report is too large to be generated.",
};

export const NO_FAULT: ReportFault = reportFault.parse({});

/** The rules in hand; the first that fits a new report is used, and is over after `times` reports. */
export class ReportFaults {
  #rules: StoredReportRule[] = [];
  #made = 0;

  /** Checks and adds a rule; throws a ZodError for a malformed one. */
  add(rule: ReportRule): StoredReportRule {
    this.#made += 1;
    const stored = { ...reportRule.parse(rule), id: `report-rule-${this.#made}`, fired: 0 };
    this.#rules.push(stored);
    return stored;
  }

  list(): StoredReportRule[] {
    return [...this.#rules];
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault of a report that is being started; `fallback` if no rule fits. */
  take(account: string, level: string, fallback: ReportFault): ReportFault {
    const rule = this.#rules.find(
      (one) =>
        one.fired < one.times &&
        (one.level === undefined || one.level === level) &&
        (one.account === undefined || `act_${one.account.replace(/^act_/, "")}` === account),
    );
    if (rule === undefined) return fallback;
    rule.fired += 1;
    const { ending: end, missingPolls, notReadyReads, dropRows, slowBy } = rule;
    return { ...(end === undefined ? {} : { ending: end }), missingPolls, notReadyReads, dropRows, slowBy };
  }
}
