/** /v2/keys: the signing keys; the official client's development mode recognises a running server by them. */
import type { Hono } from "hono";
import type { Parts } from "../parts.ts";

export function addKeyRoutes(wire: Hono, parts: Parts): void {
  const show = () => ({ current: parts.keys.currentSigningKey, next: parts.keys.nextSigningKey });

  wire.get("/v2/keys", (c) => c.json(show()));

  wire.post("/v2/keys/rotate", (c) => {
    parts.keys.currentSigningKey = parts.keys.nextSigningKey;
    parts.keys.nextSigningKey = parts.makeId("sig_");
    return c.json(show());
  });
}
