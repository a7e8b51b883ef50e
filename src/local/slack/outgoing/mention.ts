/** A person mentions the bot: an app_mention event, sent again by Slack's plan until it is taken. */
import type { Wake, WorldClock } from "../../clock.ts";
import { hasBot } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { otherTeamId, team } from "../seed.ts";
import type { JsonObject } from "../shapes.ts";
import { checkThread } from "../web-api/find-channel.ts";
import { SlackRefusal } from "../refusal.ts";
import { deliver, isAccepted } from "./deliver.ts";
import type { Courier, DeliveryAnswer, DeliveryOverrides } from "./deliver.ts";
import { ActRefused, findPlace } from "./refuse-act.ts";

/** World time after a failed attempt: at once, a minute, five minutes. */
const RETRY_AFTER_MS = [0, 60_000, 300_000] as const;

export interface MentionOrder {
  user: string;
  channel: string;
  /** What is written after the mention. */
  text: string;
  threadTs?: string | undefined;
  overrides?: DeliveryOverrides | undefined;
}

export interface MentionAnswer {
  /** Of the first attempt. */
  status: number;
  body: string;
  ms: number;
  eventId: string;
  /** Of the person's own message. */
  ts: string;
}

/** One attempt at sending an event. */
export interface EventAttempt {
  eventId: string;
  /** 0 is the first; then X-Slack-Retry-Num. */
  retryNum: number;
  atMs: number;
  status: number;
}

/** Sends events and keeps what became of each attempt. Retries are forgotten when the world ends. */
export class EventSender {
  #attempts: EventAttempt[] = [];
  #wakes = new Set<Wake>();
  #workspace: Workspace;
  #courier: Courier;
  #clock: WorldClock;

  constructor(workspace: Workspace, courier: Courier) {
    this.#workspace = workspace;
    this.#courier = courier;
    this.#clock = workspace.clock;
  }

  attempts(eventId?: string): EventAttempt[] {
    return this.#attempts.filter((attempt) => eventId === undefined || attempt.eventId === eventId);
  }

  /** Throws ActRefused: not in the channel, no such thread, or the bot isn't there to be told. */
  async sendMention(order: MentionOrder): Promise<MentionAnswer> {
    const { person, channel } = findPlace(this.#workspace, order.user, order.channel);
    const { botUserId } = this.#workspace.credentials;
    if (!hasBot(channel, botUserId)) {
      throw new ActRefused(`The bot is not in ${channel.id}: Slack would offer to invite it, and send no event.`);
    }
    const thread = order.threadTs === undefined ? {} : { thread_ts: order.threadTs };
    if (order.threadTs !== undefined) this.#checkThread(channel.id, order.threadTs);
    const text = `<@${botUserId}> ${order.text}`;
    const message = this.#workspace.messages.append({
      channel: channel.id,
      team: person.teamId,
      user: person.id,
      text,
      ...thread,
    });
    const eventId = `Ev${crypto.randomUUID().replaceAll("-", "").slice(0, 11).toUpperCase()}`;
    const body = this.#wrap(eventId, channel.isExtShared, {
      type: "app_mention",
      user: person.id,
      ts: message.ts,
      client_msg_id: crypto.randomUUID(),
      text,
      team: person.teamId,
      channel: channel.id,
      event_ts: message.ts,
      ...thread,
    });
    const answer = await this.#attempt(eventId, JSON.stringify(body), 0, order.overrides ?? {});
    return { status: answer.status, body: answer.body, ms: answer.ms, eventId, ts: message.ts };
  }

  close(): void {
    for (const wake of this.#wakes) wake.cancel();
    this.#wakes.clear();
  }

  #checkThread(channel: string, threadTs: string): void {
    try {
      checkThread(this.#workspace, channel, threadTs);
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      throw new ActRefused(`There is no thread ${threadTs} in ${channel} (${error.code}).`);
    }
  }

  #wrap(eventId: string, isExtShared: boolean, event: JsonObject): JsonObject {
    const { verificationToken, appId, botUserId } = this.#workspace.credentials;
    return {
      token: verificationToken,
      team_id: team.id,
      context_team_id: team.id,
      context_enterprise_id: null,
      api_app_id: appId,
      event,
      type: "event_callback",
      event_id: eventId,
      event_time: Math.floor(this.#clock.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team.id, user_id: botUserId, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: isExtShared,
      ...(isExtShared ? { shared_team_ids: [team.id, otherTeamId] } : {}),
      event_context: `4-${eventId}`,
    };
  }

  async #attempt(
    eventId: string,
    raw: string,
    retryNum: number,
    overrides: DeliveryOverrides,
  ): Promise<DeliveryAnswer> {
    const answer = await deliver(this.#courier, raw, "application/json", overrides);
    this.#attempts.push({ eventId, retryNum, atMs: this.#clock.now(), status: answer.status });
    const afterMs = RETRY_AFTER_MS[retryNum];
    if (!isAccepted(answer) && !answer.noRetry && afterMs !== undefined) {
      const retry = { ...overrides, retryNum: retryNum + 1, retryReason: nameReason(answer) };
      const wake = this.#clock.wakeAt(this.#clock.now() + afterMs, () => {
        this.#wakes.delete(wake);
        void this.#attempt(eventId, raw, retryNum + 1, retry);
      });
      this.#wakes.add(wake);
    }
    this.#workspace.changes.tell({ kind: "delivery" });
    return answer;
  }
}

function nameReason(answer: DeliveryAnswer): string {
  if (answer.failure === "timeout") return "http_timeout";
  return answer.failure ?? "http_error";
}
