/** I10: a whole job with a failure, a retry and every door, then a search for each secret wherever something is kept or sent. */
import { expect, test } from "vitest";
import { accounts, apiKey, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { press, replyTs, startByHttp, statusByHttp, sweep } from "./steps.ts";

useWorlds();

interface Sent {
  to: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Every request that leaves the product, as it leaves. */
function recordRequests(world: TestWorld): Sent[] {
  const sent: Sent[] = [];
  const neighbours = { slack: world.slack, queue: world.queue, graph: world.graph, database: world.postgres };
  for (const [to, { wire }] of Object.entries(neighbours)) {
    const { fetch } = wire;
    wire.fetch = async (request, ...more) => {
      const headers = Object.fromEntries(request.headers);
      sent.push({ to, url: request.url, headers, body: await request.clone().text() });
      return fetch(request, ...more);
    };
  }
  return sent;
}

/** Every table that isn't Postgres's own, as text. */
async function dumpEverything(world: TestWorld): Promise<string> {
  const tables = await world.query(
    "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')",
  );
  expect(tables.length).toBeGreaterThan(15);
  const texts: string[] = [];
  for (const { name } of tables) {
    const [row] = await world.query(`select string_agg(t::text, e'\\n') as text from ${String(name)} t`);
    texts.push(`${String(name)}\n${String(row?.["text"])}`);
  }
  return texts.join("\n");
}

/** The only places a secret may stand in: where the neighbour itself wants it. */
const allowedHeaders: Record<string, readonly string[]> = {
  slack: ["authorization"],
  queue: ["authorization"],
  graph: ["authorization"],
  database: ["authorization", "apikey"],
};

function visibleParts({ to, url, headers, body }: Sent): string {
  const shown = Object.entries(headers).filter(([name]) => allowedHeaders[to]?.includes(name) !== true);
  const address = new URL(url);
  // An answer by response_url goes to that address; asking what a token may do names it.
  const isResponse = address.host === "hooks.slack.com";
  if (address.pathname.endsWith("/debug_token")) address.searchParams.delete("input_token");
  return [isResponse ? "" : address.href, JSON.stringify(shown), body].join("\n");
}

const forms = (secret: string) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];

function expectNoSecret(secrets: Record<string, string>, places: Record<string, string>): void {
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => forms(secret).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${place}`),
  );
  expect(found).toEqual([]);
}

test("I10: no secret in a row in clear, a message, a URL or a log line, from the order through a failure to the summary", async () => {
  const world = await createWorld({ config: { workersPerJob: 1, sliceConcurrency: 1 } });
  const sent = recordRequests(world);
  const { slack, queue, graph, postgres } = world;
  const places: Record<string, string> = {};

  // Nobody is known yet and Slack is away: the order waits, with its response_url sealed in its row.
  slack.faults.add({ kind: "down", times: null, method: "users.info" });
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  places["the rows while the order waits"] = await dumpEverything(world);
  expect(await world.query("select 1 from meta_sync.orders where sealed_response_url is not null")).toHaveLength(1);
  slack.faults.clear();
  graph.faults.add({ match: { account: accounts.kolkata, nth: 2 }, action: { kind: "reset" } });
  graph.faults.add({ match: { account: accounts.kolkata, nth: 4 }, action: { kind: "html" } });
  graph.faults.add({ match: { level: "ad" }, times: 1, action: { kind: "error", code: 190, subcode: 460, http: 400 } });
  queue.faults.add({ kind: "publish-5xx", times: 1 });
  postgres.faults.mode = "down";
  await sweep(world).catch(() => null);
  postgres.faults.mode = "none";
  for (let tries = 0; tries < 3; tries += 1) {
    await world.clock.advance(30_000);
    await sweep(world);
    await world.run();
  }
  places["the rows after the failure"] = await dumpEverything(world);
  await press(world, replyTs(world), "job.retry");
  await world.run();
  expect(await world.query("select state, attempt from public.background_jobs")).toEqual([
    { state: "succeeded", attempt: 2 },
  ]);
  const started = await startByHttp(world, accounts.berlin, "7d");
  await statusByHttp(world, started.json["requestId"]);
  await world.run();
  expect((await world.services.meta.debugToken(AbortSignal.timeout(10_000))).valid).toBe(true);

  const responseUrls = sent.filter(({ url }) => url.startsWith("https://hooks.slack.com/")).map(({ url }) => url);
  expect(responseUrls.length).toBeGreaterThan(1);
  const secrets: Record<string, string> = {
    "Slack's bot token": slack.credentials.botToken,
    "Slack's signing secret": slack.credentials.signingSecret,
    "QStash's token": queue.keys.token,
    "QStash's signing key": queue.keys.currentSigningKey,
    "QStash's next signing key": queue.keys.nextSigningKey,
    "Supabase's service role key": postgres.keys.serviceRoleKey,
    "Supabase's secret key": postgres.keys.secretKey,
    "Supabase's JWT secret": postgres.keys.jwtSecret,
    "Meta's access token": graph.credentials.accessToken,
    "Meta's app secret": graph.credentials.appSecret,
    SECRETS_KEY: world.services.config.secretsKey ?? "",
    "the API key": apiKey,
    ...Object.fromEntries(responseUrls.map((url, index) => [`response_url ${index}`, url])),
  };
  for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(15);
  // The search finds what is there: each of these is sent where it belongs.
  const headers = JSON.stringify(sent.map((request) => request.headers));
  for (const name of ["Slack's bot token", "QStash's token", "Supabase's service role key", "Meta's access token"])
    expect(headers, name).toContain(secrets[name]);

  const threads = ["C0ADS", ...slack.channels.list().map(({ id }) => id)].map((id) => slack.messages(id));
  expectNoSecret(secrets, {
    ...places,
    "the rows at the end": await dumpEverything(world),
    "the log": world.logLines.join("\n"),
    "a message": JSON.stringify([threads, slack.ephemerals()]),
    ...Object.fromEntries(sent.map((request, index) => [`request ${index} to ${request.to}`, visibleParts(request)])),
  });
  expect(world.logLines.length).toBeGreaterThan(10);
});
