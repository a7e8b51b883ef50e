import { describe, expect, it } from "vitest";
import {
  accessVerbs,
  channelKinds,
  mayDo,
  personKinds,
  policyTable,
  refusalReasons,
  refusalSentence,
  type AccessVerb,
  type ChannelKind,
  type DefaultRole,
  type PersonKind,
} from "#src/access/policy.ts";

const account = { kind: "id", accountId: "123" } as const;

/** "allow" or the reason, for one person in one channel. */
function ask(
  person: PersonKind,
  channel: ChannelKind,
  verb: AccessVerb = "start",
  defaultRole: DefaultRole = "operator",
): string {
  const verdict = mayDo({ kind: person }, verb, account, { kind: channel }, { defaultRole });
  return verdict.allow ? "allow" : verdict.reason;
}

describe("who may start a sync", () => {
  it.each<[PersonKind, ChannelKind, string]>([
    ["member", "internal", "allow"],
    ["member", "dm", "allow"],
    ["member", "shared", "shared_channel"],
    ["member", "archived", "archived_channel"],
    ["member", "unknown", "unknown_channel"],
    ["admin", "internal", "allow"],
    ["admin", "shared", "shared_channel"],
    ["admin", "unknown", "unknown_channel"],
    ["guest", "internal", "guest"],
    ["guest", "dm", "guest"],
    ["guest", "unknown", "guest"],
    ["guest", "shared", "guest"],
    ["external", "shared", "external_person"],
    ["external", "internal", "external_person"],
    ["bot", "internal", "bot"],
    ["bot", "unknown", "bot"],
    ["unknown", "internal", "unknown_person"],
    ["unknown", "shared", "shared_channel"],
    ["unknown", "archived", "archived_channel"],
    ["unknown", "unknown", "unknown_person"],
  ])("%s in %s: %s", (person, channel, expected) => {
    expect(ask(person, channel)).toBe(expected);
  });
});

describe("roles", () => {
  it.each<[PersonKind, DefaultRole, AccessVerb, string]>([
    ["member", "operator", "cancel", "allow"],
    ["member", "operator", "retry", "allow"],
    ["member", "viewer", "status", "allow"],
    ["member", "viewer", "help", "allow"],
    ["member", "viewer", "start", "viewer"],
    ["member", "viewer", "cancel", "viewer"],
    ["member", "viewer", "retry", "viewer"],
    ["member", "none", "status", "no_role"],
    ["member", "none", "start", "no_role"],
    ["member", "none", "help", "allow"],
    ["admin", "none", "start", "allow"],
    ["admin", "viewer", "cancel", "allow"],
    ["guest", "operator", "status", "guest"],
    ["guest", "operator", "help", "allow"],
    ["unknown", "operator", "help", "allow"],
    ["bot", "operator", "help", "bot"],
  ])("%s with role %s: %s is %s", (person, role, verb, expected) => {
    expect(ask(person, "internal", verb, role)).toBe(expected);
  });

  it("refuses a viewer before it waits for a fact that could change nothing", () => {
    expect(ask("member", "unknown", "start", "viewer")).toBe("viewer");
  });
});

describe("the table for the database", () => {
  it("has a cell for every pair of kinds, and each says what mayDo says", () => {
    for (const verb of accessVerbs) {
      for (const role of ["operator", "viewer", "none"] as const) {
        const table = policyTable(verb, role, account);
        expect(Object.keys(table)).toHaveLength(personKinds.length * channelKinds.length);
        for (const person of personKinds) {
          for (const channel of channelKinds)
            expect(table[`${person}|${channel}`]).toBe(ask(person, channel, verb, role));
        }
      }
    }
  });

  it("lets people start in four cells only", () => {
    const allowed = Object.entries(policyTable("start", "operator", null)).filter(([, cell]) => cell === "allow");
    expect(allowed.map(([cell]) => cell)).toEqual(["member|internal", "member|dm", "admin|internal", "admin|dm"]);
  });
});

describe("refusals", () => {
  it.each(refusalReasons)("%s says what, why and who can change it", (reason) => {
    const sentence = refusalSentence(reason);
    expect(sentence).toMatch(/^Nothing was done: .+\. .+\.$/u);
    expect(sentence.length).toBeLessThan(250);
  });

  it("gives each reason its own words", () => {
    expect(new Set(refusalReasons.map(refusalSentence)).size).toBe(refusalReasons.length);
  });
});
