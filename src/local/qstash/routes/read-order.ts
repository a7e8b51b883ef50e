/** Reads a publish or schedule request: raw destination, the headers that matter, body bytes. */
import type { Context } from "hono";
import { readRawDestination } from "../destination.ts";
import type { PublishOrder } from "../publish-message.ts";

/** Publishers reach an embedded queue from this machine. */
export const CALLER_IP = "127.0.0.1";

/** `marker` stands before the destination in the path, for example `/v2/publish/`. */
export async function readOrder(c: Context, marker: string): Promise<PublishOrder> {
  const { url, configuration } = readRawDestination(c.req.url, marker);
  const headers = { ...configuration, ...pickHeaders(c.req.raw.headers) };
  return { destination: url, headers, body: new Uint8Array(await c.req.arrayBuffer()), callerIp: CALLER_IP };
}

/** Content-Type and everything of QStash's own, without its telemetry; names in lower case. */
export function pickHeaders(headers: Iterable<[string, string]>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    const isOption = name.startsWith("upstash-") && !name.startsWith("upstash-telemetry-");
    if (isOption || name === "content-type") picked[name] = value;
  }
  return picked;
}
