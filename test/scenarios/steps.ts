/** Steps that several stories share: calls of the HTTP interface, signed deliveries, presses of a button, what was asked of Meta. */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { appOrigin, withKey, type TestWorld } from "#test/support/world.ts";

export const startPath = "/api/meta-marketing-daily";
export const workerPath = "/api/meta-marketing-worker";

export interface Answer {
  status: number;
  headers: Headers;
  json: Record<string, unknown>;
}

/** One request of a web client; `init` adds to, or replaces, the one documented header. */
export async function ask(world: TestWorld, path: string, init: RequestInit = withKey): Promise<Answer> {
  const response = await world.request(path, init);
  return { status: response.status, headers: response.headers, json: (await response.json()) as Answer["json"] };
}

export function startByHttp(world: TestWorld, account: string, timeframe: string, init?: RequestInit): Promise<Answer> {
  return ask(world, `${startPath}?action=getData&accountId=${account}&timeframe=${timeframe}`, init);
}

export function statusByHttp(world: TestWorld, requestId: unknown, init?: RequestInit): Promise<Answer> {
  return ask(world, `${startPath}/status?requestId=${String(requestId)}`, init);
}

export interface DeliveryChanges {
  key?: string;
  /** The address that is signed. */
  url?: string;
  /** The body that is hashed. */
  hashed?: string;
  /** Claims put over those of a genuine delivery; undefined takes one out. */
  claims?: Record<string, unknown>;
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** `Upstash-Signature` by QStash's own rules, written here again so that it can be bent. */
export function signDelivery(world: TestWorld, path: string, body: string, changes: DeliveryChanges = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "Upstash",
    sub: changes.url ?? `${appOrigin}${path}`,
    exp: now + 300,
    nbf: 0,
    iat: now,
    jti: `jwt_${randomUUID()}`,
    body: `${createHash("sha256")
      .update(changes.hashed ?? body)
      .digest("base64url")}=`,
    ...changes.claims,
  };
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const key = changes.key ?? world.queue.keys.currentSigningKey;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

/** A delivery at the worker's door, past the queue. */
export async function deliver(
  world: TestWorld,
  body: string,
  changes: DeliveryChanges = {},
  path = workerPath,
): Promise<Response> {
  return world.request(path, {
    method: "POST",
    headers: { "content-type": "application/json", "upstash-signature": signDelivery(world, path, body, changes) },
    body,
  });
}

/** What the sweep's schedule delivers every 10 minutes, and a long-lived host's timer does every 5 s. */
export async function sweep(world: TestWorld): Promise<void> {
  const response = await deliver(world, JSON.stringify({ kind: "sweep" }));
  if (response.status !== 200) throw new Error(`The sweep answered ${response.status}`);
  await world.services.background.settle();
}

/** A request to Slack's door, signed by Slack's rules over exactly this body; the HTTP status of the answer. */
export async function sendToSlackDoor(
  world: TestWorld,
  body: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac("sha256", world.slack.credentials.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest("hex");
  const signed = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${mac}` };
  const response = await world.request("/api/slack/events", {
    method: "POST",
    headers: { "content-type": "application/json", ...signed, ...headers },
    body,
  });
  return response.status;
}

/** A person presses a button of a message; the answer comes by response_url. */
export async function press(
  world: TestWorld,
  ts: string,
  actionId: string,
  options: { user?: string; channel?: string } = {},
) {
  return world.slack.sendClick({ user: options.user ?? "U0ANA", channel: options.channel ?? "C0ADS", ts, actionId });
}

/** The buttons of a message, by action id. */
export function buttonsOf(world: TestWorld, ts: string, channel = "C0ADS"): string[] {
  const message = world.slack.messages(channel).find((one) => one.ts === ts);
  return (message?.blocks ?? [])
    .flatMap((block) => (Array.isArray(block["elements"]) ? (block["elements"] as unknown[]) : []))
    .flatMap((element) => {
      const id =
        typeof element === "object" && element !== null && "action_id" in element ? element.action_id : undefined;
      return typeof id === "string" ? [id] : [];
    });
}

/** The ts of the first reply of a thread: the summary or the failure's card. */
export function replyTs(world: TestWorld, index = 0, channel = "C0ADS"): string {
  const replies = world.slack.threads(channel).flatMap((thread) => thread.replies);
  const reply = replies.at(index);
  if (reply === undefined) throw new Error(`There is no reply ${index} in ${channel}`);
  return reply.ts;
}

/** What only this person saw, oldest first. */
export function ephemeralsOf(world: TestWorld, user = "U0ANA"): string[] {
  return world.slack
    .ephemerals()
    .filter((message) => message.to === user)
    .map((message) => message.text);
}

/** Calls to Meta about ad accounts since the world began, in order (the list of accounts at start is left out). */
export function metaCalls(world: TestWorld, account?: string) {
  return world.graph.calls.list(account === undefined ? {} : { account }).filter((call) => call.account !== null);
}

/** One line per call: what was asked, cursors aside. */
export function callKey(call: { path: string; query: Record<string, string> }): string {
  const { level, filtering, time_range: range, time_increment: increment, after } = call.query;
  return [call.path.replace(/^\/v[\d.]+\//, ""), level, filtering, range, increment, after === undefined ? "" : "…"]
    .filter(Boolean)
    .join(" ");
}

/** A digest per table of the warehouse, without when and by which job a row was written: equal digests = the same rows. */
export async function warehouse(world: TestWorld): Promise<Record<string, unknown>[]> {
  const tables = await world.query(
    "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'meta_ads' and c.relkind = 'r' order by 1",
  );
  const found: Record<string, unknown>[] = [];
  for (const { name } of tables) {
    const [row] = await world.query(
      `select count(*)::int as rows, md5(coalesce(string_agg(x, ',' order by x), '')) as digest from
       (select (to_jsonb(t) - 'job_id' - 'first_seen_at' - 'synced_at' - 'valid_from')::text as x
        from meta_ads.${String(name)} t) s`,
    );
    found.push({ name, ...row });
  }
  return found;
}
