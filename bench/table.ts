/** Figures as lines of text. Pure. */
import type { JobFacts, Sums } from "./setting.ts";

/** What was measured, beside what it should be; without a target it is only told. */
export interface Figure {
  name: string;
  value: string;
  target?: string;
  met?: boolean;
}

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
export const show = (value: number) => number.format(value);

export function atMost(name: string, value: number, limit: number, unit = ""): Figure {
  return { name, value: show(value) + unit, target: `at most ${show(limit)}${unit}`, met: value <= limit };
}

const areEqual = (one: Sums, other: Sums) =>
  one.rows === other.rows && one.impressions === other.impressions && Number(one.spend) === Number(other.spend);

/** Whether the stored rows, their impressions and their spend are those of both truths. */
export function rowsFigure({ stored, served, formula }: JobFacts["rows"]): Figure {
  const told = ({ rows, impressions, spend }: Sums) => `${show(rows)} rows, ${show(impressions)} impressions, ${spend}`;
  const met = areEqual(stored, served) && areEqual(stored, formula);
  const target = met ? "both truths" : `served ${told(served)}; formula ${told(formula)}`;
  return { name: "daily rows of ads", value: told(stored), target, met };
}

export function callsFigure({ callsByKind }: JobFacts): Figure {
  const kinds = Object.entries(callsByKind).toSorted(([, one], [, other]) => other - one);
  return { name: "calls by kind", value: kinds.map(([kind, calls]) => `${kind} ${show(calls)}`).join(", ") };
}

export function renderTable(title: string, figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const lines = figures.map(({ name, value, target, met }) => {
    const verdict = target === undefined ? "" : `   (${target}: ${met === true ? "yes" : "NO"})`;
    return `  ${name.padEnd(width)}   ${value}${verdict}`;
  });
  return [title, ...lines, ""].join("\n");
}
