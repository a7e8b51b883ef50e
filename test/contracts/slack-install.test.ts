/** OAuth v2 against the local Slack: the authorize page, the code, the token, and the end of it all. */
import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

const redirectUri = "https://app.example/api/slack/oauth_redirect";
let bench: Bench;
let received: Record<string, unknown>[];
beforeEach(async () => {
  received = [];
  bench = await openBench({
    app: { redirectUrls: () => [redirectUri] },
    fetch: async (input, init) => {
      received.push((await new Request(input, init).json()) as Record<string, unknown>);
      return new Response(null, { status: 200 });
    },
  });
});
afterEach(() => bench.close());

const address = (more: Record<string, string> = {}) => {
  const query = {
    client_id: bench.slack.credentials.clientId,
    scope: "commands,chat:write",
    state: "s 1",
    redirect_uri: redirectUri,
    ...more,
  };
  return `/oauth/v2/authorize?${new URLSearchParams(query).toString()}`;
};
const install = (more: object = {}, query: Record<string, string> = {}) =>
  bench.slack.install({ authorizeUrl: `https://slack.com${address(query)}`, user: "U0ANA", ...more });
const exchange = (code: string, more: object = {}) => {
  const { clientId: client_id, clientSecret: client_secret } = bench.slack.credentials;
  const anyone = new WebClient(undefined, { slackApiUrl: `${bench.url}/api/`, retryConfig: { retries: 0 } });
  return anyone.oauth.v2.access({ client_id, client_secret, code, redirect_uri: redirectUri, ...more });
};

describe("the page", () => {
  test("names the scopes, and sends the browser back with code and state", async () => {
    const page = await fetch(`${bench.url}${address()}`);
    const text = await page.text();
    expect(page.status).toBe(200);
    for (const part of ["<code>chat:write</code>", "Ana Berger", ">Allow<", ">Cancel<"]) expect(text).toContain(part);
    expect(text).not.toContain("Gus Guest");
    const press = (choice: string) =>
      fetch(`${bench.url}${address()}`, {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({ user: "U0ANA", place: "team", choice }),
      });
    const back = new URL((await press("allow")).headers.get("location") ?? "");
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(back.searchParams.get("state")).toBe("s 1");
    expect((await exchange(back.searchParams.get("code") ?? "")).ok).toBe(true);
    const cancelled = new URL((await press("cancel")).headers.get("location") ?? "");
    expect(Object.fromEntries(cancelled.searchParams)).toEqual({ state: "s 1", error: "access_denied" });
  });

  test.each([
    ["another app", { client_id: "1.2" }, "Invalid client_id"],
    ["an address that isn't the app's", { redirect_uri: "https://evil.example/" }, "did not match any configured URIs"],
    ["an address that only begins alike", { redirect_uri: `${redirectUri}2` }, "did not match any configured URIs"],
    ["a scope that isn't one", { scope: "chat:write,chat:shout" }, "chat:shout"],
    ["no scope", { scope: "" }, "no scopes"],
  ])("refuses %s", async (_name, query, words) => {
    const page = await fetch(`${bench.url}${address(query)}`);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(words);
    await expect(install({}, query)).rejects.toThrow(words);
  });

  test("takes an address below the configured one, and no guests", async () => {
    expect((await install({}, { redirect_uri: `${redirectUri}/eu` })).redirectTo).toContain("/oauth_redirect/eu?");
    await expect(install({ user: "U0GUEST" })).rejects.toThrow("only those may install");
    await expect(install({ user: "U0EXT" })).rejects.toThrow("only those may install");
  });
});

describe("oauth.v2.access", () => {
  test("gives a bot token with the scopes asked, once", async () => {
    const { code = "" } = await install();
    const answer = await exchange(code);
    expect(answer).toMatchObject({
      token_type: "bot",
      scope: "commands,chat:write",
      bot_user_id: "U0METASYNC",
      app_id: "A0METASYNC",
      team: { id: "T0ACME01", name: "Acme" },
      enterprise: null,
      authed_user: { id: "U0ANA" },
      is_enterprise_install: false,
    });
    const client = bench.clientFor(answer.access_token ?? "");
    expect((await client.auth.test()).bot_id).toBe("B0METASYNC");
    expect((await client.chat.postMessage({ channel: "C0ADS", text: "hello" })).ok).toBe(true);
    expect((await refusal(client.users.info({ user: "U0ANA" }))).error).toBe("missing_scope");
    expect((await refusal(exchange(code))).error).toBe("invalid_code");
    const logged = JSON.stringify(bench.slack.calls("oauth.v2.access"));
    for (const secret of [code, answer.access_token ?? "", bench.slack.credentials.clientSecret]) {
      expect(logged).not.toContain(secret);
    }
  });

  test("on the organisation: no team, and a token that says so", async () => {
    const { code = "" } = await install({ organisation: true });
    const answer = await exchange(code);
    expect(answer).toMatchObject({ team: null, enterprise: { id: "E0ACME" }, is_enterprise_install: true });
    const who = await bench.clientFor(answer.access_token ?? "").auth.test();
    expect(who).toMatchObject({ enterprise_id: "E0ACME", is_enterprise_install: true });
    const closed = await openBench({ app: { orgDeploy: false, redirectUrls: () => [redirectUri] } });
    const { clientId } = closed.slack.credentials;
    const authorizeUrl = `https://slack.com${address({ client_id: clientId })}`;
    await expect(closed.slack.install({ authorizeUrl, user: "U0ANA", organisation: true })).rejects.toThrow(
      "org_deploy",
    );
    await closed.close();
  });

  test("refuses wrong credentials, another redirect_uri, a code older than ten minutes", async () => {
    const { code = "" } = await install();
    expect((await refusal(exchange(code, { client_id: "1.2" }))).error).toBe("invalid_client_id");
    expect((await refusal(exchange(code, { client_secret: "x" }))).error).toBe("bad_client_secret");
    expect((await refusal(exchange(code, { redirect_uri: `${redirectUri}/eu` }))).error).toBe("bad_redirect_uri");
    await bench.clock.advance(600_001);
    expect((await refusal(exchange(code))).error).toBe("invalid_code");
  });

  test("takes the credentials by HTTP Basic too", async () => {
    const { code = "" } = await install();
    const { clientId, clientSecret } = bench.slack.credentials;
    const response = await fetch(`${bench.url}/api/oauth.v2.access`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ code, redirect_uri: redirectUri }),
    });
    expect(await response.json()).toMatchObject({ ok: true, token_type: "bot" });
  });
});

test("uninstalling ends every token of the app and tells it so", async () => {
  const answer = await exchange((await install()).code ?? "");
  const other = bench.clientFor(bench.slack.grants.issue({ appName: "other" }).token);
  await bench.slack.uninstall();
  const events = received.map((body) => (body["event"] as { type: string }).type);
  expect(events).toEqual(["tokens_revoked", "app_uninstalled"]);
  expect(received[0]?.["event"]).toMatchObject({ tokens: { bot: ["U0METASYNC"] } });
  expect((await refusal(bench.client.auth.test())).error).toBe("token_revoked");
  expect((await refusal(bench.clientFor(answer.access_token ?? "").auth.test())).error).toBe("token_revoked");
  expect((await other.auth.test()).ok).toBe(true);
});
