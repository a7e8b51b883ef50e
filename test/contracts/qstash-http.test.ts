/** The queue behind a real socket and under a prefix, delivering by real HTTP, by itself. */
import type { AddressInfo } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import { Client, Receiver } from "@upstash/qstash";
import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { openWorld, useQuietClient, type World } from "./qstash-setup.ts";

useQuietClient();

interface Hooked {
  url: string;
  length: string | undefined;
  text: string;
  signature: string;
}

interface Site {
  world: World;
  client: Client;
  origin: string;
  hooked: Hooked[];
}

/** One server with the queue under /_world/qstash, its admin door, and two destinations. */
async function openSite(options: { retries: number } = { retries: 0 }): Promise<Site> {
  const hooked: Hooked[] = [];
  const world = await openWorld({ fetch, autoDeliver: true });
  const root = new Hono();
  root.post("/hook/*", async (c) => {
    const text = await c.req.text();
    const signature = c.req.header("upstash-signature") ?? "";
    hooked.push({ url: c.req.url, length: c.req.header("content-length"), text, signature });
    return c.text("ok");
  });
  root.post("/moved", (c) => c.redirect("/hook/moved", 307));
  root.route("/_world/qstash", world.qstash.wire);
  root.route("/_world/qstash/admin", world.qstash.admin);
  const server = await listen(root);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { token } = world.qstash.keys;
  const retry = { retries: options.retries, backoff: () => 1 };
  const client = new Client({ baseUrl: `${origin}/_world/qstash`, token, devMode: false, retry });
  return { world, client, origin, hooked };
}

async function listen(root: Hono): Promise<ServerType> {
  const server = await new Promise<ServerType>((resolve) => {
    const opened: ServerType = serve({ fetch: root.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(opened));
  });
  onTestFinished(async () => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return server;
}

test("bytes, address and signature survive the sockets", async () => {
  const { world, client, origin, hooked } = await openSite();
  const url = `${origin}/hook//a%2Fb/?u=http://a.com//b`;
  await client.publish({ url, body: "über 🦊" });
  await expect.poll(() => hooked.length).toBe(1);
  expect(hooked[0]).toMatchObject({ url, length: "10", text: "über 🦊" });
  const { currentSigningKey, nextSigningKey } = world.qstash.keys;
  const receiver = new Receiver({ currentSigningKey, nextSigningKey, devMode: false });
  const { signature = "", text = "" } = hooked[0] ?? {};
  expect(await receiver.verify({ signature, body: text, url })).toBe(true);
});

test("a redirect is a failure, not a way", async () => {
  const { world, client, origin, hooked } = await openSite();
  await client.publish({ url: `${origin}/moved`, body: "x", retries: 0 });
  await expect.poll(() => world.qstash.pending()).toEqual([]);
  expect((await client.dlq.listMessages()).messages).toMatchObject([{ responseStatus: 307 }]);
  expect(hooked).toEqual([]);
});

test("nobody listening is a failure with the system's word for it", async () => {
  const { world, client } = await openSite();
  await client.publish({ url: "http://127.0.0.1:9/none", body: "x", retries: 0 });
  await expect.poll(() => world.qstash.pending()).toEqual([]);
  const { messages } = await client.dlq.listMessages();
  expect(messages).toMatchObject([{ responseStatus: 0, responseBody: expect.stringMatching(/fetch failed: .+/) }]);
});

test("a delayed message leaves by a timer that follows the clock", async () => {
  const { world, client, origin, hooked } = await openSite();
  await client.publish({ url: `${origin}/hook/later`, body: "later", delay: "2h" });
  await client.publish({ url: `${origin}/hook/now`, body: "now" });
  await expect.poll(() => hooked.map(({ text }) => text)).toEqual(["now"]);
  await world.clock.advance(7_200_000);
  await expect.poll(() => hooked.map(({ text }) => text)).toEqual(["now", "later"]);
});

test("a schedule fires by its timer", async () => {
  const { world, client, origin, hooked } = await openSite();
  await client.schedules.create({ destination: `${origin}/hook/tick`, cron: "*/10 * * * *", body: "tick" });
  await world.clock.advance(600_000);
  await expect.poll(() => hooked.map(({ text }) => text)).toEqual(["tick"]);
});

test("a lost publish answer cuts the socket: the client tries again, the deduplication id saves the day", async () => {
  const { world, client, origin, hooked } = await openSite({ retries: 2 });
  world.qstash.faults.add({ kind: "lost-publish-answer", times: 1 });
  const answer = await client.publish({ url: `${origin}/hook/once`, body: "once", deduplicationId: "o" });
  expect(answer).toMatchObject({ deduplicated: true });
  await expect.poll(() => hooked.map(({ text }) => text)).toEqual(["once"]);
  await world.qstash.settle();
  expect(hooked).toHaveLength(1);
});

test("the admin door stands beside the API, without its token", async () => {
  const { origin, client } = await openSite();
  await client.publish({ url: `${origin}/hook/x`, delay: "1h" });
  const answer = await fetch(`${origin}/_world/qstash/admin/messages`);
  expect(await answer.json()).toMatchObject({ messages: [{ url: `${origin}/hook/x`, state: "CREATED" }] });
  const unknown = await fetch(`${origin}/_world/qstash/v2/nothing`, { headers: { authorization: "Bearer no" } });
  expect(unknown.status).toBe(401);
});
