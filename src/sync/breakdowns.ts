/**
 * Which breakdowns Meta gives together, as data, and how a set of them is named.
 * Source: developers.facebook.com, Marketing API, insights/breakdowns (legal combinations).
 */
import { findNearest } from "./nearest.ts";

interface BreakdownSet {
  /** Sorted by name. */
  names: readonly string[];
  /** As people are told to write it. */
  written: string;
  /** Rows that one object has on one day, at most, as seen in practice: for the plan and the estimate. */
  rowsPerObject: number;
}

/** The sets that can be ordered. */
export const breakdownSets: readonly BreakdownSet[] = [
  { names: ["age"], written: "age", rowsPerObject: 7 },
  { names: ["age", "gender"], written: "age,gender", rowsPerObject: 20 },
  { names: ["country"], written: "country", rowsPerObject: 3 },
  { names: ["device_platform"], written: "device", rowsPerObject: 4 },
  { names: ["gender"], written: "gender", rowsPerObject: 3 },
  { names: ["platform_position", "publisher_platform"], written: "placement", rowsPerObject: 12 },
  { names: ["publisher_platform"], written: "platform", rowsPerObject: 4 },
  { names: ["region"], written: "region", rowsPerObject: 12 },
];

/** What people call them. */
const otherNames: Readonly<Record<string, string>> = {
  device: "device_platform",
  platform: "publisher_platform",
  placement: "platform_position",
  position: "platform_position",
  sex: "gender",
};

/** "gender, age" → "age,gender"; empty for none. The name of a set in parts, coverage and rows. */
export function breakdownKey(names: readonly string[]): string {
  const key = [...new Set(names.map((name) => otherNames[name] ?? name))].toSorted().join(",");
  // Meta gives a position only beside its platform, so the pair is what is meant.
  return key === "platform_position" ? "platform_position,publisher_platform" : key;
}

/** The names in a key, in its order. */
export function breakdownNames(key: string): string[] {
  return key === "" ? [] : key.split(",");
}

/** The set behind a key, or null when Meta doesn't give it. */
export function findBreakdowns(key: string): BreakdownSet | null {
  return breakdownSets.find(({ names }) => names.join(",") === key) ?? null;
}

/** The order's breakdowns, sorted, under Meta's names; or what is wrong, what there is, and what was probably meant. */
export type BreakdownsReading =
  | { ok: true; breakdowns: string[] }
  | { ok: false; problem: string; nearest: string | null };

/** What there is, for people. */
export const breakdownsInWords = breakdownSets.map(({ written }) => written).join(" | ");
const knownNames = [...new Set([...breakdownSets.flatMap(({ names }) => names), ...Object.keys(otherNames)])];

/** Reads names as people write them, in any capitals and order: "Gender, age", "device", "placement". */
export function readBreakdowns(typed: readonly string[]): BreakdownsReading {
  const names = typed.map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
  const unknown = names.find((name) => !knownNames.includes(name));
  if (unknown !== undefined) {
    const problem = `"${unknown}" is not a breakdown: there are ${breakdownsInWords}.`;
    const meant = findNearest(unknown, knownNames);
    const mended = names.map((name) => (name === unknown && meant !== null ? meant : name));
    return { ok: false, problem, nearest: meant !== null && readBreakdowns(mended).ok ? mended.join(",") : null };
  }
  const key = breakdownKey(names);
  if (key === "" || findBreakdowns(key) !== null) return { ok: true, breakdowns: breakdownNames(key) };
  const problem = `Meta doesn't give ${names.join(",")} together: there are ${breakdownsInWords}.`;
  return { ok: false, problem, nearest: null };
}
