/** The `Upstash-Signature` of a delivery: a JWT by HS256 over destination and body hash. */
import { createHash, createHmac } from "node:crypto";

const LIFETIME_SECONDS = 300;

interface SignatureInput {
  signingKey: string;
  /** Destination exactly as published: the `sub` claim. */
  url: string;
  body: Uint8Array;
  /** `jwt_…`, fresh for each attempt. */
  jwtId: string;
}

/**
 * A compact JWS. `iat` and `exp` are real time, not world time: receivers check them with their own clock.
 * `nbf` is 0, as the service has it since September 2024 because of clock differences.
 */
export function signDelivery(input: SignatureInput): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "Upstash",
    sub: input.url,
    exp: issuedAt + LIFETIME_SECONDS,
    nbf: 0,
    iat: issuedAt,
    jti: input.jwtId,
    body: hashBody(input.body),
  };
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", input.signingKey).update(signed).digest("base64url")}`;
}

/** SHA-256 in base64url; the service pads it, Node doesn't. */
function hashBody(body: Uint8Array): string {
  return `${createHash("sha256").update(body).digest("base64url")}=`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
