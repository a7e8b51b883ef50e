/** POST /v2/publish/<destination>: one message. */
import type { Hono } from "hono";
import type { Parts } from "../parts.ts";
import { publishMessage } from "../publish-message.ts";
import { applyPublishFaults } from "./apply-publish-faults.ts";
import { readOrder } from "./read-order.ts";

export function addPublishRoutes(wire: Hono, parts: Parts): void {
  wire.post("/v2/publish/*", async (c) => {
    const order = await readOrder(c, "/v2/publish/");
    const subject = { labels: (order.headers["upstash-label"] ?? "").split(","), url: order.destination };
    return await applyPublishFaults(parts, c, [subject], () => {
      const answer = publishMessage(parts, order);
      return c.json(answer, answer.deduplicated === true ? 202 : 200);
    });
  });
}
