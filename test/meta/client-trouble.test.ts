/** Calls that bring no page: errors, hangs, aborts, secrets; and the pace that keeps calls apart. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CallHeldBackError } from "#src/meta/call.ts";
import { accessToken, clientOver, errorOf, listOf, never, pageOf, type Seen } from "./client-over.ts";
import { accountId } from "./graph-objects.ts";

describe("trouble", () => {
  it.each([
    ["an error of Meta, even with 200", () => Response.json({ error: { message: "no", code: 2642 } }), "restart"],
    ["a web page", () => new Response("<html>", { status: 200 }), "soon"],
    ["JSON of another shape", () => Response.json({ success: true }), "soon"],
    ["a broken connection", () => Promise.reject(new TypeError("fetch failed")), "soon"],
  ])("%s is a MetaError", async (_title, answer, retry) => {
    const { client } = clientOver(answer);
    const error = await errorOf(client.fetchPage(pageOf(), never));
    expect(error).toMatchObject({ name: "MetaError", retry });
    expect(error.message).toContain(`act_${accountId}/campaigns`);
  });

  const hang = (_seen: Seen, signal: AbortSignal) =>
    new Promise<Response>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });

  it("has its own time limit", async () => {
    const { client } = clientOver(hang, { requestTimeoutMs: 5 });
    const error = await errorOf(client.fetchPage(pageOf(), never));
    expect(error).toMatchObject({ name: "MetaError", retry: "soon", httpStatus: null });
    expect(error.said).toBe("no answer within 5 ms");
  });

  it("gives the caller's abort back as it came", async () => {
    const stop = new AbortController();
    const reason = new DOMException("the slice is over", "AbortError");
    const begun = Promise.withResolvers<void>();
    const { client, seen } = clientOver((one, signal) => {
      begun.resolve();
      return hang(one, signal);
    });
    const page = client.fetchPage(pageOf(), stop.signal);
    await begun.promise;
    stop.abort(reason);
    await expect(page).rejects.toBe(reason);
    await expect(client.fetchPage(pageOf(), stop.signal)).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
  });

  it("never shows the token or the proof", async () => {
    const { client } = clientOver(
      ({ url }) => Promise.reject(new TypeError(`bad address ${url.href} for ${accessToken}`)),
      {
        appSecret: "shh",
      },
    );
    const error = await errorOf(client.debugToken(never));
    const proof = createHmac("sha256", "shh").update(accessToken).digest("hex");
    const shown = `${error.message} ${String(error.cause)}`;
    expect(shown).toContain("[redacted]");
    expect(shown).not.toContain(accessToken);
    expect(shown).not.toContain(proof);
  });
});

describe("pace", () => {
  it("keeps the beginnings of calls apart, also of those made side by side", async () => {
    const until: number[] = [];
    const { client } = clientOver(() => listOf([]), {
      delayMs: 250,
      now: () => 1000,
      sleepUntil: (atMs) => {
        until.push(atMs);
        return Promise.resolve();
      },
    });
    await Promise.all([1, 2, 3].map(() => client.fetchPage(pageOf(), never)));
    expect(until).toEqual([1250, 1500]);
  });

  it("keeps a distance for the one account whose quota fills, by the headers of errors too, until they say otherwise", async () => {
    const waits: number[] = [];
    let percent = 75;
    let nowMs = 1000;
    const { client } = clientOver(
      () => {
        const headers = { "x-ad-account-usage": JSON.stringify({ acc_id_util_pct: percent }) };
        return Response.json({ error: { code: 2, message: "later" } }, { status: 500, headers });
      },
      {
        now: () => nowMs,
        sleepUntil: (atMs) => {
          waits.push(atMs - nowMs);
          nowMs = atMs;
          return Promise.resolve();
        },
      },
    );
    const ask = (account: string) => errorOf(client.fetchPage(pageOf({ accountId: account }), never));
    await ask("1");
    await ask("1");
    await ask("2");
    percent = 10;
    await ask("1");
    await ask("1");
    expect(waits).toEqual([1000, 1000]);
  });

  it("holds a call back that was told of a block while it waited, and asks Meta nothing", async () => {
    let blocked = false;
    const { client, seen } = clientOver(() => listOf([]), {
      delayMs: 250,
      now: () => 0,
      sleepUntil: () => {
        blocked = true;
        return Promise.resolve();
      },
    });
    const ask = () => client.fetchPage(pageOf(), never, () => !blocked);
    await ask();
    await expect(ask()).rejects.toThrow(CallHeldBackError);
    expect(seen).toHaveLength(1);
  });

  it("stops waiting when the caller aborts", async () => {
    const stop = new AbortController();
    const { client } = clientOver(() => listOf([]), { delayMs: 3_600_000 });
    await client.fetchPage(pageOf(), stop.signal);
    const waiting = client.fetchPage(pageOf(), stop.signal);
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});
