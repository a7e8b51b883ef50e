/** The proof line: does the account's own total equal the sum below it, and are all days there. */
import type { Level } from "../sync/request.ts";
import type { Figures } from "./figures.ts";
import { countDays } from "./dates.ts";
import { type Decimal, parseDecimal, signOf, subtractDecimals } from "./decimal.ts";
import { moneyText } from "./money.ts";

export interface Proof {
  /** "beyond": the account has more than the sum, as it has with deleted ads. null: there is no sum to compare with. */
  verdict: "equal" | "beyond" | "short" | null;
  daysPresent: number;
  daysExpected: number;
  /** "account total €6,840.12 = sum of ads €6,840.12", "7 of 7 days have figures", … in this order. */
  statements: string[];
}

const sumNames: Record<Level, string> = {
  account: "sum of days",
  campaign: "sum of campaigns",
  adset: "sum of ad sets",
  ad: "sum of ads",
};

/** "7d_click_1d_view" → "7d click, 1d view"; Meta's "default" says only that the ad set decides. */
function attributionWords(settings: readonly string[]): string {
  if (settings.length === 0) return "not given by Meta";
  const words = settings.map((setting) => {
    if (setting === "default") return "as each ad set is set";
    return setting.replaceAll(/_(?=\d)/g, ", ").replaceAll("_", " ");
  });
  return [...new Set(words)].join("; ");
}

function sumStatement(total: Decimal, sum: Decimal, level: Level, currency: string): string {
  const difference = subtractDecimals(total, sum);
  const [left, right] = [
    `account total ${moneyText(total, currency)}`,
    `${sumNames[level]} ${moneyText(sum, currency)}`,
  ];
  if (signOf(difference) === 0) return `${left} = ${right}`;
  // Meta keeps deleted objects in the account's total and lists them nowhere else.
  if (signOf(difference) > 0)
    return `${left} = ${right} + ${moneyText(difference, currency)} that Meta doesn't list by ad (as it is with deleted ads)`;
  return `${left} is less than ${right}, by ${moneyText({ ...difference, units: -difference.units }, currency)}`;
}

function verdictOf(total: Decimal, sum: Decimal): Proof["verdict"] {
  const sign = signOf(subtractDecimals(total, sum));
  if (sign === 0) return "equal";
  return sign > 0 ? "beyond" : "short";
}

export function proveFigures(figures: Figures, level: Level): Proof {
  const daysExpected = countDays(figures.window);
  const daysPresent = figures.current.days;
  const total = parseDecimal(figures.current.spend);
  const sum = figures.levelSpend === null ? null : parseDecimal(figures.levelSpend);
  const statements: string[] = [];
  if (sum !== null) statements.push(sumStatement(total, sum, level, figures.currency));
  statements.push(`${daysPresent} of ${daysExpected} ${daysExpected === 1 ? "day has" : "days have"} figures`);
  statements.push(`attribution ${attributionWords(figures.attributionSettings)}`);
  statements.push(`days in ${figures.timezone}`);
  return {
    verdict: sum === null ? null : verdictOf(total, sum),
    daysPresent,
    daysExpected,
    statements,
  };
}
