/** The workspace as it stands at the first start: one team, five people, seven conversations. */
import type { Channel, Person, Team } from "./shapes.ts";

export const team: Team = { id: "T0ACME01", name: "Acme", domain: "acme" };
/** Another organisation, known only through the shared channel. */
export const otherTeamId = "T0OTHER";

/** The organisation that the workspace belongs to, for installs on all of it. */
export const enterprise = { id: "E0ACME", name: "Acme Group" } as const;

export const botUserId = "U0METASYNC";
export const botId = "B0METASYNC";
export const appId = "A0METASYNC";
export const botName = "meta-sync";

/** What the app's manifest asks for; a token is granted these unless it is issued with others. */
export const defaultScopes = [
  "commands",
  "chat:write",
  "app_mentions:read",
  "users:read",
  "channels:read",
  "groups:read",
] as const;

const member: Omit<Person, "id" | "name" | "realName" | "tz"> = {
  teamId: team.id,
  locale: "en-US",
  isAdmin: false,
  isOwner: false,
  isRestricted: false,
  isBot: false,
  deleted: false,
};

export const seedPeople: readonly Person[] = [
  {
    ...member,
    id: "U0ANA",
    name: "ana",
    realName: "Ana Berger",
    tz: "Europe/Berlin",
    locale: "de-DE",
    isAdmin: true,
    isOwner: true,
  },
  { ...member, id: "U0BEN", name: "ben", realName: "Ben Cole", tz: "America/New_York" },
  { ...member, id: "U0GUEST", name: "gus", realName: "Gus Guest", tz: "Europe/London", isRestricted: true },
  { ...member, id: "U0EXT", name: "eve", realName: "Eve Elsewhere", tz: "Asia/Kolkata", teamId: otherTeamId },
  { ...member, id: botUserId, name: botName, realName: "Meta Sync", tz: "Etc/UTC", isBot: true },
];

const staff = ["U0ANA", "U0BEN"];
const open: Omit<Channel, "id" | "name" | "members"> = {
  kind: "public",
  isArchived: false,
  isExtShared: false,
  createdMs: 1_735_689_600_000,
};

export const seedChannels: readonly Channel[] = [
  { ...open, id: "C0GENERAL", name: "general", members: [...staff, botUserId] },
  { ...open, id: "C0ADS", name: "ads", members: [...staff, "U0GUEST", botUserId] },
  { ...open, id: "C0NOBOT", name: "no-bot", members: [...staff] },
  { ...open, id: "G0PRIV", name: "budget", kind: "private", members: [...staff, botUserId] },
  { ...open, id: "C0SHARED", name: "agency-shared", isExtShared: true, members: [...staff, "U0EXT", botUserId] },
  { ...open, id: "C0ARCH", name: "old-campaigns", isArchived: true, members: [...staff, botUserId] },
  { ...open, id: "D0ANA", name: "", kind: "im", members: ["U0ANA", botUserId] },
];
