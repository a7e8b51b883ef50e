/** QStash, incoming: is this delivery really from our queue, for this very address? Raw body first, JSON after. */
import { Receiver } from "@upstash/qstash";

export type DeliveryVerdict = { ok: true } | { ok: false; reason: string };
export type DeliveryVerifier = ReturnType<typeof createDeliveryVerifier>;

/** Seconds that the token still lives (negative: since when it is dead), for the log; null if it can't be read. */
function secondsToExpiry(signature: string, nowMs: number): number | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(signature.split(".")[1] ?? "", "base64url").toString("utf8"));
    const expiry = typeof claims === "object" && claims !== null && "exp" in claims ? Number(claims.exp) : Number.NaN;
    return Number.isFinite(expiry) ? Math.round(expiry - nowMs / 1000) : null;
  } catch {
    return null;
  }
}

export function createDeliveryVerifier(config: {
  currentSigningKey: string;
  nextSigningKey: string;
  publicUrl: string;
}) {
  const receiver = new Receiver({
    currentSigningKey: config.currentSigningKey,
    nextSigningKey: config.nextSigningKey,
    devMode: false,
  });

  /** `path` is the door's own path with query; the address is built from the configured one, never from the request. */
  return async function verifyDelivery(request: {
    signature: string | undefined;
    region: string | undefined;
    body: string;
    path: string;
  }): Promise<DeliveryVerdict> {
    const { signature, body } = request;
    if (signature === undefined) return { ok: false, reason: "no Upstash-Signature header" };
    // The official receiver accepts a token without exp; QStash always sends one, so a missing one is a forgery.
    if (secondsToExpiry(signature, Date.now()) === null) return { ok: false, reason: "the signature has no expiry" };
    try {
      await receiver.verify({
        signature,
        body,
        url: `${config.publicUrl}${request.path}`,
        clockTolerance: 5,
        ...(request.region === undefined ? {} : { upstashRegion: request.region }),
      });
      return { ok: true };
    } catch (error) {
      // A token that fails with both keys hides its reason (also "expired"), so the seconds are said.
      const left = secondsToExpiry(signature, Date.now());
      return { ok: false, reason: `${error instanceof Error ? error.message : "unreadable"} (expires in ${left} s)` };
    }
  };
}
