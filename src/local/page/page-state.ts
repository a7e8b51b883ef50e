/** What one person sees at one moment, taken out of the workspace: the parts of the page are drawn from this alone. */
import type {
  Channel,
  EphemeralMessage,
  OpenView,
  Person,
  PublishedView,
  Shortcut,
  SlackMessage,
} from "../slack/shapes.ts";
import type { LocalSlack } from "../slack/start-slack.ts";
import { pageHref, type PageQuery } from "./page-address.ts";
import type { Reader } from "./reader.ts";

/** A message of a conversation, its thread counted. */
export interface Entry {
  message: SlackMessage;
  replies: SlackMessage[];
  /** Only this reader sees it. */
  isEphemeral: boolean;
}

export interface PageState {
  query: PageQuery;
  person: Person;
  reader: Reader;
  /** Everybody one may act as. */
  people: Person[];
  /** The conversations of this person, the app's apart. */
  channels: Channel[];
  /** The direct messages with the app; people of other organisations have none. */
  appChannel: Channel | null;
  app: Person;
  /** Null on the Home tab. */
  channel: Channel | null;
  entries: Entry[];
  /** Root and replies of the open thread. */
  thread: Entry[] | null;
  home: PublishedView | null;
  /** The one they look at is last. */
  modals: OpenView[];
  shortcuts: readonly Shortcut[];
  /** Ephemeral messages from before are gone, as after a reload in Slack. */
  sinceTs: string;
  findPerson(id: string): Person | undefined;
}

export interface Asked {
  as?: string | undefined;
  at?: string | undefined;
  thread?: string | undefined;
  sinceTs?: string | undefined;
}

/** More would only be scrolled past; older messages stay in the workspace. */
const shownMessages = 200;
const firstPlace = "C0ADS";

function listPlaces(slack: LocalSlack, person: Person): Channel[] {
  const order = ["public", "private"];
  return slack.channels
    .list()
    .filter((channel) => channel.kind !== "im" && channel.members.includes(person.id))
    .sort(
      (a, b) =>
        Number(a.isArchived) - Number(b.isArchived) ||
        order.indexOf(a.kind) - order.indexOf(b.kind) ||
        a.name.localeCompare(b.name),
    );
}

function makeReader(
  slack: LocalSlack,
  person: Person,
  query: PageQuery,
  channels: readonly Channel[],
  nowMs: number,
): Reader {
  return {
    personId: person.id,
    zone: person.tz,
    locale: person.locale,
    nowMs,
    nameOfPerson: (id) => slack.people.get(id)?.realName,
    channel: (id) => {
      const channel = channels.find((one) => one.id === id);
      return channel === undefined ? undefined : { name: channel.name, href: pageHref({ as: query.as, at: id }) };
    },
    people: () =>
      slack.people
        .list()
        .filter((one) => !one.isBot && !one.deleted)
        .map((one) => ({ value: one.id, words: one.realName })),
    channels: () => channels.map((one) => ({ value: one.id, words: `#${one.name}` })),
  };
}

function listEphemerals(slack: LocalSlack, person: Person, channel: string, sinceTs: string): EphemeralMessage[] {
  return slack
    .ephemerals()
    .filter((message) => message.channel === channel && message.to === person.id && message.ts >= sinceTs);
}

const byTs = (a: Entry, b: Entry): number => (a.message.ts < b.message.ts ? -1 : 1);

/** What stands in the conversation itself: roots, replies also sent there, and what only this person sees. */
function listEntries(slack: LocalSlack, channel: string, ephemerals: readonly EphemeralMessage[]): Entry[] {
  const roots = slack.threads(channel).map(({ message, replies }) => ({ message, replies, isEphemeral: false }));
  const broadcast = roots
    .flatMap(({ replies }) => replies)
    .filter((message) => message.subtype === "thread_broadcast")
    .map((message) => ({ message, replies: [], isEphemeral: false }));
  const own = ephemerals
    .filter((message) => message.thread_ts === undefined)
    .map((message) => ({ message, replies: [], isEphemeral: true }));
  return [...roots, ...broadcast, ...own].sort(byTs).slice(-shownMessages);
}

function listThread(
  slack: LocalSlack,
  channel: string,
  ts: string,
  ephemerals: readonly EphemeralMessage[],
): Entry[] | null {
  const found = slack.thread(channel, ts);
  if (found === undefined) return null;
  const replies = found.replies.map((message) => ({ message, replies: [], isEphemeral: false }));
  const own = ephemerals
    .filter((message) => message.thread_ts === ts)
    .map((message) => ({ message, replies: [], isEphemeral: true }));
  return [{ message: found.message, replies: [], isEphemeral: false }, ...[...replies, ...own].sort(byTs)];
}

/** Unknown people and places fall back to the first that there is, so that an old address still opens the page. */
export function readPageState(slack: LocalSlack, nowMs: number, asked: Asked): PageState {
  const people = slack.people.list().filter((person) => !person.isBot && !person.deleted);
  const { botUserId } = slack.credentials;
  const app = slack.people.get(botUserId);
  const person = people.find(({ id }) => id === asked.as) ?? people[0];
  if (person === undefined || app === undefined) throw new Error("The workspace has no people.");
  const channels = listPlaces(slack, person);
  const appChannel = person.teamId === app.teamId ? slack.channels.openDirect(person.id, botUserId, nowMs) : null;
  const places = appChannel === null ? channels : [...channels, appChannel];
  const isHome = asked.at === "home" && appChannel !== null;
  const channel = isHome
    ? null
    : (places.find(({ id }) => id === asked.at) ?? places.find(({ id }) => id === firstPlace) ?? places[0] ?? null);
  const query: PageQuery = { as: person.id, at: isHome ? "home" : (channel?.id ?? "home") };
  const sinceTs = asked.sinceTs ?? (nowMs / 1000).toFixed(6);
  const ephemerals = channel === null ? [] : listEphemerals(slack, person, channel.id, sinceTs);
  const thread =
    channel === null || asked.thread === undefined ? null : listThread(slack, channel.id, asked.thread, ephemerals);
  if (thread !== null && asked.thread !== undefined) query.thread = asked.thread;
  return {
    query,
    person,
    reader: makeReader(slack, person, query, channels, nowMs),
    people,
    channels,
    appChannel,
    app,
    channel,
    entries: channel === null ? [] : listEntries(slack, channel.id, ephemerals),
    thread,
    home: isHome ? (slack.home(person.id) ?? null) : null,
    modals: slack.modals(person.id),
    shortcuts: slack.shortcuts(),
    sinceTs,
    findPerson: (id) => slack.people.get(id),
  };
}
