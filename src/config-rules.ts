/** What must hold between variables: one line per problem, each with where to get the value. Pure. */
import type { Environment } from "./environment.ts";

const sources: Partial<Record<string, string>> = {
  QSTASH_TOKEN: "Upstash console → QStash → Quickstart",
  QSTASH_CURRENT_SIGNING_KEY: "Upstash console → QStash → Signing keys",
  QSTASH_NEXT_SIGNING_KEY: "Upstash console → QStash → Signing keys",
  SUPABASE_URL: "Supabase → Project settings → Data API",
  SUPABASE_SERVICE_ROLE_KEY: "Supabase → Project settings → API keys",
  SLACK_BOT_TOKEN: "api.slack.com/apps → your app → OAuth & Permissions",
  SLACK_SIGNING_SECRET: "api.slack.com/apps → your app → Basic information",
  META_ACCESS_TOKEN: "Meta Business settings → System users → Generate token (ads_read)",
  SECRETS_KEY: "make one: openssl rand -base64 32",
  API_KEYS: "choose them: name:key, comma separated",
};

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function isLoopback(address: string): boolean {
  return loopbackHosts.has(new URL(address).hostname);
}

function missing(name: keyof Environment, reason: string): string {
  return `${name} is not set (${reason}); get it: ${sources[name] ?? "see .env.example"}`;
}

/** The value isn't said: it may be a secret. */
export function describeWrong(name: string, said: string): string {
  return `${name}: ${said}; get it right: ${sources[name] ?? "see .env.example"}`;
}

/** Companions: a real part needs all of its variables. */
function companionProblems(environment: Environment): string[] {
  const problems: string[] = [];
  if (environment.QSTASH_TOKEN !== undefined) {
    for (const name of ["QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"] as const) {
      if (environment[name] === undefined)
        problems.push(missing(name, "QSTASH_TOKEN is set, and deliveries must be verified"));
    }
  }
  const hasUrl = environment.NEXT_PUBLIC_SUPABASE_URL !== undefined || environment.SUPABASE_URL !== undefined;
  if (environment.SUPABASE_SERVICE_ROLE_KEY !== undefined && !hasUrl) {
    problems.push(missing("SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY is set; NEXT_PUBLIC_SUPABASE_URL does too"));
  }
  if (environment.SLACK_BOT_TOKEN !== undefined && environment.SLACK_SIGNING_SECRET === undefined) {
    problems.push(missing("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN is set, and Slack's requests must be verified"));
  }
  return problems;
}

function productionProblems(environment: Environment): string[] {
  const problems: string[] = [];
  const needed = [
    "QSTASH_TOKEN",
    "SUPABASE_SERVICE_ROLE_KEY",
    "SLACK_BOT_TOKEN",
    "META_ACCESS_TOKEN",
    "SECRETS_KEY",
    "API_KEYS",
  ] as const;
  for (const name of needed) {
    if (environment[name] === undefined) problems.push(missing(name, "production uses no embedded part"));
  }
  if (environment.QSTASH_DEV !== undefined) {
    problems.push("QSTASH_DEV is set: in production anybody could forge deliveries with its public keys; unset it");
  }
  return problems;
}

export function findEnvironmentProblems(environment: Environment): string[] {
  const production = environment.NODE_ENV === "production" || environment.VERCEL_ENV === "production";
  const problems = [...companionProblems(environment), ...(production ? productionProblems(environment) : [])];
  const address = environment.WEBHOOK_BASE_URL ?? environment.VERCEL_PROJECT_PRODUCTION_URL ?? environment.NEXTAUTH_URL;
  const loopback = address === undefined || (/^https?:/.test(address) && isLoopback(address));
  if (
    environment.QSTASH_TOKEN !== undefined &&
    loopback &&
    !isLoopback(environment.QSTASH_URL) &&
    environment.VERCEL_ENV !== "preview"
  ) {
    problems.push(
      `WEBHOOK_BASE_URL: the real QStash can't reach ${address ?? "localhost"}; set it to the public https address of this app, or unset QSTASH_TOKEN`,
    );
  }
  return problems;
}
