/** Sends events to the app, again by Slack's plan until they are taken, and keeps what became of each attempt. */
import type { Wake, WorldClock } from "../../clock.ts";
import { otherTeamId, team } from "../seed.ts";
import type { JsonObject } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";
import { deliver, isAccepted } from "./deliver.ts";
import type { Courier, DeliveryAnswer, DeliveryOverrides } from "./deliver.ts";

/** World time after a failed attempt: at once, a minute, five minutes. */
const RETRY_AFTER_MS = [0, 60_000, 300_000] as const;

/** One attempt at sending an event. */
export interface EventAttempt {
  eventId: string;
  /** 0 is the first; then X-Slack-Retry-Num. */
  retryNum: number;
  atMs: number;
  status: number;
}

/** Retries are forgotten when the world ends. */
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

  /** Resolves with the first attempt's answer; later attempts go on by themselves. */
  async send(
    event: JsonObject,
    options: { isExtShared?: boolean; overrides?: DeliveryOverrides | undefined } = {},
  ): Promise<DeliveryAnswer & { eventId: string }> {
    const eventId = `Ev${crypto.randomUUID().replaceAll("-", "").slice(0, 11).toUpperCase()}`;
    const body = JSON.stringify(this.#wrap(eventId, options.isExtShared === true, event));
    return { ...(await this.#attempt(eventId, body, 0, options.overrides ?? {})), eventId };
  }

  close(): void {
    for (const wake of this.#wakes) wake.cancel();
    this.#wakes.clear();
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
