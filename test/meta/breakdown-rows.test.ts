/** Rows of figures that Meta broke down: their key, their plain values, what refuses them. */
import { describe, expect, it } from "vitest";
import { breakdownNames } from "#src/sync/breakdowns.ts";
import { makeRows } from "#src/meta/rows.ts";
import { adDay, contextOf } from "./graph-objects.ts";

function rowsOf(breakdowns: readonly string[], objects: readonly object[]) {
  const context = contextOf({ level: "ad", since: "2026-10-01", until: "2026-10-07", breakdowns });
  return makeRows("insights_daily", objects, context);
}

describe("rows with breakdowns", () => {
  it("name each value in the key, sorted by name, and keep the plain ones beside it, not in raw", () => {
    const { rows, quarantined } = rowsOf(
      ["gender", "age"],
      [
        { ...adDay, age: "25-34", gender: "male" },
        { ...adDay, age: "25-34", gender: "female", cpm: "5.5" },
      ],
    );
    expect(quarantined).toEqual([]);
    expect(rows).toMatchObject([
      { breakdown_key: "age=25-34|gender=female", breakdowns: { age: "25-34", gender: "female" }, raw: { cpm: "5.5" } },
      { breakdown_key: "age=25-34|gender=male", breakdowns: { age: "25-34", gender: "male" }, raw: {} },
    ]);
  });

  it.each([
    ["Vila|Real=100%", "region=Vila%7CReal%3D100%25"],
    ["%7C", "region=%257C"],
    ["Île-de-France", "region=Île-de-France"],
    ["", "region="],
  ])("keep the value %j apart from what separates: %s", (region, key) => {
    const { rows } = rowsOf(["region"], [{ ...adDay, region }]);
    expect(rows).toMatchObject([{ breakdown_key: key, breakdowns: { region } }]);
  });

  it("are refused without one of the breakdowns that were asked for, by value and place", () => {
    const bad = { ...adDay, age: "25-34", gender: null };
    const { rows, quarantined } = rowsOf(breakdownNames("age,gender"), [
      bad,
      { ...adDay, age: "65+", gender: "unknown" },
    ]);
    expect(rows).toHaveLength(1);
    expect(quarantined).toEqual([
      { raw: bad, reason: "insights_daily: gender is null: a row broken down by age, gender must name its gender" },
    ]);
  });

  it("hash otherwise than the plain row, which has neither key nor breakdowns", () => {
    const [plain] = rowsOf([], [{ ...adDay, country: "DE" }]).rows;
    const [german] = rowsOf(["country"], [{ ...adDay, country: "DE" }]).rows;
    expect(plain).toMatchObject({ breakdown_key: "", breakdowns: null, raw: { country: "DE" } });
    expect(german?.row_hash).not.toBe(plain?.row_hash);
  });
});
