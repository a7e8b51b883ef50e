/** What each stand-in received, what it answered and what it refused: one list of short lines, newest first. */
import type { LoggedCall } from "../graph/call-log.ts";
import type { ServedRpc } from "../postgres/gateway.ts";
import type { Qstash } from "../qstash/start-qstash.ts";
import { plainText } from "../slack/render-inline.ts";
import type { ServedCall } from "../slack/state/call-log.ts";
import type { LocalSlack } from "../slack/start-slack.ts";
import type { SlackDelivery } from "./slack-postman.ts";
import { partNames, type PartName, type WorldParts } from "./world-parts.ts";

/** How many of each part are looked through. */
const LOOKED_THROUGH = 500;
const LONGEST_WORDS = 90;

export interface Received {
  key: string;
  part: PartName;
  /** World time, epoch milliseconds. */
  atMs: number;
  /** Method, path, function or delivery. */
  what: string;
  /** Channel and words, ad account, destination. */
  about: string;
  /** 0 = no answer. */
  status: number;
  /** The answer in words. */
  answer: string;
  isRefused: boolean;
  /** Real milliseconds, where they are known. */
  ms: number | null;
}

export interface ReceivedFilter {
  part: PartName | "all";
  refusedOnly: boolean;
  count: number;
}

export type ListReceived = (filter: ReceivedFilter) => Received[];

const cut = (text: string) => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST_WORDS ? `${line.slice(0, LONGEST_WORDS)}…` : line;
};
const word = (value: unknown) => (typeof value === "string" ? value : "");
const words = (...parts: string[]) => parts.filter((part) => part !== "").join(" · ");
const isSuccess = (status: number) => status >= 200 && status < 300;

function nameChannel(slack: LocalSlack, id: string): string {
  const channel = id === "" ? undefined : slack.channels.find(id);
  return channel === undefined || channel.name === "" ? id : `#${channel.name}`;
}

/** Only named fields: arguments and answers may carry tokens and addresses. */
function fromSlackCall(slack: LocalSlack, call: ServedCall, at: number): Received {
  const { args, answer } = call;
  const metadata = answer["response_metadata"];
  const messages = typeof metadata === "object" && metadata !== null && "messages" in metadata ? metadata.messages : [];
  const reasons = Array.isArray(messages) ? messages.map(word).join("; ") : "";
  return {
    key: `slack:${call.atMs}:${at}`,
    part: "slack",
    atMs: call.atMs,
    what: call.method,
    about: words(nameChannel(slack, word(args["channel"])), word(args["ts"]), cut(plainText(word(args["text"])))),
    status: call.status,
    answer: words(call.outcome, cut(reasons)),
    isRefused: call.outcome !== "ok",
    ms: null,
  };
}

function fromDelivery(slack: LocalSlack, delivery: SlackDelivery & { seq: number }): Received {
  const { seq, atMs, kind, about, channel, status, ms, isRepeat } = delivery;
  return {
    key: `sent:${seq}`,
    part: "slack",
    atMs,
    what: `to the app: ${kind}${isRepeat ? " (again)" : ""}`,
    about: words(nameChannel(slack, channel), cut(about)),
    status,
    answer: status === 0 ? "no answer" : isSuccess(status) ? "taken" : "not taken",
    isRefused: !isSuccess(status),
    ms,
  };
}

function fromGraph(call: LoggedCall): Received {
  const problem = call.errorCode === null ? "" : `error ${call.errorCode}`;
  const isFine = call.status === 200 && call.errorCode === null;
  return {
    key: `meta:${call.id}`,
    part: "meta",
    atMs: call.atMs,
    what: `${call.method} ${call.path}`,
    about: words(call.account ?? "", call.level === null ? "" : `level ${call.level}`),
    status: call.status,
    answer: words(
      call.status === 0 ? "no answer" : isFine ? `${call.rows} ${call.rows === 1 ? "row" : "rows"}` : "refused",
      problem,
      call.rule === null ? "" : "a planted fault",
    ),
    isRefused: !isFine,
    ms: Math.round(call.durationMs),
  };
}

function fromRpc(call: ServedRpc & { seq: number }): Received {
  const isFine = call.status < 400;
  const answer = call.status === 499 ? "the caller gave up" : isFine ? "answered" : "refused";
  const { seq, atMs, name, status, ms } = call;
  return {
    key: `database:${seq}`,
    part: "database",
    atMs,
    what: name,
    about: "",
    status,
    answer,
    isRefused: !isFine,
    ms,
  };
}

function fromQueue(queue: Qstash): Received[] {
  const calls = queue.desk.calls().map(({ seq, atMs, method, path, status, ms }): Received => {
    const answer = status === 0 ? "connection cut" : isSuccess(status) ? "accepted" : "refused";
    const isRefused = !isSuccess(status);
    return {
      key: `api:${seq}`,
      part: "queue",
      atMs,
      what: `${method} ${path}`,
      about: "",
      status,
      answer,
      isRefused,
      ms,
    };
  });
  const attempts = queue.desk.attempts(LOOKED_THROUGH).map(({ attempt, message }): Received => {
    const { answer, startedAtMs, endedAtMs } = attempt;
    const again = attempt.retried === 0 ? "" : `, retry ${attempt.retried}`;
    const copy = attempt.copy === 0 ? "" : `, copy ${attempt.copy + 1}`;
    return {
      key: `attempt:${attempt.seq}`,
      part: "queue",
      atMs: startedAtMs,
      what: `delivery${again}${copy}`,
      about: words(pathOf(message?.url ?? ""), attempt.messageId),
      status: answer?.status ?? 0,
      answer: answer === null ? "under way" : (answer.error ?? (isSuccess(answer.status) ? "taken" : "not taken")),
      isRefused: answer !== null && !isSuccess(answer.status),
      ms: endedAtMs === null ? null : endedAtMs - startedAtMs,
    };
  });
  return [...calls, ...attempts];
}

/** The path alone: a destination's query may carry what nobody should read. */
export function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

/** Reading five thousand calls at each look is too much, so they are read again only after a new one. */
function watchSlackCalls(slack: LocalSlack): () => Received[] {
  let known: Received[] | undefined;
  slack.onChange((change) => {
    if (change.kind === "call") known = undefined;
  });
  return () => {
    known ??= slack
      .calls()
      .map((call, at) => ({ call, at }))
      .slice(-LOOKED_THROUGH)
      .map(({ call, at }) => fromSlackCall(slack, call, at));
    return known;
  };
}

/** Makes the way to look: filtered first, then cut to `count`. */
export function watchReceived(parts: WorldParts): ListReceived {
  const { slack, postman, queue, graph, database } = parts;
  const slackCalls = slack === null ? () => [] : watchSlackCalls(slack);
  const lists: Record<PartName, () => Received[]> = {
    slack: () => {
      if (slack === null) return [];
      const sent = (postman?.deliveries() ?? []).map((delivery) => fromDelivery(slack, delivery));
      return [...slackCalls(), ...sent];
    },
    queue: () => (queue === null ? [] : fromQueue(queue)),
    meta: () => (graph === null ? [] : graph.calls.newest(LOOKED_THROUGH).map(fromGraph)),
    database: () => (database === null ? [] : database.calls().map(fromRpc)),
  };
  return ({ part, refusedOnly, count }) =>
    partNames
      .filter((name) => part === "all" || part === name)
      .flatMap((name) => lists[name]())
      .filter((one) => !refusedOnly || one.isRefused)
      .toSorted((left, right) => right.atMs - left.atMs)
      .slice(0, count);
}
