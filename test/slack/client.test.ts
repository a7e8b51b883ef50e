/** The client against the local Slack, called in process, and against answers that only a broken network gives. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { WorldClock } from "#src/local/clock.ts";
import { type LocalSlack, startSlack } from "#src/local/slack/start-slack.ts";
import { buildReportView } from "#src/report/view.ts";
import { createSlackClient, type SlackClient } from "#src/slack/client.ts";
import { SlackError } from "#src/slack/errors.ts";
import { renderLiving, renderReport } from "#src/slack/job-messages.ts";
import { section, type SlackMessage } from "#src/slack/message.ts";
import type { Fetch } from "#src/slack/respond.ts";
import { failureOf } from "#src/sync/failure.ts";
import { after, isoAfter, sampleFigures, sampleJob, succeededJob } from "../report/samples.ts";

let clock: WorldClock;
let slack: LocalSlack;
let client: SlackClient;
let responseUrl: string;

/** The app behind the command only remembers where it may answer. */
const app: Fetch = async (input, init) => {
  responseUrl = new URLSearchParams(await new Request(input, init).text()).get("response_url") ?? "";
  return new Response("");
};

const toSlack: Fetch = async (input, init) => slack.wire.fetch(new Request(input, init));

function clientFor(token: string, fetch: Fetch = toSlack, timeoutMs = 8000): SlackClient {
  return createSlackClient({ token, apiUrl: "https://slack.com/api/", timeoutMs, fetch });
}

beforeEach(() => {
  clock = new WorldClock();
  slack = startSlack({ clock, appUrl: () => "https://app.example", fetch: app });
  client = clientFor(slack.credentials.botToken);
});

afterEach(() => {
  slack.close();
  clock.stop();
});

const hello: SlackMessage = { text: "Hello.", blocks: [section("Hello.")] };

async function failing(call: Promise<unknown>): Promise<SlackError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SlackError)) throw new Error(`expected a SlackError, got ${String(error)}`);
  return error;
}

test("a message is posted, edited and answered in its thread, without unfurling", async () => {
  const root = await client.postMessage({ channel: "C0ADS", threadTs: null, message: hello });
  await client.updateMessage({ ...root, message: { text: "Changed.", blocks: [section("Changed.")] } });
  const metadata = { eventType: "sync_report", payload: { jobId: "j1", attempt: 1 } };
  await client.postMessage({ channel: "C0ADS", threadTs: root.ts, message: hello, metadata });
  const thread = slack.thread("C0ADS", root.ts);
  expect([thread?.message.text, thread?.replies.map((reply) => reply.text)]).toEqual(["Changed.", ["Hello."]]);
  const posts = slack.calls("chat.postMessage").map((call) => call.args);
  expect(posts.map((args) => [args["unfurl_links"], args["unfurl_media"], args["link_names"]])).toEqual(
    posts.map(() => [expect.toSatisfy(isFalse), expect.toSatisfy(isFalse), undefined]),
  );
});

function isFalse(value: unknown): boolean {
  return value === false || value === "false";
}

test("the local Slack takes every message of a job as it is rendered", async () => {
  const real = { sampleData: true };
  const snoozed = { state: "snoozed", snoozeReason: "meta", snoozedUntil: isoAfter(900) } as const;
  const failure = failureOf("token_expired", "Meta says the access token has expired.", { code: 190 });
  const jobs = [
    sampleJob({ state: "queued", streams: [] }),
    sampleJob(),
    sampleJob(snoozed),
    succeededJob({ warnings: ["One <b>"], accountName: "<!channel> متجر 👩‍👩‍👧‍👦" }),
    succeededJob({ state: "failed", failure, attempt: 2 }),
    succeededJob({ state: "cancelled", cancelledBy: "U0BEN" }),
  ];
  for (const job of jobs) {
    const view = buildReportView(job, sampleFigures(), after(72), real);
    const root = await client.postMessage({ channel: "C0ADS", threadTs: null, message: hello });
    await client.updateMessage({ ...root, message: renderLiving(view) });
    const report = renderReport(view);
    if (report !== null) await client.postMessage({ channel: "C0ADS", threadTs: root.ts, message: report });
  }
  expect(slack.calls().every((call) => call.outcome === "ok")).toBe(true);
});

test("a message beyond the limits is cut before it leaves; one that can't be cut does not leave", async () => {
  const long = { text: "x".repeat(5000), blocks: Array.from({ length: 60 }, () => section("y".repeat(3500))) };
  await client.postMessage({ channel: "C0ADS", threadTs: null, message: long });
  const twins: SlackMessage = { text: "Twins.", blocks: [section("a", "same"), section("b", "same")] };
  const error = await failing(client.postMessage({ channel: "C0ADS", threadTs: null, message: twins }));
  expect([error.kind, error.mayHaveHappened]).toEqual(["invalid_blocks", false]);
  expect(slack.calls("chat.postMessage")).toHaveLength(1);
});

test("one person gets an ephemeral message, as text alone too", async () => {
  const message = { text: "Only you.", blocks: [] };
  await client.postEphemeral({ channel: "C0ADS", userId: "U0ANA", threadTs: null, message });
  expect(slack.ephemerals().map((one) => one.text)).toEqual(["Only you."]);
});

test("a direct message goes to a person whether or not the token may open one", async () => {
  const channel = await client.openDirectMessage("U0ANA");
  await client.postMessage({ channel, threadTs: null, message: hello });
  expect(slack.messages("D0ANA").map((message) => message.text)).toEqual(["Hello."]);
});

test("people by what they are here", async () => {
  const people = ["U0ANA", "U0BEN", "U0GUEST", "U0EXT", slack.credentials.botUserId, "U0NOBODY"];
  const facts = await Promise.all(people.map((id) => client.readPerson(id)));
  expect(facts.map((person) => person.kind)).toEqual(["admin", "member", "guest", "external", "bot", "unknown"]);
  expect(facts[0]?.timezone).toBe("Europe/Berlin");
});

test("channels by who can read them", async () => {
  const channels = ["C0ADS", "G0PRIV", "C0SHARED", "D0ANA", "C0ARCH", "C0NOWHERE"];
  const facts = await Promise.all(channels.map((id) => client.readChannel(id)));
  expect(facts.map((channel) => channel.kind)).toEqual(["internal", "internal", "shared", "dm", "archived", "unknown"]);
  expect(facts[0]?.name).toBe("ads");
});

test("the token's own facts, with the scopes that Slack's header names", async () => {
  const facts = await client.checkAuth();
  expect(facts).toMatchObject({ teamId: "T0ACME01", botUserId: "U0METASYNC", enterpriseId: null });
  expect(facts.scopes).toContain("chat:write");
});

test("a response_url is answered, and when it is spent the answer says so without the address", async () => {
  await slack.sendCommand({ channel: "C0NOBOT", user: "U0ANA", command: "/meta-sync", text: "help" });
  await client.respond(responseUrl, { text: "Read.", responseType: "ephemeral" });
  expect(slack.ephemerals().map((one) => one.text)).toEqual(["Read."]);
  await clock.advance(31 * 60_000);
  const error = await failing(client.respond(responseUrl, { text: "Late.", responseType: "ephemeral" }));
  expect(error.kind).toBe("message_gone");
  expect(error.message + String(error.cause)).not.toContain(new URL(responseUrl).pathname);
});

test("each refusal has its kind", async () => {
  const post = (channel: string) => failing(client.postMessage({ channel, threadTs: null, message: hello }));
  const kinds = [
    (await post("C0NOBOT")).kind,
    (await post("C0NOWHERE")).kind,
    (await post("C0ARCH")).kind,
    (await failing(client.updateMessage({ channel: "C0ADS", ts: "1700000000.000001", message: hello }))).kind,
    (await failing(clientFor("xoxb-wrong").checkAuth())).kind,
  ];
  expect(kinds).toEqual(["not_in_channel", "not_in_channel", "channel_gone", "message_gone", "token_dead"]);
  expect((await post("C0NOBOT")).message).toBe(
    "Slack answered chat.postMessage for C0NOBOT with not_in_channel: invite the bot with /invite @meta-sync in that channel",
  );
});

test("a rate limit names its seconds, at once, and is asked once", async () => {
  slack.faults.add({ kind: "ratelimited", method: "chat.postMessage", retryAfterSeconds: 17 });
  const error = await failing(client.postMessage({ channel: "C0ADS", threadTs: null, message: hello }));
  expect([error.kind, error.retryAfterSeconds, error.mayHaveHappened]).toEqual(["rate_limited", 17, false]);
  expect(slack.calls("chat.postMessage")).toHaveLength(1);
});

test("a lost answer says that the message may stand", async () => {
  slack.faults.add({ kind: "lost_answer", method: "chat.postMessage" });
  const error = await failing(client.postMessage({ channel: "C0ADS", threadTs: null, message: hello }));
  expect([error.kind, error.code, error.mayHaveHappened]).toEqual(["passing", "HTTP 502", true]);
  expect(slack.messages("C0ADS")).toHaveLength(1);
});

test("a Slack that hangs is given up after the timeout", async () => {
  const hang: Fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  const error = await failing(clientFor("xoxb-1", hang, 20).checkAuth());
  expect([error.kind, error.code, error.mayHaveHappened]).toEqual(["passing", "no answer in time", true]);
  const late = clientFor("xoxb-1", hang, 20).respond("https://hooks.slack.com/x", {
    text: "x",
    responseType: "ephemeral",
  });
  expect((await failing(late)).code).toBe("no answer in time");
});

/** [what the network did, its answer, kind, may have happened]. */
const broken: [string, Fetch, string, boolean][] = [
  ["HTML with 200", async () => new Response("<html>token xoxb-secret</html>"), "passing", true],
  ["429 without a time", async () => new Response("", { status: 429 }), "rate_limited", false],
  [
    "reset",
    async () => Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNRESET" } })),
    "passing",
    true,
  ],
  [
    "nobody there",
    async () => Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } })),
    "passing",
    false,
  ],
  ["an answer without ts", async () => Response.json({ ok: true }), "passing", true],
  ["a code nobody listed", async () => Response.json({ ok: false, error: "brand_new_refusal" }), "refused", false],
  ["a fatal error", async () => Response.json({ ok: false, error: "fatal_error" }), "passing", true],
  [
    "a scope is missing",
    async () => Response.json({ ok: false, error: "missing_scope", needed: "chat:write", provided: "commands" }),
    "missing_scope",
    false,
  ],
];

test.each(broken)("%s", async (_, fetch, kind, mayHaveHappened) => {
  const error = await failing(
    clientFor("xoxb-secret", fetch).postMessage({ channel: "C1", threadTs: null, message: hello }),
  );
  expect([error.kind, error.mayHaveHappened]).toEqual([kind, mayHaveHappened]);
  expect(error.retryAfterSeconds).toBe(kind === "rate_limited" ? 30 : null);
  // I10: no secret in a message.
  expect(error.message).not.toContain("xoxb");
});

test("what Slack says more is in the message: the scope it needs, the block it refuses", async () => {
  const needs = async () =>
    Response.json({ ok: false, error: "missing_scope", needed: "chat:write", provided: "commands" });
  const scope = await failing(clientFor("xoxb-1", needs).checkAuth());
  expect(scope.message).toContain("(needs chat:write; has commands)");
  slack.faults.add({ kind: "invalid_blocks", method: "chat.postMessage" });
  const blocks = await failing(client.postMessage({ channel: "C0ADS", threadTs: null, message: hello }));
  expect(blocks.kind).toBe("invalid_blocks");
});

test("two clients never share a token", async () => {
  const seen: (string | null)[] = [];
  const listening: Fetch = async (input, init) => {
    seen.push(new Request(input, init).headers.get("authorization"));
    return Response.json({ ok: true, channel: "C1", ts: "1.1" });
  };
  const [first, second] = [clientFor("xoxb-1", listening), clientFor("xoxb-2", listening)];
  for (const one of [first, second, first]) await one.postMessage({ channel: "C1", threadTs: null, message: hello });
  expect(seen).toEqual(["Bearer xoxb-1", "Bearer xoxb-2", "Bearer xoxb-1"]);
});
