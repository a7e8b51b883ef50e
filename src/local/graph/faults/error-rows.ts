/** Every error that Meta is known to give, one row each: what is thrown, and what a rule may inject by the row's id. */
import { z } from "zod";
import rows from "./error-rows.json" with { type: "json" };

const coded = z.strictObject({
  /** Code, subcode and, where only the text tells rows apart, its mark: "17-2446079", "100-in-summary-param". */
  id: z.string(),
  code: z.int(),
  subcode: z.int().optional(),
  http: z.int(),
  type: z.string(),
  message: z.string(),
  isTransient: z.boolean(),
});
/** Not an answer's error but the fields of a report that failed. */
const inReport = coded.omit({ http: true, type: true }).extend({ in: z.literal("report") });
const transport = z.strictObject({ id: z.string(), transport: z.enum(["reset", "html", "5xx", "empty-data"]) });

export type CodedRow = z.output<typeof coded>;
export type ErrorRow = CodedRow | z.output<typeof inReport> | z.output<typeof transport>;

export const ERROR_ROWS: readonly ErrorRow[] = z.array(z.union([coded, inReport, transport])).parse(rows);

const answered = ERROR_ROWS.filter((row): row is CodedRow => "http" in row);

/** The row of a code and subcode; without one of that subcode, the first of the code. */
export function findCodedRow(code: number, subcode: number | undefined): CodedRow | undefined {
  return (
    answered.find((row) => row.code === code && row.subcode === subcode) ?? answered.find((row) => row.code === code)
  );
}

export function findErrorRow(id: string): ErrorRow | undefined {
  return ERROR_ROWS.find((row) => row.id === id);
}
