/** auth.test, team.info, users.info and users.list: who the token is, where, and who somebody else is. */
import { z } from "zod";
import { SlackRefusal } from "../refusal.ts";
import { team } from "../seed.ts";
import type { JsonObject, Person } from "../shapes.ts";
import { flag, wholeNumber, word } from "./arguments.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";
import { cutPage } from "./paging.ts";

const authTest = defineMethod({
  tier: "unlimited",
  scopes: [],
  args: z.object({}),
  run: ({ grant }) => ({
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: grant.appName,
    team_id: grant.teamId,
    user_id: grant.botUserId,
    bot_id: grant.botId,
    ...(grant.enterpriseId === undefined ? {} : { enterprise_id: grant.enterpriseId }),
    is_enterprise_install: grant.enterpriseId !== undefined,
  }),
});

const teamInfo = defineMethod({
  tier: "tier3",
  scopes: ["team:read"],
  args: z.object({}),
  run: () => ({ team: { id: team.id, name: team.name, domain: team.domain, email_domain: "", icon: {} } }),
});

/** Hours and minutes that a zone is ahead of UTC at that moment, in seconds. */
function zoneOffsetSeconds(tz: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: tz, timeZoneName: "longOffset" }).formatToParts(atMs);
  const text = parts.find((part) => part.type === "timeZoneName")?.value ?? "";
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(text);
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

function zoneLabel(tz: string, atMs: number): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: tz, timeZoneName: "long" }).formatToParts(atMs);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? tz;
}

/** The user object. An e-mail address is never in it: that takes a scope of its own. */
function showPerson(person: Person, atMs: number, includeLocale: boolean): JsonObject {
  const stranger = person.teamId !== team.id;
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    deleted: person.deleted,
    real_name: person.realName,
    color: "9f69e7",
    tz: person.tz,
    tz_label: zoneLabel(person.tz, atMs),
    tz_offset: zoneOffsetSeconds(person.tz, atMs),
    profile: {
      team: person.teamId,
      real_name: person.realName,
      real_name_normalized: person.realName,
      display_name: person.name,
      display_name_normalized: person.name,
    },
    is_admin: person.isAdmin,
    is_owner: person.isOwner,
    is_primary_owner: false,
    is_restricted: person.isRestricted,
    is_ultra_restricted: false,
    is_bot: person.isBot,
    is_app_user: false,
    // Slack names strangers only; for everyone else the field is absent.
    ...(stranger ? { is_stranger: true } : {}),
    ...(includeLocale ? { locale: person.locale } : {}),
    updated: 1_735_689_600,
  };
}

const usersInfo = defineMethod({
  tier: "tier4",
  scopes: ["users:read"],
  args: z.object({ user: word, include_locale: flag.optional() }),
  run: ({ workspace, args }) => {
    const person = workspace.people.get(args.user);
    if (person === undefined) throw new SlackRefusal("user_not_found");
    return { user: showPerson(person, workspace.clock.now(), args.include_locale === true) };
  },
});

const usersList = defineMethod({
  tier: "tier2",
  scopes: ["users:read"],
  args: z.object({
    limit: wholeNumber.optional(),
    cursor: z.string().optional(),
    include_locale: flag.optional(),
  }),
  run: ({ workspace, args }) => {
    const nowMs = workspace.clock.now();
    const { page, metadata } = cutPage(workspace.people.list(), args);
    const shown = page.map((person) => showPerson(person, nowMs, args.include_locale === true));
    return { members: shown, cache_ts: Math.floor(nowMs / 1000), ...metadata };
  },
});

export const peopleMethods: Record<string, WebApiMethod> = {
  "auth.test": authTest,
  "team.info": teamInfo,
  "users.info": usersInfo,
  "users.list": usersList,
};
