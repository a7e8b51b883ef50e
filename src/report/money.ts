/** Amounts as text in the account's own currency, with the minor digits that currency has. */
import { type Decimal, decimalText } from "./decimal.ts";

/**
 * "€6,840.12", "¥1,234,567", "CHF 12.50". Exact for any length: Intl is given the decimal text, not a float.
 * `currency` is ISO 4217 as Meta gives it; anything else is written behind the plain number.
 */
export function moneyText(value: Decimal, currency: string): string {
  const amount = decimalText(value) as `${number}`;
  if (!/^[A-Z]{3}$/.test(currency)) return `${new Intl.NumberFormat("en-US").format(amount)} ${currency}`.trim();
  const text = new Intl.NumberFormat("en-US", { style: "currency", currency }).format(amount);
  return text.replaceAll("\u00a0", " ").replaceAll("-", "−");
}
