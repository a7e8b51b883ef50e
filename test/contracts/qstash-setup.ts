/** A queue, a destination that records what arrives, and the official client pointed at both, for the qstash tests. */
import { createHash, createHmac } from "node:crypto";
import { Client } from "@upstash/qstash";
import { http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { WorldClock } from "#src/local/clock.ts";
import { startQstash, type Qstash, type QstashOptions } from "#src/local/qstash/start-qstash.ts";

export const HOST = "https://qstash.upstash.io";
export const WORKER = "http://127.0.0.1:3000/api/worker";
export const MINUTE_MS = 60_000;

export interface Received {
  url: string;
  method: string;
  headers: Headers;
  body: Uint8Array;
  text: string;
}

export type Respond = (received: Received, index: number) => Response | Promise<Response>;

/** A destination: records every request and answers what the test says, 200 by default. */
export class Sink {
  received: Received[] = [];
  respond: Respond = () => new Response("ok");

  fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = new Uint8Array(await request.arrayBuffer());
    // What was asked for, not what Request makes of it: "https://a.com" gets a slash there.
    const url = typeof input === "string" ? input : request.url;
    const { method, headers } = request;
    const received = { url, method, headers, body, text: Buffer.from(body).toString() };
    this.received.push(received);
    return await this.respond(received, this.received.length - 1);
  };

  texts(): string[] {
    return this.received.map(({ text }) => text);
  }

  last(): Received {
    const last = this.received.at(-1);
    if (last === undefined) throw new Error("nothing was delivered");
    return last;
  }
}

export interface World {
  clock: WorldClock;
  sink: Sink;
  qstash: Qstash;
  client: Client;
  /** Moves the clock and delivers what became due. */
  pass: (ms: number) => Promise<number>;
  /** A call that the client doesn't offer, with the token. */
  call: (path: string, init?: RequestInit) => Promise<Response>;
  /** The same queue again after a stop, on the same directory. */
  restart: (options?: Partial<QstashOptions>) => Promise<void>;
}

const open: Qstash[] = [];
let served: Qstash | undefined;

/** Routes the service's real host to the queue opened last, forbids every other request, closes what was opened. */
export function useQstash(): void {
  const server = setupServer(http.all(`${HOST}/*`, async ({ request }) => await serve(request)));
  beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
  afterAll(() => server.close());
  useQuietClient();
}

/** For tests that open sockets themselves: nothing is intercepted. */
export function useQuietClient(): void {
  // The client prints every refused call.
  beforeEach(() => {
    for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  });
  afterEach(async () => {
    for (const qstash of open.splice(0)) await qstash.close();
  });
}

async function serve(request: Request): Promise<Response> {
  if (served === undefined) throw new Error("no queue is open");
  return await served.wire.fetch(request);
}

/** Opens a queue that delivers only when asked, at a fixed minute of world time. */
export async function openWorld(options: Partial<QstashOptions> = {}): Promise<World> {
  const clock = new WorldClock();
  await clock.setOffset(Date.parse("2026-11-02T08:00:00Z") - Date.now());
  const sink = new Sink();
  const start = (more: Partial<QstashOptions> = {}) => {
    const qstash = startQstash({ clock, fetch: sink.fetch, autoDeliver: false, ...options, ...more });
    open.push(qstash);
    served = qstash;
    return qstash;
  };
  const qstash = start();
  const { token } = qstash.keys;
  const world: World = {
    clock,
    sink,
    qstash,
    client: new Client({ baseUrl: HOST, token, devMode: false, retry: false }),
    pass: async (ms) => {
      await clock.advance(ms);
      return await world.qstash.deliverDue();
    },
    call: async (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token}`);
      return await world.qstash.wire.fetch(new Request(HOST + path, { ...init, headers }));
    },
    restart: async (more) => {
      await world.qstash.close();
      open.splice(open.indexOf(world.qstash), 1);
      world.qstash = start(more);
    },
  };
  return world;
}

export interface Claims {
  iss: string;
  sub: string;
  exp: number;
  nbf: number;
  iat: number;
  jti: string;
  body: string;
}

/** Checks a signature by hand, apart from the official Receiver, and gives its claims. */
export function readSignature(received: Received, signingKey: string): Claims {
  const [header = "", payload = "", mac = ""] = (received.headers.get("upstash-signature") ?? "").split(".");
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "HS256", typ: "JWT" });
  expect(mac).toBe(createHmac("sha256", signingKey).update(`${header}.${payload}`).digest("base64url"));
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  const hash = createHash("sha256").update(received.body).digest("base64");
  expect(claims.body).toBe(hash.replaceAll("+", "-").replaceAll("/", "_"));
  return claims;
}
