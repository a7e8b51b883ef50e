/**
 * The environment, checked once at start: every missing or wrong variable is listed at once, with where to get it.
 * Only root files read process.env; the rest of the program gets this record.
 */
import { createHash } from "node:crypto";
import { parseApiKeys, type ApiKey } from "./access/api-keys.ts";
import { describeWrong, findEnvironmentProblems } from "./config-rules.ts";
import { environmentSchema, type Environment } from "./environment.ts";

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
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = environmentSchema.safeParse(given);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => ({ name: issue.path.join("."), said: issue.message }));
  const wrongNames = new Set(wrong.map(({ name }) => name));
  // What is missing besides is found as if the wrong ones weren't there.
  const readable = Object.fromEntries(Object.entries(given).filter(([name]) => !wrongNames.has(name)));
  const environment = parsed.success ? parsed.data : environmentSchema.parse(readable);
  const keys = environment.API_KEYS === undefined ? null : parseApiKeys(environment.API_KEYS);
  const problems = [
    ...wrong.map(({ name, said }) => describeWrong(name, said)),
    ...findEnvironmentProblems(environment).filter((problem) => !wrongNames.has(/^\w+/.exec(problem)?.[0] ?? "")),
    ...(keys?.ok === false ? [describeWrong("API_KEYS", keys.problem)] : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return environment;
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
  meta: {
    graphUrl: string;
    version: string;
    accessToken: string;
    appSecret: string | null;
    /** Names the app whose quota the calls count towards: its id, else a fingerprint of the token. */
    app: string;
    delayMs: number;
  };
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
