/** Every planted fault once: what the official client sees, and what is done all the same. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faultKinds } from "../../src/local/slack/faults.ts";
import type { FaultOrder } from "../../src/local/slack/faults.ts";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ fetch: () => Promise.resolve(new Response(null, { status: 200 })) });
});
afterEach(() => bench.close());

const post = (channel = "C0ADS") => bench.client.chat.postMessage({ channel, text: "x" });
const edit = async (ts: string | undefined) => bench.client.chat.update({ channel: "C0ADS", ts: ts ?? "", text: "y" });
const tested = new Set<string>();
const plant = (order: FaultOrder) => {
  tested.add(order.kind);
  return bench.slack.faults.add(order);
};

describe("each fault hits once, then Slack is well again", () => {
  test.each(["not_in_channel", "is_archived", "invalid_blocks", "token_revoked"] as const)("%s", async (kind) => {
    plant({ kind });
    expect((await refusal(post())).error).toBe(kind);
    expect(bench.slack.messages("C0ADS")).toEqual([]);
    expect((await refusal(post())).error).toBe("ok");
  });

  test.each(["message_not_found", "cant_update_message"] as const)("%s", async (kind) => {
    const { ts } = await post();
    plant({ kind });
    expect((await refusal(post())).error).toBe("ok");
    expect((await refusal(edit(ts))).error).toBe(kind);
    expect((await refusal(edit(ts))).error).toBe("ok");
  });

  test("invalid_blocks carries a pointer", async () => {
    plant({ kind: "invalid_blocks", method: "chat.postMessage" });
    expect((await refusal(post())).messages[0]).toContain("[json-pointer:/blocks/0/type]");
  });

  test("ratelimited: 429 with Retry-After", async () => {
    plant({ kind: "ratelimited", retryAfterSeconds: 7 });
    await expect(post()).rejects.toMatchObject({ code: "slack_webapi_rate_limited_error", retryAfter: 7 });
    expect(bench.slack.counts()["chat.postMessage"]).toEqual({ ratelimited: 1 });
    await post();
  });

  test("down: 503, nothing done", async () => {
    plant({ kind: "down", times: 2 });
    await expect(post()).rejects.toMatchObject({ code: "slack_webapi_http_error", statusCode: 503 });
    await expect(post()).rejects.toMatchObject({ statusCode: 503 });
    await post();
    expect(bench.slack.messages("C0ADS")).toHaveLength(1);
  });

  test("lost_answer: the message is there, the answer isn't", async () => {
    plant({ kind: "lost_answer" });
    await expect(post()).rejects.toMatchObject({ statusCode: 502 });
    expect(bench.slack.messages("C0ADS")).toHaveLength(1);
    expect(bench.slack.calls("chat.postMessage")[0]).toMatchObject({ outcome: "lost_answer", answer: { ok: true } });
  });

  test("hang: no answer until the fault is removed", async () => {
    const fault = plant({ kind: "hang", channel: "C0ADS" });
    let answered = "not yet";
    const hanging = post().then(
      () => "well",
      (error: { statusCode?: number }) => {
        answered = String(error.statusCode);
        return answered;
      },
    );
    await post("C0GENERAL");
    expect(answered).toBe("not yet");
    bench.slack.faults.remove(fault.id);
    expect(await hanging).toBe("503");
    expect(bench.slack.messages("C0ADS")).toEqual([]);
  });

  test("hang: a caller that gives up is let go", async () => {
    plant({ kind: "hang" });
    const token = bench.slack.credentials.botToken;
    const giveUp = new AbortController();
    const request = new Request(`https://slack.com/api/auth.test?token=${token}`, { signal: giveUp.signal });
    const answer = bench.slack.wire.fetch(request);
    giveUp.abort();
    expect((await answer).status).toBe(503);
  });

  test("slow: the work is done after the wait", async () => {
    plant({ kind: "slow", ms: 30 });
    const started = performance.now();
    await post();
    expect(performance.now() - started).toBeGreaterThanOrEqual(28);
  });

  test("expired_response_url: 404, and the use isn't counted", async () => {
    plant({ kind: "expired_response_url" });
    const { responseUrl } = await bench.slack.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync" });
    const say = () => fetch(responseUrl, { method: "POST", body: '{"text":"x"}' });
    const first = await say();
    expect([first.status, await first.json()]).toEqual([404, { ok: false, error: "expired_url" }]);
    for (let n = 0; n < 5; n += 1) expect((await say()).status).toBe(200);
  });
});

describe("aim", () => {
  test("by method, by channel, a number of times or until removed", async () => {
    const { ts } = await post();
    bench.slack.faults.add({ kind: "down", method: "chat.update" });
    bench.slack.faults.add({ kind: "not_in_channel", channel: "C0GENERAL", times: 2 });
    await post();
    await expect(edit(ts)).rejects.toMatchObject({ statusCode: 503 });
    expect((await refusal(post("C0GENERAL"))).error).toBe("not_in_channel");
    expect((await refusal(post())).error).toBe("ok");
    expect((await refusal(post("C0GENERAL"))).error).toBe("not_in_channel");
    expect((await refusal(post("C0GENERAL"))).error).toBe("ok");
    const lasting = bench.slack.faults.add({ kind: "is_archived", times: null });
    for (let n = 0; n < 3; n += 1) expect((await refusal(post())).error).toBe("is_archived");
    expect(bench.slack.faults.list().at(-1)).toMatchObject({ hits: 3, left: null });
    expect(bench.slack.faults.remove(lasting.id)).toBe(true);
    await post();
    bench.slack.faults.add({ kind: "down", times: null });
    bench.slack.faults.clear();
    await post();
  });

  test("a fault that its method can't have is refused", () => {
    const order = () => bench.slack.faults.add({ kind: "not_in_channel", method: "users.info" });
    expect(order).toThrow("A not_in_channel fault can't hit users.info");
  });
});

test("no kind of fault is without its test", () => {
  expect([...tested].sort()).toEqual([...faultKinds].sort());
});
