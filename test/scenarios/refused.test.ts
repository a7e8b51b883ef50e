/** What is not genuine is refused with nothing changed: the digest of all tables is the same before and after. */
import { expect, test } from "vitest";
import { accounts, appOrigin, createWorld, useWorlds, withKey, type TestWorld } from "#test/support/world.ts";
import {
  ask,
  deliver,
  metaCalls,
  sendToSlackDoor,
  signDelivery,
  startByHttp,
  startPath,
  statusByHttp,
  workerPath,
} from "./steps.ts";

useWorlds();

/** Runs the attempts and expects that nobody would notice. */
async function expectNoEffect(world: TestWorld, attempts: () => Promise<void>): Promise<void> {
  await world.settle();
  const effects = async () => ({
    digest: await world.digest(),
    pending: world.queue.pending().length,
    slack: world.slack.calls().length,
    meta: metaCalls(world).length,
  });
  const before = await effects();
  await attempts();
  await world.settle();
  expect(await effects()).toEqual(before);
}

const order = { user: "U0ANA", channel: "C0ADS", command: "/meta-sync", text: `${accounts.berlin} 7d` };

test("Slack: a wrong signature, another secret, a changed body, a time off by over 300 s either way, no headers", async () => {
  const world = await createWorld();
  await expectNoEffect(world, async () => {
    const wrong = [
      { signature: `v0=${"0".repeat(64)}` },
      { signature: "v0=short" },
      { signature: "" },
      { signingSecret: "another-secret" },
      { timestampOffsetSeconds: -301 },
      { timestampOffsetSeconds: 302 },
      { mutateBody: (raw: string) => raw.replace("7d", "8d") },
    ];
    for (const overrides of wrong) {
      const answer = await world.slack.sendCommand({ ...order, overrides });
      expect(answer.status, JSON.stringify(overrides)).toBe(401);
      expect(answer.body).toBe("");
    }
    const body = new URLSearchParams({ command: "/meta-sync", text: "2026110001 7d" }).toString();
    const bare = await world.request("/api/slack/events", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });
    expect(bare.status).toBe(401);
    expect(await sendToSlackDoor(world, "{}", { "x-slack-request-timestamp": "soon" })).toBe(401);
  });
});

test("Slack: a time off by less than 300 s is let in, either way", async () => {
  const world = await createWorld();
  for (const timestampOffsetSeconds of [-295, 295]) {
    expect(
      (await world.slack.sendCommand({ ...order, text: "help", overrides: { timestampOffsetSeconds } })).status,
    ).toBe(200);
  }
});

test("Slack's probes are answered without effect; the challenge only when it is signed", async () => {
  const world = await createWorld();
  await expectNoEffect(world, async () => {
    expect(await world.slack.sendUrlVerification()).toMatchObject({ status: 200, verified: true });
    expect(await world.slack.sendUrlVerification({ signingSecret: "another-secret" })).toMatchObject({
      status: 401,
      verified: false,
    });
    expect((await world.slack.sendSslCheck()).status).toBe(200);
    // A command can't hide behind the probe that needs no signature.
    const smuggled = await world.slack.sendSslCheck({
      mutateBody: (raw) => `${raw}&command=%2Fmeta-sync&text=2026110001+7d`,
      signature: "v0=0",
    });
    expect(smuggled.status).toBe(200);
  });
});

test("QStash: wrong key, wrong body, another door's address, expired, no expiry, no signature, none at all", async () => {
  const world = await createWorld();
  await startByHttp(world, accounts.berlin, "7d");
  const [message] = world.queue.pending();
  const body = message?.body ?? "";
  const now = Math.floor(Date.now() / 1000);
  world.queue.pause();
  await expectNoEffect(world, async () => {
    const wrong = [
      { key: "sig_somebody_elses_key" },
      { hashed: `${body} ` },
      { url: `${appOrigin}${workerPath}/failed` },
      { url: `https://evil.example.test${workerPath}` },
      { claims: { iat: now - 900, exp: now - 600 } },
      { claims: { exp: undefined } },
      { claims: { nbf: now + 600 } },
      { claims: { iss: "Somebody" } },
    ];
    for (const changes of wrong)
      expect((await deliver(world, body, changes)).status, JSON.stringify(changes)).toBe(401);
    const unsigned = await world.request(workerPath, { method: "POST", body });
    expect(unsigned.status).toBe(401);
    const [head = "", claims = ""] = signDelivery(world, workerPath, body).split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
    for (const signature of [`${head}.${claims}.`, `${none}.${claims}.`, "garbage"]) {
      const response = await world.request(workerPath, {
        method: "POST",
        body,
        headers: { "upstash-signature": signature },
      });
      expect(response.status, signature).toBe(401);
    }
    // What is signed for the worker opens no other door, and the other way round.
    const misdirected = await world.request(`${workerPath}/failed`, {
      method: "POST",
      body,
      headers: { "upstash-signature": signDelivery(world, workerPath, body) },
    });
    expect(misdirected.status).toBe(401);
  });
  world.queue.resume();
});

test("QStash: a key that is being rolled in is good too", async () => {
  const world = await createWorld();
  expect(
    (await deliver(world, JSON.stringify({ kind: "sweep" }), { key: world.queue.keys.nextSigningKey })).status,
  ).toBe(200);
});

test("HTTP: without a key, with a wrong one, with a key's name", async () => {
  const world = await createWorld();
  await expectNoEffect(world, async () => {
    for (const authorization of [
      "",
      "Bearer",
      "Bearer wrong-key-0123456",
      "Bearer tester",
      "Basic dGVzdGVyOg==",
      "Bearer a.b.c",
    ]) {
      const init = { headers: { authorization } };
      expect((await startByHttp(world, accounts.berlin, "7d", init)).status, authorization).toBe(401);
      expect((await statusByHttp(world, "11111111-1111-4111-8111-111111111111", init)).status, authorization).toBe(401);
    }
    const inQuery = await ask(
      world,
      `${startPath}?action=getData&accountId=1&timeframe=7d&key=test-key-0123456789`,
      {},
    );
    expect(inQuery.status).toBe(401);
  });
});

test("a body over 1 MiB is refused at every door, genuine or not, with or without its length", async () => {
  const world = await createWorld();
  const large = "x".repeat(1024 * 1024 + 1);
  const stream = () => new Blob([large]).stream();
  await expectNoEffect(world, async () => {
    expect((await deliver(world, large)).status).toBe(413);
    expect((await deliver(world, large, {}, `${workerPath}/failed`)).status).toBe(413);
    expect(await sendToSlackDoor(world, large)).toBe(413);
    expect((await ask(world, startPath, { ...withKey, method: "POST", body: large })).status).toBe(413);
    const unsized = { method: "POST", body: stream(), duplex: "half" as const };
    expect((await world.request(workerPath, unsized)).status).toBe(413);
    expect((await world.request("/api/slack/events", { ...unsized, body: stream() })).status).toBe(413);
  });
});

test("genuine but unreadable: 489 for QStash, so that it isn't sent again; 400 for Slack and HTTP; nothing of it is logged", async () => {
  const world = await createWorld();
  await expectNoEffect(world, async () => {
    for (const body of [
      "{not json",
      '"secret-words"',
      "{}",
      '{"kind":"slice"}',
      '{"kind":"explode","jobId":"secret-words"}',
    ]) {
      const response = await deliver(world, body);
      expect([response.status, response.headers.get("upstash-nonretryable-error")], body).toEqual([489, "true"]);
      const failed = await deliver(world, body, {}, `${workerPath}/failed`);
      expect([failed.status, failed.headers.get("upstash-nonretryable-error")], body).toEqual([489, "true"]);
    }
    expect(await sendToSlackDoor(world, "{secret-words")).toBe(400);
    expect(await sendToSlackDoor(world, "null")).toBe(400);
    expect(await sendToSlackDoor(world, "[]")).toBe(400);
    expect(
      await sendToSlackDoor(world, "payload=%7Bsecret-words", { "content-type": "application/x-www-form-urlencoded" }),
    ).toBe(400);
    expect((await ask(world, startPath, { ...withKey, method: "POST", body: "{secret-words" })).status).toBe(400);
  });
  expect(world.logLines.join("\n")).not.toContain("secret-words");
});
