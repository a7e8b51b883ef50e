/** The variables that the program knows, with their shapes and standards. The list in .env.example says where to get each. */
import { z } from "zod";

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ""));
const whole = (low: number, high: number, standard: number) =>
  z.coerce.number().int().min(low).max(high).default(standard);

export const environmentSchema = z.object({
  NODE_ENV: text.optional(),
  VERCEL_ENV: text.optional(),
  QSTASH_TOKEN: text.optional(),
  QSTASH_CURRENT_SIGNING_KEY: text.optional(),
  QSTASH_NEXT_SIGNING_KEY: text.optional(),
  QSTASH_URL: url.default("https://qstash.upstash.io"),
  QSTASH_DEV: text.optional(),
  NEXT_PUBLIC_SUPABASE_URL: url.optional(),
  SUPABASE_URL: url.optional(),
  NEXT_PUBLIC_SUPABASE_ANON_KEY: text.optional(),
  SUPABASE_ANON_KEY: text.optional(),
  SUPABASE_SERVICE_ROLE_KEY: text.optional(),
  SLACK_SIGNING_SECRET: text.optional(),
  SLACK_SIGNING_SECRET_NEXT: text.optional(),
  SLACK_BOT_TOKEN: text.optional(),
  SLACK_API_URL: url.default("https://slack.com/api"),
  META_ACCESS_TOKEN: text.optional(),
  META_APP_ID: text.optional(),
  META_APP_SECRET: text.optional(),
  META_API_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, "is v and a number, for example v26.0")
    .default("v26.0"),
  META_GRAPH_URL: url.default("https://graph.facebook.com"),
  SECRETS_KEY: text.optional(),
  API_KEYS: text.optional(),
  CORS_ORIGINS: text.optional(),
  SLICE_SECONDS: whole(1, 240, 50),
  SLICE_CONCURRENCY: whole(1, 20, 4),
  WORKERS_PER_JOB: whole(1, 16, 2),
  META_REQUEST_DELAY_MS: whole(0, 10_000, 0),
  LOOKBACK_DAYS: whole(0, 90, 28),
  DEFAULT_ROLE: z.enum(["operator", "viewer", "none"]).default("operator"),
  PORT: whole(0, 65_535, 3000),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  META_SYNC_DATA_DIR: text.default(".meta-sync"),
  META_SYNC_DB: z.enum(["pglite", "postgres"]).default("pglite"),
  WEBHOOK_BASE_URL: url.optional(),
  VERCEL_PROJECT_PRODUCTION_URL: text.optional(),
  NEXTAUTH_URL: url.optional(),
});
export type Environment = z.infer<typeof environmentSchema>;
