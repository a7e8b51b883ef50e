/** How many digits of minor units Meta uses for a currency. */

/**
 * Currencies with offset 1 in Meta's table: budgets and balances come in whole units.
 * Source: https://developers.facebook.com/docs/marketing-api/currencies
 */
const wholeUnitCurrencies: ReadonlySet<string> = new Set([
  "CLP",
  "COP",
  "CRC",
  "HUF",
  "IDR",
  "ISK",
  "JPY",
  "KRW",
  "PYG",
  "TWD",
  "VND",
]);

/** Digits after the point by Meta's own table, which is not ISO 4217: 0 for JPY, also for HUF and TWD; 2 for the rest. */
export function currencyMinorDigits(currency: string): 0 | 2 {
  return wholeUnitCurrencies.has(currency) ? 0 : 2;
}
