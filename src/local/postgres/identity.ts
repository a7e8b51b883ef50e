/** Who calls the gateway: a secret or publishable key, or an HS256 token, as the role and claims that SQL will see. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { GatewayError, parseJson } from "./errors.ts";
import { REQUEST_ROLES } from "./roles.ts";
import type { RequestRole } from "./roles.ts";

export interface KeySettings {
  /** `sb_secret_…` keys: the role service_role. */
  secretKeys: readonly string[];
  /** `sb_publishable_…` keys: the role anon. */
  publishableKeys: readonly string[];
  /** Signs and verifies the HS256 tokens (users' and the older anon and service_role keys). */
  jwtSecret: string;
}

export interface Identity {
  role: RequestRole;
  /** JSON for `request.jwt.claims`. */
  claims: string;
}

/** Seconds that the clocks of signer and gateway may differ, as in PostgREST. */
const clockSkewSeconds = 30;

const headerShape = z.object({ alg: z.string() });
const claimsShape = z.looseObject({
  role: z.string().optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
});

/**
 * Hosted Supabase asks two questions, and so do we: its API gateway wants a known `apikey` (401 without a code), then
 * PostgREST reads `Authorization: Bearer` (401 PGRST301 or PGRST303). Lifetimes are checked against real time.
 */
export function identify(headers: Headers, keys: KeySettings): Identity {
  const apiKey = headers.get("apikey");
  if (apiKey === null) {
    throw new GatewayError(401, {
      message: "No API key found in request",
      hint: "No `apikey` request header or url param was found.",
    });
  }
  if (!isKnownKey(apiKey, keys)) {
    throw new GatewayError(401, {
      message: "Invalid API key",
      hint: "Double check your Supabase `anon` or `service_role` API key.",
    });
  }
  const authorization = headers.get("authorization");
  const token = authorization === null ? apiKey : /^bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw refuse("PGRST301", "Empty JWT is sent in Authorization header", null);
  return roleOfKey(token, keys) ?? identifyToken(token, keys.jwtSecret);
}

function isKnownKey(key: string, keys: KeySettings): boolean {
  if (roleOfKey(key, keys)) return true;
  const role = readSigned(key, keys.jwtSecret)?.role;
  return role === "anon" || role === "service_role";
}

function roleOfKey(key: string, { secretKeys, publishableKeys }: KeySettings): Identity | undefined {
  const isAmong = (list: readonly string[]) => list.some((known) => isEqual(known, key));
  if (isAmong(secretKeys)) return { role: "service_role", claims: '{"role":"service_role"}' };
  if (isAmong(publishableKeys)) return { role: "anon", claims: '{"role":"anon"}' };
  return undefined;
}

function identifyToken(token: string, jwtSecret: string): Identity {
  const parts = token.split(".").length;
  if (parts !== 3) throw refuse("PGRST301", `Expected 3 parts in JWT; got ${parts}`, null);
  const claims = readSigned(token, jwtSecret);
  if (claims === undefined) {
    throw refuse(
      "PGRST301",
      "No suitable key was found to decode the JWT",
      "None of the keys was able to decode the JWT",
    );
  }
  const nowSeconds = Date.now() / 1000;
  if (claims.exp !== undefined && claims.exp < nowSeconds - clockSkewSeconds)
    throw refuse("PGRST303", "JWT expired", null);
  if (claims.nbf !== undefined && claims.nbf > nowSeconds + clockSkewSeconds) {
    throw refuse("PGRST303", "JWT not yet valid", null);
  }
  if (claims.iat !== undefined && claims.iat > nowSeconds + clockSkewSeconds) {
    throw refuse("PGRST303", "JWT issued at future", null);
  }
  const wanted = claims.role ?? "anon";
  const role = REQUEST_ROLES.find((known) => known === wanted);
  if (role !== undefined) return { role, claims: JSON.stringify({ ...claims, role }) };
  const message = `permission denied to set role "${wanted}"`;
  throw new GatewayError(403, { code: "42501", message, details: null, hint: null });
}

/** The claims of a token whose signature is right; undefined otherwise. */
function readSigned(token: string, jwtSecret: string): z.infer<typeof claimsShape> | undefined {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const decode = (part: string) => parseJson(Buffer.from(part, "base64url").toString("utf8"));
  if (headerShape.safeParse(decode(header)).data?.alg !== "HS256") return undefined;
  if (!isEqual(signHs256(`${header}.${payload}`, jwtSecret), signature)) return undefined;
  return claimsShape.safeParse(decode(payload)).data;
}

/** A signed HS256 token with these claims. */
export function makeToken(claims: Record<string, unknown>, jwtSecret: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${signHs256(signed, jwtSecret)}`;
}

function signHs256(text: string, jwtSecret: string): string {
  return createHmac("sha256", jwtSecret).update(text).digest("base64url");
}

function isEqual(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(code: string, message: string, details: string | null): GatewayError {
  const challenge = { "www-authenticate": `Bearer error="invalid_token", error_description="${message}"` };
  return new GatewayError(401, { code, message, details, hint: null }, challenge);
}
