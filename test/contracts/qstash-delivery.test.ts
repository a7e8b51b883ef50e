/** What a destination receives: bytes, headers and signature, checked by the official Receiver and by hand. */
import { Receiver } from "@upstash/qstash";
import { describe, expect, test } from "vitest";
import { openWorld, readSignature, useQstash, WORKER, type Received } from "./qstash-setup.ts";

useQstash();

const keys = { currentSigningKey: "sig_current", nextSigningKey: "sig_next" };

async function verify(receiver: Receiver, received: Received): Promise<boolean> {
  const signature = received.headers.get("upstash-signature") ?? "";
  return await receiver.verify({ signature, body: received.text, url: received.url });
}

describe("body and signature", () => {
  test.each([
    ["JSON", '{"a":1,  "b":"x"}\n'],
    ["UTF-8 beyond the basic plane", "Grüße, 東京, 🦊\u0000\r\n"],
    ["empty", ""],
  ])("%s arrives byte by byte and verifies", async (_name, body) => {
    const { client, qstash, sink } = await openWorld(keys);
    await client.publish({ url: WORKER, body });
    await qstash.deliverDue();
    expect(Buffer.from(sink.last().body)).toEqual(Buffer.from(body));
    expect(await verify(new Receiver({ ...keys, devMode: false }), sink.last())).toBe(true);
    readSignature(sink.last(), keys.currentSigningKey);
  });

  test("bytes that are no text stay as they are", async () => {
    const { call, qstash, sink } = await openWorld(keys);
    const body = Uint8Array.from({ length: 256 }, (_, at) => at);
    await call(`/v2/publish/${WORKER}`, { method: "POST", body });
    const [pending] = qstash.pending();
    expect(await (await call(`/v2/messages/${pending?.messageId}`)).json()).toMatchObject({
      bodyBase64: Buffer.from(body).toString("base64"),
    });
    await qstash.deliverDue();
    expect(Buffer.from(sink.last().body)).toEqual(Buffer.from(body));
    readSignature(sink.last(), keys.currentSigningKey);
  });

  test.each(["http://127.0.0.1:3000", `${WORKER}?job=1&b=%2F`, "http://localhost:3000/a//b/?x"])(
    "sub is %s to the letter",
    async (url) => {
      const { client, qstash, sink } = await openWorld(keys);
      await client.publish({ url, body: "x" });
      await qstash.deliverDue();
      expect(readSignature(sink.last(), keys.currentSigningKey).sub).toBe(url);
      const receiver = new Receiver({ ...keys, devMode: false });
      expect(await verify(receiver, sink.last())).toBe(true);
      await expect(verify(receiver, { ...sink.last(), url: `${url}/` })).rejects.toThrow("invalid subject");
    },
  );

  test("claims: Upstash, real time with five minutes of life, nbf 0, a fresh jti for each attempt", async () => {
    const world = await openWorld(keys);
    world.sink.respond = () => new Response("no", { status: 500 });
    await world.client.publish({ url: WORKER, body: "x", retries: 1 });
    const before = Math.floor(Date.now() / 1000);
    await world.qstash.deliverDue();
    await world.pass(12_000);
    const [first, second] = world.sink.received.map((received) => readSignature(received, keys.currentSigningKey));
    expect(first).toMatchObject({ iss: "Upstash", nbf: 0, jti: expect.stringMatching(/^jwt_/) });
    expect(first?.iat).toBeGreaterThanOrEqual(before);
    expect(first?.iat).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
    expect(first?.exp).toBe((first?.iat ?? 0) + 300);
    expect(second?.jti).not.toBe(first?.jti);
  });

  test("a changed body or another key doesn't verify", async () => {
    const { client, qstash, sink } = await openWorld(keys);
    await client.publish({ url: WORKER, body: "x" });
    await qstash.deliverDue();
    const receiver = new Receiver({ ...keys, devMode: false });
    await expect(verify(receiver, { ...sink.last(), text: "y" })).rejects.toThrow("body hash does not match");
    const other = new Receiver({ currentSigningKey: "sig_a", nextSigningKey: "sig_b", devMode: false });
    await expect(verify(other, sink.last())).rejects.toThrow("signature verification failed");
  });

  test("after a rotation the old receiver verifies by its next key, after two it doesn't", async () => {
    const { call, client, qstash, sink } = await openWorld(keys);
    const receiver = new Receiver({ ...keys, devMode: false });
    const rotated = await call("/v2/keys/rotate", { method: "POST" });
    expect(await rotated.json()).toEqual({ current: "sig_next", next: qstash.keys.nextSigningKey });
    await client.publish({ url: WORKER, body: "x" });
    await qstash.deliverDue();
    readSignature(sink.last(), "sig_next");
    expect(await verify(receiver, sink.last())).toBe(true);
    await call("/v2/keys/rotate", { method: "POST" });
    await client.publish({ url: WORKER, body: "x" });
    await qstash.deliverDue();
    await expect(verify(receiver, sink.last())).rejects.toThrow("signature verification failed");
  });
});

describe("headers", () => {
  test("the service's own, the forwarded ones without their prefix, none of the options", async () => {
    const { client, qstash, sink } = await openWorld();
    const { messageId } = await client.publishJSON({
      url: WORKER,
      body: {},
      label: "l",
      retries: 1,
      headers: { Authorization: "Bearer app", "X-Trace": "t", "Content-Length": "999" },
    });
    await qstash.deliverDue();
    const headers = Object.fromEntries(sink.last().headers);
    expect(headers).toMatchObject({
      "user-agent": "Upstash-QStash",
      "content-type": "application/json",
      authorization: "Bearer app",
      "x-trace": "t",
      "upstash-message-id": messageId,
      "upstash-retried": "0",
      "upstash-caller-ip": "127.0.0.1",
      "upstash-region": "EU-CENTRAL-1",
    });
    const own = Object.keys(headers).filter((name) => name.startsWith("upstash-"));
    expect(own.toSorted()).toEqual([
      "upstash-caller-ip",
      "upstash-message-id",
      "upstash-region",
      "upstash-retried",
      "upstash-signature",
    ]);
  });

  test("GET carries no body, and the signature is that of none", async () => {
    const { client, qstash, sink } = await openWorld(keys);
    await client.publish({ url: WORKER, method: "GET", body: "ignored" });
    await qstash.deliverDue();
    expect(sink.last()).toMatchObject({ method: "GET", text: "" });
    readSignature(sink.last(), keys.currentSigningKey);
  });
});

test("only this machine and allowed hosts are reached; the error says so", async () => {
  const { client, qstash, sink } = await openWorld({ allowHosts: ["app.test"] });
  await client.publish({ url: "https://app.test/x", retries: 0 });
  await client.publish({ url: "https://example.com/x", retries: 0 });
  await qstash.deliverDue();
  expect(sink.received.map(({ url }) => url)).toEqual(["https://app.test/x"]);
  const { logs } = await client.logs({ filter: { state: "ERROR" } });
  expect(logs).toMatchObject([
    {
      url: "https://example.com/x",
      error: 'the embedded QStash delivers to this machine only: "example.com" is neither loopback nor in allowHosts',
    },
  ]);
});
