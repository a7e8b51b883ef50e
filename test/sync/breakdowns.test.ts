/** Which breakdowns can be ordered, under which words, and that two ways to write one set are one order. */
import { describe, expect, it } from "vitest";
import { startQuerySchema } from "#src/routes/http-schemas.ts";
import {
  breakdownKey,
  breakdownNames,
  breakdownSets,
  breakdownsInWords,
  findBreakdowns,
  readBreakdowns,
} from "#src/sync/breakdowns.ts";
import { parseCommand } from "#src/sync/command.ts";
import { optionWords } from "#src/sync/command-options.ts";
import { syncRequestSchema, twinKey } from "#src/sync/request.ts";

describe("the sets", () => {
  it.each(breakdownSets.map((set) => [set.written, set.names]))("%s is an order: %j", (written, names) => {
    expect(readBreakdowns(written.split(","))).toEqual({ ok: true, breakdowns: names });
    expect(readBreakdowns(names.toReversed())).toEqual({ ok: true, breakdowns: names });
    expect(names).toEqual(names.toSorted());
    expect(breakdownNames(breakdownKey(names))).toEqual(names);
    expect(parseCommand(`act_1 7d --breakdown ${written}`)).toMatchObject({ kind: "start", breakdowns: names });
  });

  it("have one name each, and each name is its own", () => {
    const keys = breakdownSets.map(({ names }) => breakdownKey(names));
    expect(new Set(keys).size).toBe(breakdownSets.length);
    expect(breakdownNames("")).toEqual([]);
    expect(findBreakdowns("")).toBeNull();
  });

  it("are offered to those who type", () => {
    expect(optionWords.find(({ option }) => option === "--breakdown")?.summary).toBe(`Figures by ${breakdownsInWords}`);
  });
});

describe("what people write", () => {
  it.each<[string[], string[]]>([
    [[], []],
    [[" ", ""], []],
    [
      ["GENDER", " Age "],
      ["age", "gender"],
    ],
    [["age", "age"], ["age"]],
    [["sex"], ["gender"]],
    [["platform"], ["publisher_platform"]],
    [
      ["position", "platform"],
      ["platform_position", "publisher_platform"],
    ],
    [
      ["placement", "platform_position"],
      ["platform_position", "publisher_platform"],
    ],
  ])("%j means %j", (typed, breakdowns) => {
    expect(readBreakdowns(typed)).toEqual({ ok: true, breakdowns });
  });

  it.each<[string[], RegExp, string | null]>([
    [
      ["agee"],
      /^"agee" is not a breakdown: there are age \| age,gender \| country \| device \| gender \| placement/,
      "age",
    ],
    [["gender", "agee"], /^"agee" is not a breakdown/, "gender,age"],
    [["country", "agee"], /^"agee" is not a breakdown/, null],
    [["hourly"], /^"hourly" is not a breakdown/, null],
    [["__proto__"], /^"__proto__" is not a breakdown/, null],
    [["country", "region"], /^Meta doesn't give country,region together: there are /, null],
    [["placement", "device"], /^Meta doesn't give placement,device together/, null],
  ])("%j is refused with what there is", (typed, problem, nearest) => {
    expect(readBreakdowns(typed)).toEqual({ ok: false, problem: expect.stringMatching(problem) as string, nearest });
  });

  it("makes twins of two orders that mean the same", () => {
    const keyOf = (words: string) => {
      const command = parseCommand(`act_1 7d --breakdown ${words}`);
      if (command.kind !== "start") throw new Error(`not an order: ${words}`);
      return twinKey(syncRequestSchema.parse({ ...command, accountId: "1" }));
    };
    expect(keyOf("placement")).toBe(keyOf("publisher_platform,platform_position"));
    expect(keyOf("gender,age")).toBe(keyOf("age --breakdown sex"));
    expect(keyOf("age")).not.toBe(keyOf("gender"));
  });
});

describe("the order by HTTP", () => {
  const order = (more: object) => startQuerySchema.safeParse({ action: "getData", accountId: "act_1", ...more });

  it("takes the same words, and none without them", () => {
    expect(order({ breakdown: "Gender, age", level: "campaign" }).data).toMatchObject({
      breakdown: ["age", "gender"],
      level: "campaign",
    });
    expect(order({}).data).toMatchObject({ breakdown: [], level: "ad" });
  });

  it.each([
    ["age,country", "breakdown: Meta doesn't give age,country together: there are "],
    ["shoe_size", 'breakdown: "shoe_size" is not a breakdown: there are '],
    [7, "breakdown is text with commas"],
    ["a".repeat(101), "breakdown is too long"],
  ])("refuses %j with what there is and an example", (breakdown, problem) => {
    const messages =
      order({ breakdown })
        .error?.issues.map(({ message }) => message)
        .join() ?? "";
    expect(messages).toContain(problem);
    expect(messages).toContain("age,gender");
  });
});
