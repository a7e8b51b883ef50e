/** Everything the doors work on: the state of one local workspace, opened from its file. */
import type { WorldClock } from "../clock.ts";
import { openStore } from "../store.ts";
import { FaultBook } from "./faults.ts";
import { RateLimits } from "./rate-limits.ts";
import { botName, defaultScopes, team } from "./seed.ts";
import type { AppSettings, Channel } from "./shapes.ts";
import { CallLog } from "./state/call-log.ts";
import { ChangeFeed } from "./state/changes.ts";
import { ChannelBook } from "./state/channels.ts";
import { openCredentials } from "./state/credentials.ts";
import type { SlackCredentials } from "./state/credentials.ts";
import { EphemeralStore } from "./state/ephemerals.ts";
import { FileStore } from "./state/files.ts";
import { GrantStore } from "./state/grants.ts";
import { InstallCodes } from "./state/install-codes.ts";
import { MessageStore } from "./state/messages.ts";
import { PeopleBook } from "./state/people.ts";
import { ResponseUrlStore } from "./state/response-urls.ts";
import { schema } from "./state/schema.ts";
import { TriggerBook } from "./state/triggers.ts";
import { UserGroupBook } from "./state/user-groups.ts";
import { ViewStore } from "./state/views.ts";

export interface Workspace {
  clock: WorldClock;
  credentials: SlackCredentials;
  people: PeopleBook;
  channels: ChannelBook;
  messages: MessageStore;
  ephemerals: EphemeralStore;
  responseUrls: ResponseUrlStore;
  triggers: TriggerBook;
  views: ViewStore;
  files: FileStore;
  userGroups: UserGroupBook;
  installCodes: InstallCodes;
  app: AppSettings;
  grants: GrantStore;
  calls: CallLog;
  faults: FaultBook;
  limits: RateLimits;
  changes: ChangeFeed;
  /** Where response_urls point to, without a slash at the end. */
  publicBase: () => string;
  /** Where files are uploaded to and read from, without a slash at the end. */
  fileBase: () => string;
  close(): void;
}

export interface WorkspaceOptions {
  clock: WorldClock;
  dataDir?: string | undefined;
  signingSecret?: string | undefined;
  botToken?: string | undefined;
  publicBase?: (() => string) | undefined;
  appUrl: () => string;
  app?: Partial<AppSettings> | undefined;
}

export function openWorkspace(options: WorkspaceOptions): Workspace {
  const database = openStore(options.dataDir, "slack", schema);
  const changes = new ChangeFeed();
  const { now } = options.clock;
  const credentials = openCredentials(database, options);
  const messages = new MessageStore(database, now, changes);
  const grants = new GrantStore(database);
  const { botToken, appId, botUserId, botId } = credentials;
  const kept = grants.find(botToken);
  grants.put(
    kept ?? {
      token: botToken,
      teamId: team.id,
      appId,
      appName: botName,
      botUserId,
      botId,
      scopes: [...defaultScopes],
      revoked: false,
    },
  );
  const faults = new FaultBook(changes);
  return {
    clock: options.clock,
    credentials,
    people: new PeopleBook(database, changes),
    channels: new ChannelBook(database, changes),
    messages,
    ephemerals: new EphemeralStore(database, (channel) => messages.nextTs(channel), changes),
    responseUrls: new ResponseUrlStore(database, now),
    triggers: new TriggerBook(now),
    views: new ViewStore(database, now, changes),
    files: new FileStore(database, now, changes),
    userGroups: new UserGroupBook(database, changes),
    installCodes: new InstallCodes(now),
    app: {
      homeTab: true,
      shortcuts: [],
      redirectUrls: () => [`${options.appUrl()}/api/slack/oauth_redirect`],
      orgDeploy: true,
      ...options.app,
    },
    grants,
    calls: new CallLog(database, changes),
    faults,
    limits: new RateLimits(now),
    changes,
    publicBase: options.publicBase ?? (() => "https://hooks.slack.com"),
    fileBase: options.publicBase ?? (() => "https://files.slack.com"),
    close: () => {
      faults.clear();
      changes.close();
      database.close();
    },
  };
}

/** Whether this app's bot is in the conversation. */
export function hasBot(channel: Channel, botUserId: string): boolean {
  return channel.members.includes(botUserId);
}
