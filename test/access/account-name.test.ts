import { describe, expect, it } from "vitest";
import { resolveAccountName, type KnownAccount } from "#src/access/account-name.ts";

const known: KnownAccount[] = [
  { accountId: "1", name: "Acme DE", aliases: ["acme", "de"] },
  { accountId: "2", name: "Acme SE", aliases: [] },
  { accountId: "3", name: "Bolt", aliases: ["acme se"] },
  { accountId: "4", name: "Bolt Nordic", aliases: [] },
  { accountId: "5", name: "Ｃｒｏｗ  UK", aliases: ["crow"] },
  { accountId: "6", name: "Twin", aliases: [] },
  { accountId: "7", name: "twin", aliases: [] },
];

describe("names that are known", () => {
  it.each([
    ["acme", "1", "an alias, though two names begin so"],
    ["ACME", "1", "capitals don't count"],
    ["de", "1", "a second alias"],
    ["Acme DE", "1", "a whole name"],
    ["acme se", "3", "an alias outranks a name"],
    ["Bolt", "3", "a whole name outranks the beginning of another"],
    ["bolt n", "4", "the beginning of one name"],
    ["  Bolt   Nordic ", "4", "spaces don't count"],
    ["crow uk", "5", "nor does width"],
  ])("%j is act_%s: %s", (name, accountId) => {
    expect(resolveAccountName(name, known)).toEqual({ ok: true, accountId });
  });
});

describe("names that aren't", () => {
  it.each([
    ["acm", '"acm" could be Acme DE (act_1), Acme SE (act_2). Write its act_ number.', "act_1"],
    ["Twin", '"Twin" could be Twin (act_6), twin (act_7). Write its act_ number.', "act_6"],
    ["acmee", 'No account is called "acmee". Write the name of a known one, or its act_ number.', "acme"],
    ["Botl", 'No account is called "Botl". Write the name of a known one, or its act_ number.', "Bolt"],
    [
      "Bolt Nrodic",
      'No account is called "Bolt Nrodic". Write the name of a known one, or its act_ number.',
      "Bolt Nordic",
    ],
    ["zebra", 'No account is called "zebra". Write the name of a known one, or its act_ number.', null],
    ["", 'No account is called "". Write the name of a known one, or its act_ number.', null],
  ])("%j", (name, problem, nearest) => {
    expect(resolveAccountName(name, known)).toEqual({ ok: false, problem, nearest });
  });

  it("says when no name is known at all", () => {
    const reading = resolveAccountName("acme", []);
    expect(reading).toMatchObject({ ok: false, nearest: null });
    expect(reading.ok ? "" : reading.problem).toContain("act_ number");
  });

  it("lists five of many", () => {
    const many = Array.from({ length: 9 }, (_, index) => ({
      accountId: `${index}`,
      name: `Shop ${index}`,
      aliases: [],
    }));
    const reading = resolveAccountName("shop", many);
    expect(reading.ok ? "" : reading.problem).toContain("Shop 4 (act_4) and 4 more");
  });
});
