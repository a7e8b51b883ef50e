/** Config → the clients of the four neighbours, made in one place. The clock, the log and chance are values, so tests give theirs. */
import { setTimeout as waitRealTime } from "node:timers/promises";
import { createBackground, type Background } from "./background.ts";
import type { Config } from "./config.ts";
import { whoami } from "./db/facts.ts";
import { createDb, type Db } from "./db/index.ts";
import type { Log } from "./log.ts";
import { createMetaClient, type MetaClient } from "./meta/client.ts";
import { createQueueClient, type QueueClient } from "./queue/client.ts";
import { createDeliveryVerifier, type DeliveryVerifier } from "./queue/receiver.ts";
import { createSlackClient, type SlackClient } from "./slack/client.ts";
import { hardLimitExtraSeconds } from "./sync/step.ts";

export interface Services {
  config: Config;
  db: Db;
  queue: QueueClient;
  verifyDelivery: DeliveryVerifier;
  /** Null while no Slack is connected: jobs started by HTTP need none. */
  slack: SlackClient | null;
  meta: MetaClient;
  /** The Supabase user of a bearer token, or null. */
  whoami(token: string): Promise<string | null>;
  now(): number;
  /** Milliseconds of the same clock. */
  wait(ms: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
  log: Log;
  background: Background;
  /** True once the process was asked to stop: slices then end at their next page. */
  isStopping(): boolean;
}

export interface Surroundings {
  now: () => number;
  wait?: (ms: number) => Promise<void>;
  random: () => number;
  log: Log;
  keepAlive?: (work: Promise<unknown>) => void;
  isStopping?: () => boolean;
}

export function createServices(config: Config, surroundings: Surroundings): Services {
  const { slack, meta } = config;
  const wait = surroundings.wait ?? ((ms: number) => waitRealTime(ms));
  return {
    config,
    db: createDb({
      url: config.database.url,
      serviceRoleKey: config.database.serviceRoleKey,
      timeoutMs: 10_000,
      env: config.env,
      metaApp: meta.app,
    }),
    queue: createQueueClient({
      url: config.queue.url,
      token: config.queue.token,
      publicUrl: config.publicUrl,
      env: config.env,
      workersPerJob: config.workersPerJob,
      deliveryTimeoutSeconds: config.sliceSeconds + hardLimitExtraSeconds + 5,
      callTimeoutMs: 5000,
    }),
    verifyDelivery: createDeliveryVerifier({ ...config.queue, publicUrl: config.publicUrl }),
    slack: slack === null ? null : createSlackClient({ token: slack.botToken, apiUrl: slack.apiUrl }),
    meta: createMetaClient({
      graphUrl: meta.graphUrl,
      version: meta.version,
      accessToken: meta.accessToken,
      requestTimeoutMs: 20_000,
      delayMs: meta.delayMs,
      now: surroundings.now,
      sleepUntil: (atMs) => wait(Math.max(0, atMs - surroundings.now())),
      ...(meta.appSecret === null ? {} : { appSecret: meta.appSecret }),
    }),
    async whoami(token) {
      const { anonKey, url } = config.database;
      return anonKey === null ? null : whoami({ url, anonKey }, token);
    },
    now: surroundings.now,
    wait,
    random: surroundings.random,
    log: surroundings.log,
    background: createBackground(surroundings.log, surroundings.keepAlive),
    isStopping: surroundings.isStopping ?? (() => false),
  };
}
