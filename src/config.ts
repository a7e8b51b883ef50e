/**
 * The environment, checked once at start: every missing or wrong variable is listed at once, with where to get it.
 * Only root files read process.env; the rest of the program gets this record.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { parseApiKeys, type ApiKey } from "./access/api-keys.ts";
import { findEnvironmentProblems } from "./config-rules.ts";

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ""));
const whole = (low: number, high: number, standard: number) => z.coerce.number().int().min(low).max(high).default(standard);

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
  META_API_VERSION: z.string().regex(/^v\d+\.\d+$/, "is v and a number, for example v26.0").default("v26.0"),
  META_GRAPH_URL: url.default("https://graph.facebook.com"),
  SECRETS_KEY: text.optional(),
  API_KEYS: text.optional(),
  CORS_ORIGINS: text.optional(),
  SLICE_SECONDS: whole(1, 240, 50),
  SLICE_CONCURRENCY: whole(1, 20, 4),
  WORKERS_PER_JOB: whole(1, 16, 2),
  META_REQUEST_DELAY_MS: whole(0, 60_000, 0),
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

export const partNames = ["slack", "queue", "database", "meta"] as const;
export type PartName = (typeof partNames)[number];

/** Thrown at start; `problems` has one line per variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`meta-sync can't start:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** Reads and checks the variables; empty ones count as unset. Throws ConfigError with every problem at once. */
export function readEnvironment(variables: Record<string, string | undefined>): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ""));
  const parsed = environmentSchema.safeParse(given);
  const problems = parsed.success
    ? findEnvironmentProblems(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  if (parsed.success && parsed.data.API_KEYS !== undefined) {
    const keys = parseApiKeys(parsed.data.API_KEYS);
    if (!keys.ok) problems.push(`API_KEYS: ${keys.problem}`);
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

export function isProduction(environment: Environment): boolean {
  return environment.NODE_ENV === "production" || environment.VERCEL_ENV === "production";
}

/** Which neighbours are real: a part is real as soon as its own variable is set. */
export function realParts(environment: Environment): Record<PartName, boolean> {
  return {
    slack: environment.SLACK_BOT_TOKEN !== undefined,
    queue: environment.QSTASH_TOKEN !== undefined,
    database: environment.SUPABASE_SERVICE_ROLE_KEY !== undefined,
    meta: environment.META_ACCESS_TOKEN !== undefined,
  };
}

/**
 * The address that the queue and browsers reach us by: the same string is published and verified.
 * VERCEL_URL is never used: it names one deployment's preview.
 */
export function publicUrl(environment: Environment, listeningPort: number): string {
  const vercel = environment.VERCEL_PROJECT_PRODUCTION_URL;
  const address =
    environment.WEBHOOK_BASE_URL ??
    (vercel === undefined ? undefined : `https://${vercel.replace(/^https?:\/\//, "")}`) ??
    environment.NEXTAUTH_URL ??
    `http://localhost:${listeningPort}`;
  return address.replace(/\/+$/, "");
}

/** Everything the program needs to know, with embedded parts' addresses and keys already filled in. */
export interface Config {
  production: boolean;
  /** Separates this deployment's rows and messages from others' on the same database. */
  env: string;
  workspaceId: string;
  publicUrl: string;
  /** Set when nothing may be published, with the reason (a preview without an address of its own). */
  publishRefusal: string | null;
  /** A real Slack with an embedded Meta: every message says so. */
  sampleData: boolean;
  database: { url: string; serviceRoleKey: string; anonKey: string | null };
  queue: { url: string; token: string; currentSigningKey: string; nextSigningKey: string };
  slack: { apiUrl: string; botToken: string; signingSecrets: readonly string[] } | null;
  meta: { graphUrl: string; version: string; accessToken: string; appSecret: string | null; delayMs: number };
  secretsKey: string | null;
  apiKeys: readonly ApiKey[];
  /** Local mode without API_KEYS: requests from 127.0.0.1 are let in. */
  trustLoopback: boolean;
  corsOrigins: readonly string[];
  sliceSeconds: number;
  sliceConcurrency: number;
  workersPerJob: number;
  defaultRole: "operator" | "viewer" | "none";
}

/** The name of a deployment on real parts: a hash of its public address and its queue. */
export function environmentName(address: string, queueUrl: string): string {
  return createHash("sha256").update(`${address} ${queueUrl}`).digest("hex").slice(0, 12);
}
