import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findVerb, reservedSentence, verbRows, verbWords } from "#src/sync/command-verbs.ts";
import { parseCommand, type Command } from "#src/sync/command.ts";
import { syncRequestSchema } from "#src/sync/request.ts";

const job = "0b9d2c3e-1111-4222-8333-444455556666";

function start(account: object, timeframe = "7d", more: object = {}): object {
  return { kind: "start", account, timeframe, level: "ad", breakdowns: [], full: false, dryRun: false, ...more };
}
const id = (accountId: string): object => ({ kind: "id", accountId });
const name = (text: string): object => ({ kind: "name", name: text });

describe("orders", () => {
  it.each<[string, object]>([
    ["act_123", start(id("123"))],
    ["ACT_123 7D", start(id("123"))],
    ["act-123", start(id("123"))],
    ["123456789012345678 24h", start(id("123456789012345678"), "24h")],
    ["  act_123    last   month ", start(id("123"), "last_month")],
    ["7d act_123", start(id("123"))],
    ["act_123 last 7 days", start(id("123"), "last_7d")],
    ["act_123 2026-11-01..2026-11-15", start(id("123"), "2026-11-01..2026-11-15")],
    ["act_123 2026-11-01 to 2026-11-15", start(id("123"), "2026-11-01..2026-11-15")],
    ["act_123 2026-11-01 — 2026-11-15", start(id("123"), "2026-11-01..2026-11-15")],
    ["acme", start(name("acme"))],
    ["Acme DE", start(name("Acme DE"))],
    ["Acme DE yesterday", start(name("Acme DE"), "yesterday")],
    ["Acme DE last week", start(name("Acme DE"), "last_week")],
    ["“Acme DE” 7d", start(name("Acme DE"))],
    ["'Acme DE' 14 days", start(name("Acme DE"), "14d")],
    ['"Status" today', start(name("Status"), "today")],
    ['"Brand 2026-11" 7d', start(name("Brand 2026-11"))],
    ["Ana’s shop 7d", start(name("Ana's shop"))],
    ["A &amp; B 7d", start(name("A & B"))],
    ["7d", start({ kind: "default" })],
    ["7 days", start({ kind: "default" })],
    ["last month --level campaign", start({ kind: "default" }, "last_month", { level: "campaign" })],
    ["--full", start({ kind: "default" }, "7d", { full: true })],
  ])("%j", (text, expected) => {
    expect(parseCommand(text)).toMatchObject(expected);
  });

  it.each<[string, object]>([
    ["act_1 --level adset", { level: "adset" }],
    ["act_1 --level=Campaigns", { level: "campaign" }],
    ["act_1 —level ad_set", { level: "adset" }],
    ["act_1 –level ad", { level: "ad" }],
    ["--level account act_1 30d", { level: "account", timeframe: "30d" }],
    ["act_1 --breakdown age,gender", { breakdowns: ["age", "gender"] }],
    ["act_1 --breakdown age, gender 7d", { breakdowns: ["age", "gender"], timeframe: "7d" }],
    ["act_1 --breakdown Gender --breakdown age", { breakdowns: ["age", "gender"] }],
    ["act_1 --breakdowns=gender+age", { breakdowns: ["age", "gender"] }],
    ["act_1 --breakdown device", { breakdowns: ["device_platform"] }],
    ["act_1 --breakdown placement 7d", { breakdowns: ["platform_position", "publisher_platform"], timeframe: "7d" }],
    ["act_1 --full --dry-run", { full: true, dryRun: true }],
    ["act_1 —full —dryrun", { full: true, dryRun: true }],
    ["act_1 --dry_run 24h", { dryRun: true, timeframe: "24h" }],
  ])("options of %j", (text, expected) => {
    expect(parseCommand(text)).toMatchObject({ kind: "start", account: id("1"), ...expected });
  });

  it.each<[string, object]>([
    ["<https://adsmanager.facebook.com/adsmanager/manage/campaigns?act=555&amp;nav=1|link> 7d", id("555")],
    ["https://www.facebook.com/adsmanager/manage/ads?act=777 7d", id("777")],
    ["<http://acme.com|acme.com> 7d", name("acme.com")],
    ["<@U012BOT> act_9 7d", id("9")],
    ["<@U012BOT|meta-sync> acme 7d", name("acme")],
    ["`act_9` 7d", id("9")],
    ["*act_9* 7d", id("9")],
    ["&lt;act_9&gt; 7d", id("9")],
    ["<act_9> 7d", id("9")],
    ["/meta-sync act_9 7d", id("9")],
    ["<@U012BOT> /meta-sync act_9 7d", id("9")],
    ["act_9\u00A07d", id("9")],
    ["act_9\u200B 7d", id("9")],
  ])("as Slack rewrites it: %j", (text, account) => {
    expect(parseCommand(text)).toMatchObject(start(account));
  });

  it("says which verb a name may be a slip of, and leaves the rest to those who know the names", () => {
    expect(parseCommand("statsu")).toMatchObject({ kind: "start", account: name("statsu"), nearestVerb: "status" });
    expect(parseCommand("cancle 8f3a")).toMatchObject({ account: name("cancle 8f3a"), nearestVerb: "cancel" });
    expect(parseCommand("acme")).toMatchObject({ nearestVerb: null });
    expect(parseCommand("act_1")).toMatchObject({ nearestVerb: null });
  });

  it("makes what the request's schema takes", () => {
    const command = parseCommand("act_123 2026-11-01..2026-11-15 --breakdown age,gender --level ad");
    if (command.kind !== "start" || command.account.kind !== "id") throw new Error(`not an order: ${command.kind}`);
    const { timeframe, level, breakdowns, full, dryRun } = command;
    const request = { accountId: command.account.accountId, timeframe, level, breakdowns, full, dryRun };
    expect(syncRequestSchema.parse(request)).toEqual(request);
  });
});

describe("verbs", () => {
  it.each<[string, Command]>([
    ["", { kind: "form" }],
    ["   ", { kind: "form" }],
    ["<@U012BOT>", { kind: "form" }],
    ["status", { kind: "status", job: null }],
    ["STATUS 8F3A", { kind: "status", job: "8f3a" }],
    [`cancel ${job}`, { kind: "cancel", job }],
    ["cancel #8f3a", { kind: "cancel", job: "8f3a" }],
    [`retry <https://sync.example.com/jobs/${job}|this one>`, { kind: "retry", job }],
    ["help", { kind: "help", topic: null }],
    ["?", { kind: "help", topic: null }],
    ["--help", { kind: "help", topic: null }],
    ["help Timeframe", { kind: "help", topic: "timeframe" }],
    ["help --options", { kind: "help", topic: "options" }],
    ["help schedule", { kind: "reserved", verb: "schedule" }],
    ["all 7d", { kind: "reserved", verb: "all" }],
    ["Schedule acme 7d daily 08:00 in <#C1|ads>", { kind: "reserved", verb: "schedule" }],
  ])("%j", (text, expected) => {
    expect(parseCommand(text)).toEqual(expected);
  });

  it("reserves every word that comes later, and says what there is today", () => {
    const later = verbRows.flatMap((row) => (row.takes === "later" ? [row.verb] : []));
    expect(later).toEqual([
      ..."all history report gaps schedule schedules pause resume unschedule".split(" "),
      ..."accounts alias default access kpi plan forget doctor".split(" "),
    ]);
    for (const verb of later) expect(parseCommand(`${verb} act_1`)).toEqual({ kind: "reserved", verb });
    expect(reservedSentence("gaps")).toBe(
      "`gaps` comes later; nothing was started. Today there are `/meta-sync <account> [timeframe] [options]`, `/meta-sync status [job]`, `/meta-sync cancel [job]`, `/meta-sync retry [job]`, `/meta-sync help [topic]`.",
    );
  });

  it("has one row per verb", () => {
    expect(new Set(verbWords).size).toBe(verbRows.length - 1);
    expect(findVerb("constructor")).toBeUndefined();
  });
});

describe("what can't be read", () => {
  it.each([
    ["act_12x 7d", "up to 20 digits", null, "/meta-sync act_123456789 7d"],
    ["act_ 7d", "up to 20 digits", null, "/meta-sync act_123456789 7d"],
    ["act_1 act_2", "One account at a time", null, "/meta-sync act_1 7d"],
    ["act_1 7dd", '"7dd" is not a timeframe', "7d", "/meta-sync act_1 7d"],
    ["ACT_1 yesturday", "is not a timeframe", "yesterday", "/meta-sync act_1 yesterday"],
    ["acme yesturday", "goes in quotes", "yesterday", "/meta-sync act_123456789 yesterday"],
    ["acme 2000d", "from 1d to 1126d", "1126d", "/meta-sync act_123456789 1126d"],
    ["acme 2026-11-31", "not a day of the calendar", null, "/meta-sync act_123456789 7d"],
    [
      "act_1 2026-11-15..2026-11-01",
      "ends before it begins",
      "2026-11-01..2026-11-15",
      "/meta-sync act_1 2026-11-01..2026-11-15",
    ],
    ["act_1 --levle campaign", "no option --levle", "--level", "/meta-sync act_1 7d --level campaign"],
    ["act_1 --level creative", "is not a level", null, "/meta-sync act_1 7d --level campaign"],
    ["act_1 --level campain", "is not a level", "--level campaign", "/meta-sync act_1 7d --level campaign"],
    ["act_1 --level", "needs a value", "--level campaign", "/meta-sync act_1 7d --level campaign"],
    [
      "act_1 --breakdown --full",
      "needs a value",
      "--breakdown age,gender",
      "/meta-sync act_1 7d --breakdown age,gender",
    ],
    ["act_1 --brakdown age", "no option --brakdown", "--breakdown", "/meta-sync act_1 7d --breakdown age,gender"],
    [
      "act_1 --breakdown a,b,c,d,e",
      '"a" is not a breakdown: there are age | age,gender | ',
      null,
      "/meta-sync act_1 7d --breakdown age,gender",
    ],
    ["act_1 --breakdown ,", "names no breakdown", null, "/meta-sync act_1 7d --breakdown age,gender"],
    [
      "act_1 --breakdown age,gendr",
      '"gendr" is not',
      "--breakdown age,gender",
      "/meta-sync act_1 7d --breakdown age,gender",
    ],
    ["act_1 --breakdown contry", '"contry" is not', "--breakdown country", "/meta-sync act_1 7d --breakdown country"],
    ["act_1 --breakdown constructor", '"constructor" is not', null, "/meta-sync act_1 7d --breakdown age,gender"],
    [
      "act_1 --breakdown age --breakdown country",
      "doesn't give age,country together",
      null,
      "/meta-sync act_1 7d --breakdown age,gender",
    ],
    [
      "act_1 --breakdown age,gender,country,region",
      "Meta doesn't give age,gender,country,region together",
      null,
      "/meta-sync act_1 7d --breakdown age,gender",
    ],
    ["act_1 --full=no", "takes no value", "--full", "/meta-sync act_1 7d --full"],
    ["act_1 --constructor", "no option --constructor", null, "/meta-sync act_1 7d --level campaign"],
    ["act_1 in <#C1|ads>", "#ads has no place", null, "/meta-sync act_1 7d"],
    ["act_1 <@U2|ana>", "@ana has no place", null, "/meta-sync act_1 7d"],
    ["<https://example.com> 7d", "has no place", null, "/meta-sync act_123456789 7d"],
    ['"Acme DE 7d', "has no partner", null, "/meta-sync act_123456789 7d"],
    ['"" 7d', "is empty", null, "/meta-sync act_123456789 7d"],
    ['"Acme" DE 7d', "is not a timeframe", null, "/meta-sync act_123456789 7d"],
    ["status act_1", "not the id of a job", null, "/meta-sync status"],
    ["cancel 8f3a 9b2c", "takes one job", null, "/meta-sync cancel"],
    ["retry --full", "takes no options", null, "/meta-sync retry"],
    ["help timefrme", "no help about", "timeframe", "/meta-sync help timeframe"],
  ])("%j: %s", (text, words, nearest, example) => {
    const command = parseCommand(text);
    expect(command).toMatchObject({ kind: "problem", nearest });
    if (command.kind !== "problem") return;
    expect(command.problem).toContain(words);
    expect(command.example).toBe(example);
  });

  it("repeats what it read", () => {
    expect(parseCommand("act_1   “my  words” <#C1|ads>")).toMatchObject({ read: 'act_1 "my words" #ads' });
    const long = parseCommand(`act_1 ${"word ".repeat(200)}`);
    expect(long.kind === "problem" ? Array.from(long.read).length : 0).toBe(200);
  });

  it("refuses a timeframe out of reach when it is told the day", () => {
    expect(parseCommand("act_1 2027-01-01", "2026-11-23")).toMatchObject({ kind: "problem" });
    expect(parseCommand("acme 2020-01-01", "2026-11-23")).toMatchObject({ kind: "problem" });
    expect(parseCommand("act_1 7d", "2026-11-23")).toMatchObject({ kind: "start" });
  });

  it("answers anything at all, and its own examples are commands", () => {
    const pieces = fc.constantFrom(
      "act_1",
      "acme",
      "7d",
      "--level",
      "ad",
      "—full",
      '"',
      "'",
      "<",
      ">",
      "<#C1|x>",
      "<@U1>",
      "status",
      "..",
      "&amp;",
      "2026-11-01",
      "=",
      ",",
      "\n",
    );
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const command = parseCommand(text);
        const works = command.kind === "problem" ? command.example : "act_1";
        expect(parseCommand(works).kind).not.toBe("problem");
      }),
      { numRuns: 500 },
    );
  });
});
