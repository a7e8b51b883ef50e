/** The `breakdowns` parameter: which go together, which need an opt-in, which are gone (reference: fields and enums). */
import insightsFields from "../data/insights-fields.json" with { type: "json" };
import { type GraphCall, parseJson } from "../graph-call.ts";
import { invalidParameter, notServedHere } from "../graph-error.ts";
import type { Family } from "../seed/breakdown-cells.ts";

const HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone";
const AUDIENCE_HOURLY = "hourly_stats_aggregated_by_audience_time_zone";

const FAMILY_OF: Readonly<Record<string, Family>> = {
  age: "people",
  gender: "people",
  country: "places",
  region: "places",
  publisher_platform: "placements",
  platform_position: "placements",
  device_platform: "placements",
  impression_device: "placements",
  product_id: "products",
  [HOURLY]: "hours",
  [AUDIENCE_HOURLY]: "audienceHours",
};
/** Each set sorted by name. `platform_position` alone is none of them: it needs its platform. */
const LEGAL = new Set([
  "age",
  "gender",
  "age+gender",
  "country",
  "region",
  "publisher_platform",
  "platform_position+publisher_platform",
  "impression_device+platform_position+publisher_platform",
  "device_platform",
  "impression_device",
  "product_id",
  HOURLY,
  AUDIENCE_HOURLY,
  "frequency_value",
]);
/** Since 2026-08-06 an administrator of the account must opt in; until then: no rows, no error. */
const OPT_IN = new Set(["impression_device", AUDIENCE_HOURLY, "frequency_value"]);
/** Conversions outside Meta are not given by these ("type 1"). */
const WITHOUT_CONVERSIONS = new Set(["region", HOURLY, AUDIENCE_HOURLY]);

/** The asked breakdowns in the asked order; empty for none. Throws code 100 for what Meta refuses. */
export function readBreakdowns(call: GraphCall): string[] {
  const value = parseJson(call.params.get("breakdowns") ?? "[]");
  const asked = (Array.isArray(value) ? value : String(value).split(",")).map((name) => String(name).trim());
  const names = [...new Set(asked.filter((name) => name !== ""))];
  for (const [index, name] of names.entries()) {
    if (name === "dma")
      throw invalidParameter("The dma breakdown is no longer available. Use comscore_market instead.");
    if (insightsFields.breakdowns.includes(name)) continue;
    const known = insightsFields.breakdowns.join(", ");
    throw invalidParameter(`breakdowns[${index}] must be one of the following values: ${known}`);
  }
  if (names.length === 0) return names;
  const isModelled = names.every((name) => FAMILY_OF[name] !== undefined || name === "frequency_value");
  if (!isModelled && names.length === 1) throw notServedHere(`The breakdown ${names.join()}`, "Leave it out.");
  if (!LEGAL.has([...names].sort().join("+"))) {
    throw invalidParameter(`Current combination of data breakdown columns (${names.join(", ")}) is invalid`);
  }
  return names;
}

/** The family that all the names belong to; undefined for `frequency_value`, which is known but not modelled. */
export function familyOf(names: readonly string[]): Family | undefined {
  return FAMILY_OF[names[0] ?? ""];
}

export function needsOptIn(names: readonly string[]): boolean {
  return names.some((name) => OPT_IN.has(name));
}

export function isHourly(names: readonly string[]): boolean {
  return names.includes(HOURLY) || names.includes(AUDIENCE_HOURLY);
}

export function dropsConversions(names: readonly string[]): boolean {
  return names.some((name) => WITHOUT_CONVERSIONS.has(name));
}

/** The name of a row's place in its breakdowns: "age=25-34|gender=female", sorted by name; "" without breakdowns. */
export function breakdownKey(values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values).sort();
  return names.map((name) => `${name}=${values[name] ?? ""}`).join("|");
}

/** The name of a set of breakdowns: "age,gender", sorted; "" for none. */
export function breakdownSet(names: readonly string[]): string {
  return [...names].sort().join(",");
}
