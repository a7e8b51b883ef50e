/** Decimal arithmetic is exact: compared with integers, and with sums that floats get wrong. */
import { array, assert, bigInt, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { addDecimals, decimalText, divideDecimals, parseDecimal, roundDecimal } from "#src/report/decimal.ts";
import { moneyText } from "#src/report/money.ts";
import { decimalCountText, fixedText, signedText } from "#src/report/number-text.ts";

const cents = bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

test("a sum of cents is exact however long the numbers are", () => {
  assert(
    property(array(cents), (amounts) => {
      const sum = addDecimals(amounts.map((units) => parseDecimal(decimalText({ units, scale: 2 }))));
      expect(roundDecimal(sum, 2).units).toBe(amounts.reduce((total, units) => total + units, 0n));
    }),
  );
  expect(decimalText(addDecimals(["0.1", "0.2", "-0.3"].map(parseDecimal)))).toBe("0.0");
});

test("what was written is read back", () => {
  assert(
    property(cents, nat(12), (units, scale) => {
      expect(parseDecimal(decimalText({ units, scale }))).toEqual({ units, scale });
    }),
  );
});

test("division rounds half away from zero, and over zero there is no ratio", () => {
  const divide = (top: string, bottom: string, scale: number) => {
    const ratio = divideDecimals(parseDecimal(top), parseDecimal(bottom), scale);
    return ratio === null ? null : decimalText(ratio);
  };
  expect(divide("1", "8", 2)).toBe("0.13");
  expect(divide("-1", "8", 2)).toBe("-0.13");
  expect(divide("10", "0.04", 0)).toBe("250");
  expect(divide("1", "0.00", 2)).toBeNull();
});

test("what is no number is refused with its value and the cure", () => {
  expect(() => parseDecimal("1.2e3")).toThrow('"1.2e3" in the stored figures is not a decimal number');
  for (const text of ["", ".", "-", "12,5", "NaN"]) expect(() => parseDecimal(text)).toThrow("sync this account again");
});

test("money has the minor digits of its currency", () => {
  const money = (amount: string, currency: string) => moneyText(parseDecimal(amount), currency);
  expect(money("6840.12", "EUR")).toBe("€6,840.12");
  expect(money("1234567", "JPY")).toBe("¥1,234,567");
  expect(money("12.5", "JPY")).toBe("¥13");
  expect(money("1.2345", "KWD")).toBe("KWD 1.235");
  expect(money("-3", "USD")).toBe("−$3.00");
  expect(money("99999999999999999999.25", "INR")).toBe("₹99,999,999,999,999,999,999.25");
  expect(money("12.5", "euros")).toBe("12.5 euros");
});

test("numbers are grouped and signed in words people read", () => {
  expect(fixedText(parseDecimal("-1234567.891"), 2)).toBe("−1,234,567.89");
  expect(fixedText(parseDecimal("-0.004"), 2)).toBe("0.00");
  expect(decimalCountText(parseDecimal("228.50"))).toBe("228.5");
  expect(["0.2", "-0.2", "0.001"].map((text) => signedText(parseDecimal(text), 2))).toEqual(["+0.20", "−0.20", "±0"]);
});
