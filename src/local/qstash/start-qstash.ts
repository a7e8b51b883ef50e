/** Starts the embedded QStash: durable queue, the service's API, an admin door, and the same things as methods. */
import type { Hono } from "hono";
import type { WorldClock } from "../clock.ts";
import { Recent } from "../recent.ts";
import { openStore } from "../store.ts";
import { createDesk, type Desk } from "./desk.ts";
import { Faults, type ActiveFault, type FaultRule } from "./faults.ts";
import { advanceSlotsAfterMove, skipMissedSlots } from "./fire-schedules.ts";
import { createIdSource } from "./ids.ts";
import { FREE_PLAN, type Limits } from "./limits.ts";
import type { MessageState } from "./message.ts";
import type { Parts, SigningKeys } from "./parts.ts";
import { Pump } from "./pump.ts";
import { readdress } from "./readdress.ts";
import { recoverMessages } from "./recover-messages.ts";
import { createAdmin } from "./routes/admin.ts";
import { createWire } from "./routes/wire.ts";
import { Stats } from "./stats.ts";
import { createDeadLetterStore } from "./store/dead-letters.ts";
import { createDeduplicationStore } from "./store/deduplications.ts";
import { createFlowKeyStore } from "./store/flow-keys.ts";
import { createJournal } from "./store/journal.ts";
import { createMessageStore } from "./store/messages.ts";
import { pruneFinished } from "./store/prune.ts";
import { createScheduleStore } from "./store/schedules.ts";
import { TABLES } from "./store/tables.ts";

/** Public constants of the official development server: with them `QSTASH_DEV=1` finds a server already running. */
const DEVELOPMENT_KEYS: SigningKeys = {
  token: "eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=",
  currentSigningKey: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
  nextSigningKey: "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
};

const DEDUPLICATION_WINDOW_SECONDS = 600;
const KEPT_CALLS = 500;

export interface QstashOptions extends Partial<SigningKeys> {
  clock: WorldClock;
  /** Where `qstash.sqlite` lies; absent = in memory. */
  dataDir?: string;
  /** How deliveries leave; the global fetch by default. */
  fetch?: typeof fetch;
  /** 0 to 1, for the looks of ids; crypto-strong by default. */
  random?: () => number;
  /** true (default): what is due is delivered at once, later things by timers. false: only by `deliverDue`. */
  autoDeliver?: boolean;
  /** Nothing is delivered before `resume()`: for an app that isn't listening yet. */
  startPaused?: boolean;
  /** Hosts besides loopback that deliveries may reach: `name` or `name:port`. */
  allowHosts?: string[];
  /** 600 by the documentation; the client's own comments say 90 days. */
  deduplicationWindowSeconds?: number;
  /** `Upstash-Region` of deliveries. */
  region?: "EU-CENTRAL-1" | "US-EAST-1";
  limits?: Partial<Limits>;
}

interface PendingMessage {
  messageId: string;
  url: string;
  state: MessageState;
  /** `Upstash-Retried` of the delivery under way or to come. */
  retried: number;
  /** Epoch milliseconds of world time; null while in flight. */
  nextDeliveryAt: number | null;
  labels: string[];
  scheduleId: string | null;
  body: string;
}

export interface Qstash {
  /** The service's API, paths from `/v2`. */
  wire: Hono;
  admin: Hono;
  keys: Readonly<SigningKeys>;
  /** What a person sees of the queue, and does with it by hand. */
  desk: Desk;
  /** Stops new deliveries; what is in flight goes on. */
  pause(): void;
  resume(): void;
  /** Delivers everything due now, awaits the answers, goes on until nothing is due; the number of deliveries. */
  deliverDue(): Promise<number>;
  /** Everything that isn't final, oldest first. */
  pending(): PendingMessage[];
  /** Waits until nothing is in flight. */
  settle(): Promise<void>;
  faults: {
    add(rule: FaultRule): ActiveFault;
    list(): ActiveFault[];
    remove(id: string): boolean;
    clear(): void;
  };
  /** Points pending messages, callbacks, dead letters and schedules at another origin; how many changed. */
  readdress(fromOrigin: string, toOrigin: string): number;
  /** Breaks off what is in flight (it is delivered again after the next start) and closes the file; closing again does nothing. */
  close(): Promise<void>;
}

/** Opens the queue; whatever was in flight when it last stopped is due at once. */
export function startQstash(options: QstashOptions): Qstash {
  const database = openStore(options.dataDir, "qstash", TABLES);
  // Parts and pump need each other: the pump exists before the first message can come.
  const parts = makeParts(options, database, () => pump.poke());
  const pump = new Pump(parts, options.autoDeliver ?? true);
  if (options.startPaused === true) pump.pause();
  pruneFinished(database, parts.now() - parts.limits.retentionSeconds * 1000);
  recoverMessages(parts);
  skipMissedSlots(parts);
  const stopListening = options.clock.onMove(() => {
    advanceSlotsAfterMove(parts);
    pump.poke();
  });
  pump.poke();
  const { faults } = parts;
  const desk = createDesk(parts, pump);
  return {
    wire: createWire(parts),
    admin: createAdmin(parts, pump, desk),
    keys: parts.keys,
    desk,
    pause: () => pump.pause(),
    resume: () => pump.resume(),
    deliverDue: async () => await pump.deliverDue(),
    pending: () => listPending(parts),
    settle: async () => await pump.settle(),
    faults: {
      add: (rule) => faults.add(rule),
      list: () => faults.list(),
      remove: (id) => faults.remove(id),
      clear: () => faults.clear(),
    },
    readdress: (fromOrigin, toOrigin) => readdress(parts, fromOrigin, toOrigin),
    close: async () => {
      stopListening();
      await pump.close();
      faults.clear();
      if (database.isOpen) database.close();
    },
  };
}

function makeParts(options: QstashOptions, database: Parts["database"], poke: () => void): Parts {
  const { clock, random = cryptoRandom, deduplicationWindowSeconds } = options;
  return {
    clock,
    database,
    messages: createMessageStore(database),
    journal: createJournal(database),
    deadLetters: createDeadLetterStore(database),
    deduplications: createDeduplicationStore(database),
    flowKeys: createFlowKeyStore(database),
    schedules: createScheduleStore(database),
    faults: new Faults(poke),
    stats: new Stats(),
    calls: new Recent(KEPT_CALLS),
    keys: {
      token: options.token ?? DEVELOPMENT_KEYS.token,
      currentSigningKey: options.currentSigningKey ?? DEVELOPMENT_KEYS.currentSigningKey,
      nextSigningKey: options.nextSigningKey ?? DEVELOPMENT_KEYS.nextSigningKey,
    },
    limits: { ...FREE_PLAN, ...options.limits },
    allowHosts: options.allowHosts ?? [],
    region: options.region ?? "EU-CENTRAL-1",
    deduplicationWindowMs: (deduplicationWindowSeconds ?? DEDUPLICATION_WINDOW_SECONDS) * 1000,
    // Looked up at each delivery, so that a test which replaces the global one is heard.
    fetch: options.fetch ?? (async (...request) => await fetch(...request)),
    now: () => Math.floor(clock.now()),
    ...createIdSource(database, random),
    poke,
  };
}

function cryptoRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

function listPending(parts: Parts): PendingMessage[] {
  return parts.messages.listOpen().map((message) => ({
    messageId: message.id,
    url: message.url,
    state: message.state,
    retried: message.retried,
    nextDeliveryAt: message.nextDeliveryAtMs,
    labels: message.options.labels,
    scheduleId: message.scheduleId,
    body: Buffer.from(message.body).toString(),
  }));
}
