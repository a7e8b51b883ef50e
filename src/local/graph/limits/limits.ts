/** Meta's throttling, computed: every call is charged, a spent quota blocks, and calls made while blocked lengthen it. */
import { LeakingMeter, HourMeter, type Meter } from "./meters.ts";
import {
  APP_QUOTAS,
  blockMsOf,
  changeLimits,
  DECAY_MS,
  DEFAULT_LIMITS,
  HOUR_MS,
  type LimitChange,
  type LimitSettings,
  type Quota,
  type QuotaBasis,
  sizeOf,
  type Tier,
} from "./quotas.ts";

/** A call as the quotas see it. */
export interface Charge {
  /** `act_…`; null for calls that belong to no account: only the app pays. */
  account: string | null;
  activeAds: number;
  isInsights: boolean;
  /** The token's tier. */
  tier: Tier;
  points: number;
  atMs: number;
}

export interface Block {
  quota: Quota;
  /** Null for the app's quotas. */
  account: string | null;
  /** World time. The end moves while calls go on. */
  fromMs: number;
  untilMs: number;
  /** Calls that were refused by it, the one that began it included. */
  refused: number;
}

export interface Refusal {
  quota: Quota;
  /** The call that spent the quota begins the block; later ones come during it. */
  when: "begins" | "during";
}

/** How far one quota is gone. */
export interface Share {
  percent: number;
  /** World time until which it blocks; null when it doesn't. */
  blockedUntilMs: number | null;
  /** When nothing of it is used any more, if no call comes. */
  emptyAtMs: number;
}

/** The moving parts of one quota of one account (or of the app). */
interface Gauge {
  meter: Meter;
  size: number;
  block: Block | undefined;
}

const KEPT_BLOCKS = 1_000;

export class Limits {
  #settings: LimitSettings;
  #gauges = new Map<string, Gauge>();
  #userErrors = new Map<string, HourMeter>();
  #blocks: Block[] = [];
  #lastMs = 0;
  #onChange: (settings: LimitSettings) => void;

  constructor(settings: LimitSettings = DEFAULT_LIMITS, onChange: (settings: LimitSettings) => void = () => {}) {
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get settings(): Readonly<LimitSettings> {
    return this.#settings;
  }

  /** Changes quotas; what has been counted stays counted. Throws a ZodError for a malformed change. */
  set(change: LimitChange): LimitSettings {
    this.#settings = changeLimits(this.#settings, change);
    this.#onChange(this.#settings);
    return this.#settings;
  }

  /** The tier that counts for a call: the account's own, or the token's. */
  tierOf(account: string | null, tokenTier: Tier): Tier {
    return (account === null ? undefined : this.#settings.tiers[account]) ?? tokenTier;
  }

  /** Charges a call to every quota it falls under. Of several that refuse, one that already blocked is told first. */
  charge(charge: Charge): Refusal | undefined {
    this.#followClock(charge.atMs);
    const refusals = quotasOf(charge).flatMap((quota) => this.#chargeOne(quota, charge) ?? []);
    return refusals.find(({ when }) => when === "during") ?? refusals[0];
  }

  /** A quota that blocks such a call now; nothing is charged. */
  findBlock(charge: Charge): Refusal | undefined {
    const quota = quotasOf(charge).find((one) => {
      const block = this.#gauges.get(keyOf(one, accountOf(one, charge)))?.block;
      return block !== undefined && block.untilMs > charge.atMs;
    });
    return quota === undefined ? undefined : { quota, when: "during" };
  }

  /** One of the caller's own 4xx: it takes a thousandth of a call off the hour's insights. */
  noteUserError(account: string, nowMs: number): void {
    const meter = this.#userErrors.get(account) ?? new HourMeter();
    this.#userErrors.set(account, meter);
    meter.add(nowMs, 1);
  }

  share(quota: Quota, charge: Omit<Charge, "points">): Share {
    const { atMs } = charge;
    const gauge = this.#gaugeOf(quota, charge);
    const until = gauge.block !== undefined && gauge.block.untilMs > atMs ? gauge.block.untilMs : null;
    return {
      percent: (this.#load(quota, gauge, atMs) / gauge.size) * 100,
      blockedUntilMs: until,
      emptyAtMs: gauge.meter.freeAtMs(atMs, 0),
    };
  }

  /** True if anything of that quota is used now; what was never called is in no header. */
  isUsed(quota: Quota, account: string | null, nowMs: number): boolean {
    return (this.#gauges.get(keyOf(quota, account))?.meter.used(nowMs) ?? 0) > 0;
  }

  /** Begins a block now, as if the quota had been spent, for tests and stories. `account` is null for the app's quotas. */
  block(quota: Quota, account: string | null, forMs: number, nowMs: number): Block {
    const isApp = APP_QUOTAS.has(quota);
    if (isApp !== (account === null)) {
      const cure = isApp ? "leave the account out" : "name the account (act_…)";
      throw new RangeError(`A block of the quota "${quota}" for account "${account ?? ""}" makes no sense: ${cure}.`);
    }
    const charge: Charge = {
      account,
      activeAds: 0,
      isInsights: false,
      tier: "standard_access",
      points: 0,
      atMs: nowMs,
    };
    const gauge = this.#gaugeOf(quota, charge);
    return this.#begin(gauge, { quota, account, fromMs: nowMs, untilMs: nowMs + forMs, refused: 0 });
  }

  /** All blocks so far, the last 1,000, in order of their beginning. */
  blocks(): Block[] {
    return this.#blocks.map((block) => ({ ...block }));
  }

  /** Forgets all counts and lifts all blocks; the settings stay. */
  clear(): void {
    this.#gauges.clear();
    this.#userErrors.clear();
    this.#blocks = [];
  }

  #chargeOne(quota: Quota, charge: Charge): Refusal | undefined {
    const { atMs, points } = charge;
    const gauge = this.#gaugeOf(quota, charge);
    gauge.meter.add(atMs, points);
    if (gauge.block !== undefined && gauge.block.untilMs > atMs) {
      const lengthenMs = (spanOf(quota) / gauge.size) * points;
      gauge.meter.delay(lengthenMs);
      gauge.block.untilMs += lengthenMs;
      gauge.block.refused += 1;
      return { quota, when: "during" };
    }
    if (this.#load(quota, gauge, atMs) <= gauge.size) return undefined;
    const tier = this.tierOf(charge.account, charge.tier);
    // Never shorter than the time after which one more call fits.
    const untilMs = Math.max(atMs + blockMsOf(quota, tier), gauge.meter.freeAtMs(atMs, gauge.size - 1));
    this.#begin(gauge, { quota, account: accountOf(quota, charge), fromMs: atMs, untilMs, refused: 1 });
    return { quota, when: "begins" };
  }

  #begin(gauge: Gauge, block: Block): Block {
    gauge.block = block;
    this.#blocks.push(block);
    if (this.#blocks.length > KEPT_BLOCKS) this.#blocks.shift();
    return block;
  }

  /** Hours are counted three ways, by calls, time and processor time: the highest decides. */
  #load(quota: Quota, gauge: Gauge, nowMs: number): number {
    const used = gauge.meter.used(nowMs);
    if (quota !== "insights" && quota !== "management") return used;
    return used * Math.max(1, this.#settings.timeWeight, this.#settings.cpuWeight);
  }

  #gaugeOf(quota: Quota, charge: Omit<Charge, "points">): Gauge {
    const account = accountOf(quota, charge);
    const key = keyOf(quota, account);
    const userErrors = (account === null ? undefined : this.#userErrors.get(account))?.used(charge.atMs) ?? 0;
    const basis: QuotaBasis = { tier: this.tierOf(account, charge.tier), activeAds: charge.activeAds, userErrors };
    const size = sizeOf(quota, basis, this.#settings.scale[quota]);
    const known = this.#gauges.get(key);
    const isLeaking = quota === "score" || quota === "app_insights";
    // A leak's pace depends on the size, which a change of tier or scale moves: what is used goes over.
    if (known !== undefined && (!isLeaking || known.size === size)) {
      known.size = size;
      return known;
    }
    const meter = isLeaking ? new LeakingMeter(DECAY_MS / size) : new HourMeter();
    if (known !== undefined) meter.add(charge.atMs, known.meter.used(charge.atMs));
    const gauge: Gauge = { meter, size, block: known?.block };
    this.#gauges.set(key, gauge);
    return gauge;
  }

  /** A world whose clock goes back has not made those calls yet. */
  #followClock(nowMs: number): void {
    if (nowMs < this.#lastMs - 1_000) this.clear();
    this.#lastMs = nowMs;
  }
}

function quotasOf({ account, isInsights }: Charge): Quota[] {
  const app: Quota[] = isInsights ? ["app", "app_insights"] : ["app"];
  return account === null ? app : [...app, isInsights ? "insights" : "management", "score"];
}

/** The time that a quota's whole size takes to be forgotten. */
function spanOf(quota: Quota): number {
  return quota === "score" || quota === "app_insights" ? DECAY_MS : HOUR_MS;
}

function accountOf(quota: Quota, { account }: { account: string | null }): string | null {
  return APP_QUOTAS.has(quota) ? null : account;
}

function keyOf(quota: Quota, account: string | null): string {
  return `${quota}:${account ?? ""}`;
}
