/** Environment + addresses of embedded parts → the Config that everything else reads. */
import { createHash } from "node:crypto";
import { parseApiKeys } from "./access/api-keys.ts";
import { environmentName, isProduction, publicUrl, realParts, type Config } from "./config.ts";
import type { Environment } from "./environment.ts";

/** What an embedded world offers in place of real parts; a part that is real stays undefined. */
export interface EmbeddedParts {
  id: string;
  secretsKey: string;
  database?: Config["database"];
  queue?: Config["queue"];
  slack?: NonNullable<Config["slack"]>;
  meta?: { graphUrl: string; accessToken: string; appSecret: string | null };
}

function databaseOf(environment: Environment): Config["database"] {
  return {
    url: environment.NEXT_PUBLIC_SUPABASE_URL ?? environment.SUPABASE_URL ?? "",
    serviceRoleKey: environment.SUPABASE_SERVICE_ROLE_KEY ?? "",
    anonKey: environment.NEXT_PUBLIC_SUPABASE_ANON_KEY ?? environment.SUPABASE_ANON_KEY ?? null,
  };
}

function queueOf(environment: Environment): Config["queue"] {
  return {
    url: environment.QSTASH_URL,
    token: environment.QSTASH_TOKEN ?? "",
    currentSigningKey: environment.QSTASH_CURRENT_SIGNING_KEY ?? "",
    nextSigningKey: environment.QSTASH_NEXT_SIGNING_KEY ?? "",
  };
}

function slackOf(environment: Environment): Config["slack"] {
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: secret, SLACK_SIGNING_SECRET_NEXT: next } = environment;
  if (botToken === undefined || secret === undefined) return null;
  return {
    apiUrl: environment.SLACK_API_URL,
    botToken,
    signingSecrets: next === undefined ? [secret] : [secret, next],
  };
}

/** Tells tokens apart without telling them. */
function fingerprint(token: string): string {
  return `token-${createHash("sha256").update(token).digest("hex").slice(0, 16)}`;
}

/** A preview deployment has no address of its own that a queue could be told: it must not use production's. */
function publishRefusalOf(environment: Environment): string | null {
  if (environment.VERCEL_ENV !== "preview" || environment.WEBHOOK_BASE_URL !== undefined) return null;
  return "This is a preview deployment without an address of its own, so nothing is published: set WEBHOOK_BASE_URL for previews to let them work.";
}

export function resolveConfig(environment: Environment, embedded: EmbeddedParts | null, listeningPort: number): Config {
  const real = realParts(environment);
  const address = publicUrl(environment, listeningPort);
  const queue = embedded?.queue ?? queueOf(environment);
  const publishRefusal = publishRefusalOf(environment);
  const name = embedded?.queue === undefined ? environmentName(address, queue.url) : embedded.id;
  const keys = environment.API_KEYS === undefined ? null : parseApiKeys(environment.API_KEYS);
  const meta = embedded?.meta ?? {
    graphUrl: environment.META_GRAPH_URL,
    accessToken: environment.META_ACCESS_TOKEN ?? "",
    appSecret: environment.META_APP_SECRET ?? null,
  };
  return {
    production: isProduction(environment),
    env: publishRefusal === null ? name : `preview-${name}`,
    workspaceId: "default",
    publicUrl: address,
    publishRefusal,
    sampleData: real.slack && !real.meta,
    database: embedded?.database ?? databaseOf(environment),
    queue,
    slack: embedded?.slack ?? slackOf(environment),
    meta: {
      ...meta,
      app: environment.META_APP_ID ?? fingerprint(meta.accessToken),
      version: environment.META_API_VERSION,
      delayMs: environment.META_REQUEST_DELAY_MS,
    },
    secretsKey: environment.SECRETS_KEY ?? embedded?.secretsKey ?? null,
    apiKeys: keys?.ok === true ? keys.keys : [],
    trustLoopback: !isProduction(environment) && environment.API_KEYS === undefined,
    corsOrigins: (environment.CORS_ORIGINS ?? "")
      .split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ""),
    sliceSeconds: environment.SLICE_SECONDS,
    sliceConcurrency: environment.SLICE_CONCURRENCY,
    workersPerJob: environment.WORKERS_PER_JOB,
    defaultRole: environment.DEFAULT_ROLE,
  };
}
