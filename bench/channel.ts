/** What runner and world say to each other: SQL and its rows. */
import { z } from "zod";

export const questionSchema = z.object({ id: z.int(), sql: z.string() });
export const answeredSchema = z.union([
  z.object({ id: z.int(), rows: z.array(z.record(z.string(), z.unknown())) }),
  z.object({ id: z.int(), error: z.string() }),
]);
export type Answered = z.infer<typeof answeredSchema>;
