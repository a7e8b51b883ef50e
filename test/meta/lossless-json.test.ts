import { describe, expect, it } from "vitest";
import { parseLossless } from "#src/meta/lossless-json.ts";

describe("parseLossless", () => {
  it.each([
    ['{"id":120203029307580037}', { id: "120203029307580037" }],
    ['{"ids":[120203029307580037,2]}', { ids: ["120203029307580037", 2] }],
    ['{"report_run_id": 6023920149050}', { report_run_id: 6_023_920_149_050 }],
    ['{"spend":5339.5,"n":-0.25}', { spend: 5339.5, n: -0.25 }],
    ['{"name":"caf\\u00e9 \\ud83c\\udf42"}', { name: "café 🍂" }],
    ['{"name":"a\\u0000b"}', { name: "a\uFFFDb" }],
    ['{"name":"cut \\ud83c"}', { name: "cut \uFFFD" }],
    ['{"name":"\\udf42 cut"}', { name: "\uFFFD cut" }],
    [
      '{"text":":120203029307580037","id":"120203029307580037"}',
      { text: ":120203029307580037", id: "120203029307580037" },
    ],
  ])("reads %s", (text, value) => {
    expect(parseLossless(text)).toEqual(value);
  });

  it("throws as JSON.parse does on what was cut off", () => {
    expect(() => parseLossless('{"data":[{"id":"1')).toThrow(SyntaxError);
  });
});
