/** Exact decimal arithmetic on text, as scaled BigInt: sums of money never pass through floats. */

/** `units` / 10^`scale`. */
export interface Decimal {
  units: bigint;
  scale: number;
}

/** A stored figure that is no decimal number. */
export class DecimalError extends Error {
  override readonly name = "DecimalError";
  readonly value: string;

  constructor(value: string) {
    super(
      `"${value.slice(0, 40)}" in the stored figures is not a decimal number such as 6840.12: sync this account again`,
    );
    this.value = value;
  }
}

export const zero: Decimal = { units: 0n, scale: 0 };

/** Reads "6840.12", "-3", ".5". Throws `DecimalError` for anything else. */
export function parseDecimal(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (match === null || whole + fraction === "") throw new DecimalError(text);
  const units = BigInt(whole + fraction);
  return { units: match[1] === "-" ? -units : units, scale: fraction.length };
}

export function decimalOf(count: number | bigint): Decimal {
  return typeof count === "bigint" ? { units: count, scale: 0 } : parseDecimal(count.toString());
}

/** Text without exponent, with exactly `scale` decimals of the value. */
export function decimalText(value: Decimal): string {
  const sign = value.units < 0n ? "-" : "";
  const digits = (value.units < 0n ? -value.units : value.units).toString().padStart(value.scale + 1, "0");
  if (value.scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

function unitsAt(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

export function addDecimals(values: readonly Decimal[]): Decimal {
  const scale = Math.max(0, ...values.map((value) => value.scale));
  return { units: values.reduce((sum, value) => sum + unitsAt(value, scale), 0n), scale };
}

export function subtractDecimals(left: Decimal, right: Decimal): Decimal {
  return addDecimals([left, { units: -right.units, scale: right.scale }]);
}

export function multiplyDecimal(value: Decimal, factor: bigint): Decimal {
  return { units: value.units * factor, scale: value.scale };
}

export function isZero(value: Decimal): boolean {
  return value.units === 0n;
}

/** Below, at or above zero. */
export function signOf(value: Decimal): -1 | 0 | 1 {
  if (value.units === 0n) return 0;
  return value.units < 0n ? -1 : 1;
}

function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const [top, bottom] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  // Half away from zero, as Intl rounds.
  const rounded = (top * 2n + bottom) / (bottom * 2n);
  return negative ? -rounded : rounded;
}

/** Rounded half away from zero to `scale` decimals; null when the divisor is 0, because then there is no ratio. */
export function divideDecimals(dividend: Decimal, divisor: Decimal, scale: number): Decimal | null {
  if (isZero(divisor)) return null;
  const top = dividend.units * 10n ** BigInt(scale + divisor.scale);
  return { units: divideRounded(top, divisor.units * 10n ** BigInt(dividend.scale)), scale };
}

/** Rounds half away from zero; a value with fewer decimals gets zeros. */
export function roundDecimal(value: Decimal, scale: number): Decimal {
  if (value.scale <= scale) return { units: unitsAt(value, scale), scale };
  return { units: divideRounded(value.units, 10n ** BigInt(value.scale - scale)), scale };
}
