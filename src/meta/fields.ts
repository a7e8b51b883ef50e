/** Single values as Meta writes them: what is accepted and the text that the warehouse takes. */
import { z } from "zod";

/** Numbers come as decimal text, now and then bare; long bare ones are text already (lossless-json.ts). */
const textOrNumber = z.union([z.string(), z.number()], { error: "expected text or a number" }).transform(String);

/** Omitted and null are the same: Meta leaves out what is empty. */
function orNull<T>(schema: z.ZodType<T>) {
  return schema.nullish().transform((value) => value ?? null);
}

const digits = textOrNumber.pipe(z.string().regex(/^\d{1,20}$/, "an id is 1 to 20 digits"));
const integer = textOrNumber.pipe(z.string().regex(/^-?\d{1,19}$/, "expected a whole number"));
const decimalText = textOrNumber.pipe(z.string().regex(/^-?\d+(\.\d+)?$/, "expected a decimal number"));

/** An id that must be there. Text, because Meta's have 18 digits. */
export const id = digits;
export const optionalId = orNull(digits);

/** Any text; open enumerations too, because Meta adds values without a new version. */
export const text = orNull(z.string());
export const requiredText = z.string().min(1);

/** Budgets and balances: whole minor units of the account's currency, as text; may be negative. */
export const minorUnits = orNull(integer);

/** A metric in decimal text; null when Meta doesn't give it. */
export const decimal = orNull(decimalText);
export const count = orNull(integer);
/** Metrics that Meta omits when nothing happened. */
export const decimalOrZero = decimal.transform((value) => value ?? "0");
export const countOrZero = count.transform((value) => value ?? "0");

export const smallInteger = orNull(z.coerce.number().int());

/** A day in the account's zone. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "expected a day, YYYY-MM-DD");

const instantShape = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:Z|([+-]\d{2}):?(\d{2}))$/;

/** Meta writes `2026-10-01T12:34:56+0000`; the offset gets its colon, so that every ISO reader takes it. */
export const instant = orNull(
  z
    .string()
    .refine((value) => instantShape.test(value) && !Number.isNaN(Date.parse(value)), "expected a time with offset")
    .transform((value) =>
      value.replace(instantShape, (_all, time: string, hours = "+00", minutes = "00") => `${time}${hours}:${minutes}`),
    ),
);

const action = z.looseObject({ action_type: z.string(), value: decimalText.optional() });

/** One entry per action_type, sorted by it, so that two reads of the same figures are stored alike; empty is null. */
export const actions = z
  .array(action)
  .nullish()
  .transform((list) =>
    list && list.length > 0 ? list.toSorted((a, b) => compare(a.action_type, b.action_type)) : null,
  );

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
