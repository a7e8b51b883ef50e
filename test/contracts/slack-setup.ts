/** A local Slack on a port of its own, the official client before it and a small Bolt app behind it. */
import { serve } from "@hono/node-server";
import { App, verifySlackRequest } from "@slack/bolt";
import type { Receiver } from "@slack/bolt";
import { LogLevel, WebClient } from "@slack/web-api";
import type { Logger } from "@slack/web-api";
import { Hono } from "hono";
import { WorldClock } from "../../src/local/clock.ts";
import { startSlack } from "../../src/local/slack/start-slack.ts";
import type { LocalSlack, SlackOptions } from "../../src/local/slack/start-slack.ts";

interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, on a free port. */
function listen(app: { fetch: (request: Request) => Response | Promise<Response> }): Promise<Listening> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      }),
    );
  });
}

export interface Bench {
  slack: LocalSlack;
  clock: WorldClock;
  client: WebClient;
  clientFor(token: string): WebClient;
  url: string;
  close(): Promise<void>;
}

/** Refusals are what these tests are about; the clients needn't print them. */
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

const noApp: typeof fetch = () => Promise.reject(new Error("This test has no app behind Slack."));

export async function openBench(options: Partial<SlackOptions> = {}): Promise<Bench> {
  const clock = options.clock ?? new WorldClock();
  let url = "";
  const slack = startSlack({
    fetch: noApp,
    appUrl: () => "http://app.example",
    publicBase: () => url,
    ...options,
    clock,
  });
  const server = await listen(slack.wire);
  url = server.url;
  const clientFor = (token: string) =>
    new WebClient(token, {
      slackApiUrl: `${url}/api/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: silent,
    });
  return {
    slack,
    clock,
    client: clientFor(slack.credentials.botToken),
    clientFor,
    url,
    close: async () => {
      slack.close();
      clock.stop();
      await server.close();
    },
  };
}

/** Slack's error word for a call that must fail, with what came along. */
export async function refusal(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  try {
    await call;
  } catch (error) {
    const { data } = error as { data?: { error?: string; response_metadata?: { messages?: string[] } } };
    return { error: data?.error ?? String(error), messages: data?.response_metadata?.messages ?? [] };
  }
  return { error: "ok", messages: [] };
}

/** A Bolt app that is reached by fetch and answers as its listeners do. Verifies each request by Bolt's own check. */
export function openBoltApp(slack: () => LocalSlack): { app: App; door: Hono } {
  const door = new Hono();
  let bolt: App | undefined;
  const receiver: Receiver = {
    init: (app) => {
      bolt = app;
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const app = new App({
    receiver,
    logger: silent,
    authorize: () => Promise.resolve({ botToken: slack().credentials.botToken, botId: slack().credentials.botId }),
  });
  app.error(() => Promise.reject(new Error("A listener of the test app failed.")));
  door.post("/api/slack/events", async (context) => {
    const raw = await context.req.text();
    try {
      verifySlackRequest({
        signingSecret: slack().credentials.signingSecret,
        body: raw,
        headers: {
          "x-slack-signature": context.req.header("x-slack-signature") ?? "",
          "x-slack-request-timestamp": Number(context.req.header("x-slack-request-timestamp")),
        },
      });
    } catch {
      return context.text("", 401);
    }
    const body = readBody(raw, context.req.header("content-type") ?? "");
    if (body["type"] === "url_verification") return context.json({ challenge: body["challenge"] });
    return new Promise<Response>((resolve, reject) => {
      const ack = (answer?: unknown): Promise<void> => {
        resolve(
          typeof answer === "object" ? context.json(answer) : context.text(typeof answer === "string" ? answer : ""),
        );
        return Promise.resolve();
      };
      bolt?.processEvent({ body, ack }).then(() => resolve(context.text("", 404)), reject);
    });
  });
  return { app, door };
}

function readBody(raw: string, contentType: string): Record<string, unknown> {
  if (!contentType.startsWith("application/x-www-form-urlencoded")) return JSON.parse(raw) as Record<string, unknown>;
  const form = new URLSearchParams(raw);
  const payload = form.get("payload");
  return payload === null ? Object.fromEntries(form) : (JSON.parse(payload) as Record<string, unknown>);
}
