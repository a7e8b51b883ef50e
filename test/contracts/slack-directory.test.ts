/** Who is there: people in pages, members of a conversation, user groups. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

test("users.list comes in pages, with locales on demand", async () => {
  const first = await bench.client.users.list({ limit: 3, include_locale: true });
  expect(first.members?.map(({ id }) => id)).toEqual(["U0ANA", "U0BEN", "U0GUEST"]);
  expect(first.members?.[0]).toMatchObject({ locale: "de-DE", tz: "Europe/Berlin" });
  const cursor = first.response_metadata?.next_cursor ?? "";
  const second = await bench.client.users.list({ limit: 3, cursor });
  expect(second.members?.map(({ id }) => id)).toEqual(["U0EXT", "U0METASYNC"]);
  expect(second.members?.[0]).not.toHaveProperty("locale");
  expect(second.response_metadata?.next_cursor).toBe("");
  expect((await refusal(bench.client.users.list({ cursor: "x" }))).error).toBe("invalid_cursor");
  expect((await refusal(bench.client.users.list({ limit: 1001 }))).error).toBe("invalid_limit");
});

test("conversations.members are those of a channel that the bot can see", async () => {
  const shared = await bench.client.conversations.members({ channel: "C0SHARED", limit: 2 });
  expect(shared.members).toEqual(["U0ANA", "U0BEN"]);
  const cursor = shared.response_metadata?.next_cursor ?? "";
  const rest = await bench.client.conversations.members({ channel: "C0SHARED", cursor });
  expect(rest.members).toEqual(["U0EXT", "U0METASYNC"]);
  bench.slack.channels.leave("G0PRIV", "U0METASYNC");
  const hidden = bench.client.conversations.members({ channel: "G0PRIV" });
  expect((await refusal(hidden)).error).toBe("channel_not_found");
});

test("user groups, with their people for a token that may read them", async () => {
  const heard: string[] = [];
  bench.slack.onChange(({ kind }) => heard.push(kind));
  bench.slack.userGroups.set("S0ADS", { handle: "ads-team", name: "Ads team", users: ["U0BEN"] });
  bench.slack.userGroups.set("S0OLD", { disabled: true });
  expect(heard).toEqual(["user_group", "user_group"]);
  expect((await refusal(bench.client.usergroups.list())).error).toBe("missing_scope");
  const client = bench.clientFor(bench.slack.grants.issue({ appName: "x", scopes: ["usergroups:read"] }).token);
  const { usergroups } = await client.usergroups.list({ include_users: true, include_count: true });
  expect(usergroups).toMatchObject([{ id: "S0ADS", handle: "ads-team", users: ["U0BEN"], user_count: 1 }]);
  expect((await client.usergroups.list({ include_disabled: true })).usergroups).toHaveLength(2);
  expect((await client.usergroups.users.list({ usergroup: "S0ADS" })).users).toEqual(["U0BEN"]);
  expect((await refusal(client.usergroups.users.list({ usergroup: "S0OLD" }))).error).toBe("no_such_subteam");
});
