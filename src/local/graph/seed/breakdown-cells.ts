/** The cells of each family of breakdowns: who saw an ad, where it was shown, in which place, for which product, when. */
import type { AccountSpec } from "./accounts.ts";
import type { Cell } from "./split-ad-day.ts";

export const FAMILIES = ["people", "places", "placements", "products", "hours", "audienceHours"] as const;
export type Family = (typeof FAMILIES)[number];

export interface NamedCell extends Cell {
  /** Value of each breakdown of the family. */
  values: Readonly<Record<string, string>>;
}

type Weighted = readonly (readonly [value: string, weight: number])[];

const AGES: Weighted = [
  ["25-34", 30],
  ["35-44", 24],
  ["18-24", 16],
  ["45-54", 14],
  ["55-64", 9],
  ["65+", 6],
  ["Unknown", 1],
];
const GENDERS: Weighted = [
  ["female", 55],
  ["male", 42],
  ["unknown", 3],
];
const POSITIONS: readonly (readonly [platform: string, position: string, weight: number])[] = [
  ["facebook", "feed", 30],
  ["facebook", "facebook_reels", 10],
  ["facebook", "facebook_stories", 5],
  ["facebook", "marketplace", 4],
  ["facebook", "search", 1],
  ["instagram", "feed", 18],
  ["instagram", "instagram_stories", 14],
  ["instagram", "instagram_reels", 12],
  ["instagram", "instagram_explore", 2],
  ["audience_network", "an_classic", 2],
  ["audience_network", "rewarded_video", 1],
  ["messenger", "messenger_inbox", 1],
];
const DEVICES: readonly (readonly [platform: string, device: string, weight: number])[] = [
  ["mobile_app", "iphone", 46],
  ["mobile_app", "android_smartphone", 38],
  ["mobile_app", "ipad", 3],
  ["mobile_web", "android_smartphone", 4],
  ["desktop", "desktop", 9],
];
/** Regions of each seeded account's country, and the neighbours that its ads reach as well. */
const PLACES: Readonly<Record<string, { regions: Weighted; abroad: Weighted }>> = {
  DE: {
    regions: [
      ["Bayern", 24],
      ["Nordrhein-Westfalen", 28],
      ["Berlin", 14],
      ["Hessen", 10],
      ["Hamburg", 8],
    ],
    abroad: [
      ["AT", 6],
      ["CH", 4],
    ],
  },
  JP: {
    regions: [
      ["Tokyo", 40],
      ["Osaka Prefecture", 22],
      ["Kanagawa Prefecture", 16],
      ["Hokkaido", 7],
    ],
    abroad: [["TW", 5]],
  },
  IN: {
    regions: [
      ["Maharashtra", 30],
      ["Karnataka", 22],
      ["Delhi", 20],
      ["Tamil Nadu", 14],
    ],
    abroad: [["AE", 6]],
  },
  US: {
    regions: [
      ["California", 26],
      ["Texas", 18],
      ["New York", 15],
      ["Florida", 13],
      ["Washington", 8],
      ["Colorado", 5],
    ],
    abroad: [["CA", 9]],
  },
  AU: {
    regions: [
      ["New South Wales", 36],
      ["Victoria", 28],
      ["Queensland", 22],
    ],
    abroad: [["NZ", 10]],
  },
};
const NOWHERE = { regions: [["Unknown", 1]] as Weighted, abroad: [] as Weighted };
const PRODUCTS = ["Trail shoe", "Rain jacket", "Day pack", "Wool socks", "Head lamp"];

/** All cells of a family, in the order of their rows. */
export function cellsOf(family: Family, spec: AccountSpec): NamedCell[] {
  if (family === "people") return people();
  if (family === "places") return places(spec.country);
  if (family === "placements") return placements();
  if (family === "products") return products(spec);
  const name = family === "hours" ? "advertiser" : "audience";
  return hours(`hourly_stats_aggregated_by_${name}_time_zone`, family === "hours");
}

function people(): NamedCell[] {
  return AGES.flatMap(([age, ageWeight]) =>
    GENDERS.map(([gender, weight]) => ({ values: { age, gender }, weight: ageWeight * weight })),
  );
}

function places(country: string): NamedCell[] {
  const { regions, abroad } = PLACES[country] ?? NOWHERE;
  const home = regions.map(([region, weight]) => ({ values: { country, region }, weight }));
  return [...home, ...abroad.map(([other, weight]) => ({ values: { country: other, region: "Unknown" }, weight }))];
}

function placements(): NamedCell[] {
  return POSITIONS.flatMap(([publisher_platform, platform_position, weight]) =>
    DEVICES.map(([device_platform, impression_device, share]) => ({
      values: { publisher_platform, platform_position, device_platform, impression_device },
      weight: weight * share,
    })),
  );
}

function products({ accountId }: AccountSpec): NamedCell[] {
  return PRODUCTS.map((name, index) => ({
    values: { product_id: `${accountId.slice(-4)}${7_000 + index}, ${name}` },
    weight: PRODUCTS.length - index,
  }));
}

function hours(breakdown: string, isAccountTime: boolean): NamedCell[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const text = String(hour).padStart(2, "0");
    const values = { [breakdown]: `${text}:00:00 - ${text}:59:59` };
    const weight = hour < 6 ? 1 : hour < 17 ? 4 : 6;
    return isAccountTime ? { values, weight, hour } : { values, weight };
  });
}
