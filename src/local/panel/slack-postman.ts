/** Carries what the local Slack sends to the app, keeps a list of it, and on demand sends a request twice. */
import { z } from "zod";
import { Recent } from "../recent.ts";

const KEPT_DELIVERIES = 500;
const REPEAT_TIMEOUT_MS = 3000;
const LONGEST_TEXT = 120;

/** One request from Slack to the app. */
export interface SlackDelivery {
  /** World time when it left, epoch milliseconds. */
  atMs: number;
  /** `command`, or the type of the interaction or event. */
  kind: string;
  /** What was typed, or which button was pressed. */
  about: string;
  channel: string;
  /** 0 when no answer came. */
  status: number;
  /** Real milliseconds. */
  ms: number;
  isRepeat: boolean;
}

/** Says that the next requests go out twice. */
export interface RepeatOrder {
  /** null = until it is lifted. */
  left: number | null;
  hits: number;
}

const command = z.object({ command: z.string(), text: z.string().default(""), channel_id: z.string().default("") });
const interaction = z.object({
  type: z.string(),
  channel: z.object({ id: z.string() }).optional(),
  actions: z.array(z.object({ action_id: z.string() })).default([]),
  view: z.object({ callback_id: z.string().default("") }).optional(),
});
const event = z.object({
  type: z.string(),
  event: z.object({ type: z.string(), channel: z.string().optional(), text: z.string().optional() }).optional(),
});

type About = Pick<SlackDelivery, "kind" | "about" | "channel">;

const cut = (text: string) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

function describeForm(body: string): About | undefined {
  const form = Object.fromEntries(new URLSearchParams(body));
  const typed = command.safeParse(form);
  if (typed.success) {
    return {
      kind: "command",
      about: cut(`${typed.data.command} ${typed.data.text}`.trim()),
      channel: typed.data.channel_id,
    };
  }
  const pressed = interaction.safeParse(readJson(form["payload"] ?? ""));
  if (!pressed.success) return undefined;
  const { type, channel, actions, view } = pressed.data;
  const about = [...actions.map((action) => action.action_id), view?.callback_id ?? ""].filter((word) => word !== "");
  return { kind: type, about: cut(about.join(", ")), channel: channel?.id ?? "" };
}

function describeEvent(body: string): About | undefined {
  const read = event.safeParse(readJson(body));
  if (!read.success) return undefined;
  const { type, event: inner } = read.data;
  return { kind: inner?.type ?? type, about: cut(inner?.text ?? ""), channel: inner?.channel ?? "" };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only named fields get in: a payload carries a response_url and a token. */
function describe(body: unknown): About {
  if (typeof body !== "string") return { kind: "request", about: "", channel: "" };
  const about = body.startsWith("{") ? describeEvent(body) : describeForm(body);
  return about ?? { kind: "request", about: "", channel: "" };
}

export class SlackPostman {
  #deliveries = new Recent<SlackDelivery>(KEPT_DELIVERIES);
  #repeat: RepeatOrder | null = null;
  #now: () => number;

  /** `now`: world time in epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** To be given to the local Slack as its way to the app. */
  fetch: typeof fetch = async (input, init) => {
    const answer = await this.#send(input, init, false);
    if (this.#takeRepeat()) {
      const headers = new Headers(init?.headers);
      headers.set("x-slack-retry-num", "1");
      headers.set("x-slack-retry-reason", "http_timeout");
      // Its answer is nobody's: Slack showed the first.
      const signal = AbortSignal.timeout(REPEAT_TIMEOUT_MS);
      void this.#send(input, { ...init, headers, signal }, true).catch(() => undefined);
    }
    return answer;
  };

  /** Newest first. */
  deliveries(): (SlackDelivery & { seq: number })[] {
    return this.#deliveries.list();
  }

  get repeat(): Readonly<RepeatOrder> | null {
    return this.#repeat;
  }

  /** `times` null = every request until it is lifted. */
  repeatNext(times: number | null): void {
    this.#repeat = { left: times, hits: 0 };
  }

  stopRepeating(): void {
    this.#repeat = null;
  }

  #takeRepeat(): boolean {
    if (this.#repeat === null) return false;
    this.#repeat.hits += 1;
    if (this.#repeat.left !== null) this.#repeat.left -= 1;
    if (this.#repeat.left === 0) this.#repeat = null;
    return true;
  }

  async #send(input: Parameters<typeof fetch>[0], init: RequestInit | undefined, isRepeat: boolean): Promise<Response> {
    const atMs = this.#now();
    const startedMs = performance.now();
    const keep = (status: number) => {
      const ms = Math.round(performance.now() - startedMs);
      this.#deliveries.add({ atMs, ...describe(init?.body), status, ms, isRepeat });
    };
    try {
      // Looked up at each request, so that a test which replaces the global one is heard.
      const answer = await fetch(input, init);
      keep(answer.status);
      return answer;
    } catch (error) {
      keep(0);
      throw error;
    }
  }
}
