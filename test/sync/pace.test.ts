/** How full quotas slow calls down, and when they stop them. */
import { describe, expect, it } from "vitest";
import { pauseFor, spacingMs, type QuotaUse } from "#src/sync/pace.ts";

const none: QuotaUse = {
  appPercent: null,
  accountStopPercent: null,
  regainSeconds: null,
  tier: null,
};

describe("the distance between calls", () => {
  it.each([
    [null, 0],
    [0, 0],
    [59.9, 0],
    [60, 250],
    [75, 1000],
    [85, 3000],
    [180, 3000],
  ])("at %s %% is %i ms", (percent, ms) => {
    expect(spacingMs({ ...none, accountStopPercent: percent })).toBe(ms);
    expect(spacingMs({ ...none, appPercent: percent })).toBe(ms);
  });
});

describe("a break taken by ourselves", () => {
  const full = "standard_access";
  it.each<[string, Partial<QuotaUse>, ReturnType<typeof pauseFor>]>([
    ["not without headers", {}, null],
    ["not below 95 %", { appPercent: 94.9, accountStopPercent: 94.9, regainSeconds: 60 }, null],
    ["the account on the limited tier", { accountStopPercent: 95 }, { scope: "account", seconds: 300, percent: 95 }],
    [
      "the account on the full tier",
      { accountStopPercent: 96, tier: full },
      { scope: "account", seconds: 60, percent: 96 },
    ],
    [
      "as long as Meta names",
      { accountStopPercent: 99, regainSeconds: 41.2 },
      { scope: "account", seconds: 42, percent: 99 },
    ],
    [
      "at most an hour",
      { accountStopPercent: 99, regainSeconds: 1e6 },
      { scope: "account", seconds: 3600, percent: 99 },
    ],
    ["the app for all its accounts", { appPercent: 120, tier: full }, { scope: "app", seconds: 300, percent: 120 }],
    [
      "the app before the account",
      { appPercent: 95, accountStopPercent: 100 },
      { scope: "app", seconds: 300, percent: 95 },
    ],
  ])("%s", (_name, use, pause) => {
    expect(pauseFor({ ...none, ...use })).toEqual(pause);
  });
});
