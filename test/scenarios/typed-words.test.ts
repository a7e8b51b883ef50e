/** What people type, and where the answer goes when the channel can't have it. */
import { expect, test } from "vitest";
import { accounts, createWorld, useWorlds, type TestWorld } from "#test/support/world.ts";
import { ephemeralsOf } from "./steps.ts";

useWorlds();

const requests = (world: TestWorld) =>
  world.query(
    "select request->>'accountId' as account, request->>'timeframe' as timeframe from public.background_jobs order by created_at",
  );

/** As after any earlier command: the person and the channel are known. */
async function acquaint(world: TestWorld): Promise<void> {
  await world.type("status");
  await world.services.background.settle();
}

const unreadable = [
  { typed: "act_2026110001 7dd", says: "7dd", nearest: "7d", example: "/meta-sync act_2026110001 7d" },
  { typed: "act_2026110001 7d --leve ad", says: "There is no option --leve", nearest: "--level", example: "--level" },
  {
    typed: "act_2026110001 act_2026110002 7d",
    says: "One account at a time",
    nearest: null,
    example: "/meta-sync act_",
  },
  {
    typed: "act_2026110003 7d --breakdown age,country",
    says: "Meta doesn't give age,country together",
    nearest: null,
    example: "--breakdown age,gender",
  },
  { typed: "status nonsense", says: "is not the id of a job", nearest: null, example: "/meta-sync status" },
  { typed: "act_2026x 7d", says: "is not an ad account", nearest: null, example: "/meta-sync act_123456789 7d" },
];

test("unknown words: what was read, what is wrong, the nearest match, one example; nothing starts", async () => {
  const world = await createWorld();
  for (const { typed, says, nearest, example } of unreadable) {
    const { ackedText = "" } = await world.type(typed);
    expect(ackedText).toContain(says);
    expect(ackedText).toContain(`I read: \`${typed}\``);
    expect(ackedText).toContain(example);
    expect(/Did you mean `([^`]+)`\?/.exec(ackedText)?.[1] ?? null, typed).toBe(nearest);
  }
  await world.run();
  expect(await requests(world)).toEqual([]);
});

test("verbs that come later say so; nothing and help give the words there are", async () => {
  const world = await createWorld();
  for (const verb of ["all", "schedule", "report", "accounts", "doctor", "forget"]) {
    const { ackedText } = await world.type(`${verb} act_1 7d`);
    expect(ackedText).toContain(`\`${verb}\` comes later; nothing was started`);
    expect(ackedText).toContain("/meta-sync status");
  }
  for (const text of ["", "help", "--help"]) expect((await world.type(text)).ackedText).toContain("It can only read");
  await world.run();
  expect(await requests(world)).toEqual([]);
});

test("accounts by name, by the only match of a beginning, in any capitals; unknown and ambiguous ones list what is known", async () => {
  const world = await createWorld();
  await acquaint(world);
  for (const typed of ["acme de 7d", "KUMO yesterday", '"Chai & Co" 3d', "bolt outdoor"]) {
    await world.type(typed);
    await world.services.background.settle();
  }
  expect(await requests(world)).toEqual([
    { account: "2026110001", timeframe: "7d" },
    { account: "2026110002", timeframe: "yesterday" },
    { account: "2026110003", timeframe: "3d" },
    { account: "2026110004", timeframe: "7d" },
  ]);
  const unknown = (await world.type("nonesuch 7d")).ackedText ?? "";
  expect(unknown).toContain("“nonesuch”");
  for (const known of ["Acme DE (act_2026110001)", "Reef Surf (act_2026110005)"]) expect(unknown).toContain(known);
  expect((await world.type("statsu")).ackedText).toContain("Did you mean `/meta-sync status`?");
  expect((await world.type("7d")).ackedText).toContain("This channel has no default ad account");
  await world.services.db.putAccounts("default", [
    { accountId: "77", name: "Acme US", currency: "USD", timezone: null },
  ]);
  expect((await world.type("acme 7d")).ackedText).toContain("Acme US (act_77)");
  expect(await requests(world)).toHaveLength(4);
});

test("the bot isn't in the channel: the requester gets it all as a direct message, with how to invite", async () => {
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`, { channel: "C0NOBOT" });
  await world.run();
  expect(world.read("C0NOBOT")).toEqual([]);
  const [thread, ...others] = world.read("D0ANA");
  expect(others).toEqual([]);
  expect(thread?.root).toContain("Sync complete: Chai & Co");
  expect(thread?.replies).toHaveLength(1);
  const first = world.slack.edits("D0ANA", thread?.ts ?? "")[0];
  expect(JSON.stringify(first?.blocks)).toContain("/invite @meta-sync");
  expect(await world.query("select state from public.background_jobs")).toEqual([{ state: "succeeded" }]);
});

test("somebody deletes the living message in the middle: a new one takes its place, the summary under it", async () => {
  let world: TestWorld | undefined;
  let deleted: string | null = null;
  world = await createWorld({
    async beforeGraphAnswer(clock) {
      await clock.advance(2000);
      const root = world?.read()[0];
      if (world === undefined || root === undefined || deleted !== null) return;
      deleted = root.ts;
      world.slack.deleteMessage("C0ADS", root.ts);
    },
  });
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  const [thread, ...others] = world.read();
  expect(others).toEqual([]);
  expect(thread?.ts).not.toBe(deleted);
  expect(thread?.root).toContain("Sync complete");
  expect(thread?.replies).toHaveLength(1);
});

test.each([
  {
    account: accounts.tokyo,
    name: "Kumo Tokyo",
    window: "8 – 14 Nov 2026 (Asia/Tokyo)",
    spend: /Spend\*: ¥[\d,]+ /u,
    days: ["2026-11-08", "2026-11-14"],
  },
  {
    account: accounts.kolkata,
    name: "Chai & Co",
    window: "8 – 14 Nov 2026 (Asia/Kolkata)",
    spend: /Spend\*: ₹[\d,]+\.\d\d /u,
    days: ["2026-11-08", "2026-11-14"],
  },
  {
    account: accounts.losAngeles,
    name: "Bolt Outdoor",
    window: "8 – 14 Nov 2026 (America/Los_Angeles)",
    spend: /Spend\*: \$[\d,]+\.\d\d /u,
    days: ["2026-11-08", "2026-11-14"],
  },
])("$name: its own zone, days and money", async ({ account, window, spend, days }) => {
  const world = await createWorld();
  await world.type(`${account} 7d --level campaign`);
  await world.run();
  const summary = (world.read()[0]?.replies[0] ?? "")
    .replaceAll(/[\u2009\u202F\u00A0]/gu, " ")
    .replaceAll(/\s*–\s*/gu, " – ");
  expect(summary).toContain(window);
  expect(summary).toMatch(spend);
  const [range] = await world.query(
    "select min(date_start)::text as since, max(date_start)::text as until from meta_ads.insights_daily where level = 'campaign'",
  );
  expect([range?.["since"], range?.["until"]]).toEqual(days);
});

test("Lord Howe's day has begun when Europe's hasn't: its 7 days end a day later", async () => {
  const world = await createWorld();
  // 15 Nov 2026 12:00 UTC is 23:00 there (+11:00); an hour on, the 16th has begun.
  await world.clock.advance(61 * 60_000);
  await world.type(`${accounts.lordHowe} 7d`);
  await world.type(`${accounts.berlin} 7d`);
  await world.run();
  const windows = await world.query(
    "select account_id, window_since::text as since, window_until::text as until from public.background_jobs order by account_id",
  );
  expect(windows).toEqual([
    { account_id: "2026110001", since: "2026-11-08", until: "2026-11-14" },
    { account_id: "2026110005", since: "2026-11-09", until: "2026-11-15" },
  ]);
});

test("status, cancel and retry by a job's first characters, in its own channel only", async () => {
  const world = await createWorld();
  await world.type(`${accounts.kolkata} 7d`);
  await world.run();
  const [job] = await world.query("select id::text from public.background_jobs");
  const short = String(job?.["id"]).slice(0, 8);
  const told = async (words: string, channel = "C0ADS") => {
    await world.type(words, { channel });
    await world.services.background.settle();
    return ephemeralsOf(world).at(-1) ?? "";
  };
  expect(await told(`status ${short}`)).toContain("is complete");
  expect(await told(`status ${short}`, "C0GENERAL")).toContain(`I know no job ${short} in this channel`);
  expect(await told(`cancel ${short}`)).toContain("Nothing to cancel");
  expect(await told(`retry ${short}`)).toContain("Nothing to retry");
  expect(await told("cancel")).toContain("There is no sync in this channel");
});

test("a channel that is archived in the middle of a sync: the outcome comes to the person who asked", async () => {
  const world = await createWorld();
  await acquaint(world);
  await world.type(`${accounts.kolkata} 7d`);
  await world.services.background.settle();
  world.slack.channels.set("C0ADS", { isArchived: true });
  await world.run();
  const [thread, ...others] = world.read("D0ANA");
  expect(others).toEqual([]);
  expect(thread?.root).toContain("is archived or deleted");
  expect(thread?.root).toContain("Sync complete: Chai & Co");
  expect(thread?.replies).toHaveLength(1);
});
