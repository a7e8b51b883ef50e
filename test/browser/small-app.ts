/** For browser tests: the workspace and its page with a small Slack app of our own behind them, on a port. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { AddressInfo } from "node:net";
import { WorldClock } from "#src/local/clock.ts";
import { createPage } from "#src/local/page/page-door.ts";
import type { JsonObject } from "#src/local/slack/shapes.ts";
import { startSlack, type LocalSlack } from "#src/local/slack/start-slack.ts";
import { atEnd } from "./open-page.ts";

export type Payload = JsonObject & { type: string; trigger_id?: string };

export interface SmallApp {
  address: string;
  slack: LocalSlack;
  /** What the app received: commands, clicks, modals, events. */
  received: Payload[];
  /** How the app answers; 200 without a body unless it says otherwise. */
  answer: (payload: Payload) => Response | undefined | Promise<Response | undefined>;
  /** A call of Slack's Web API as the app. Throws what Slack refuses. */
  call(method: string, args: JsonObject): Promise<JsonObject>;
}

async function readPayload(request: Request): Promise<Payload> {
  const raw = await request.text();
  if (request.headers.get("content-type") === "application/json") return JSON.parse(raw) as Payload;
  const form = new URLSearchParams(raw);
  const payload = form.get("payload");
  return payload === null ? { type: "command", ...Object.fromEntries(form) } : (JSON.parse(payload) as Payload);
}

function serveOn(fetchHandler: (request: Request) => Response | Promise<Response>): Promise<string> {
  return new Promise((resolve) => {
    const server = serve({ fetch: fetchHandler, port: 0, hostname: "127.0.0.1" }, (info: AddressInfo) =>
      resolve(`http://127.0.0.1:${info.port}`),
    );
    atEnd(async () => {
      const { promise, resolve: closed } = Promise.withResolvers<void>();
      server.close(() => closed());
      if ("closeAllConnections" in server) server.closeAllConnections();
      await promise;
    });
  });
}

export async function startSmallApp(): Promise<SmallApp> {
  const clock = new WorldClock();
  const door = new Hono();
  let address = "";
  const slack = startSlack({
    clock,
    appUrl: () => address,
    publicBase: () => `${address}/_world/slack`,
    // A busy machine is no slow app.
    ackTimeoutMs: 60_000,
    app: { shortcuts: [{ callbackId: "new_note", name: "New note", type: "global" }] },
  });
  const grant = slack.grants.find(slack.credentials.botToken);
  if (grant !== undefined) slack.grants.put({ ...grant, scopes: [...grant.scopes, "files:write"] });
  const page = createPage(slack, clock);
  const app: SmallApp = {
    address,
    slack,
    received: [],
    answer: () => undefined,
    async call(method, args) {
      const response = await slack.wire.request(`/api/${method}`, {
        method: "POST",
        headers: { authorization: `Bearer ${slack.credentials.botToken}`, "content-type": "application/json" },
        body: JSON.stringify(args),
      });
      const body = (await response.json()) as JsonObject;
      if (body["ok"] !== true) throw new Error(`${method}: ${JSON.stringify(body)}`);
      return body;
    },
  };
  door.route("/_world/slack", slack.wire);
  door.route("/", page.wire);
  door.get("/api/meta-sync/words", (c) => c.json({ error: "none here" }, 404));
  door.post("/api/slack/events", async (c) => {
    const payload = await readPayload(c.req.raw);
    app.received.push(payload);
    return (await app.answer(payload)) ?? c.body(null, 200);
  });
  address = await serveOn((request) => door.fetch(request));
  app.address = address;
  atEnd(async () => {
    page.close();
    slack.close();
    clock.stop();
    await Promise.resolve();
  });
  return app;
}
