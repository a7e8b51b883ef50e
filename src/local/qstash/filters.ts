/** Query filters of the list and bulk calls: repeated values of one name mean OR, different names mean AND. */
import { ApiError } from "./api-error.ts";
import type { StoredMessage } from "./message.ts";

const LARGEST_COUNT = 100;
const IN_PROGRESS_STATES = new Set(["ACTIVE", "RETRY", "ERROR"]);

/** What a filter looks at: a message, and for some lists the entry about it. */
interface FilterSubject {
  message: StoredMessage;
  timeMs: number;
  dlqId?: string;
  state?: string;
  responseStatus?: number;
}

export type FilterName = keyof typeof READERS | "fromDate" | "toDate";

export interface Filter {
  /** True if the caller named anything to filter by. */
  isSelective: boolean;
  matches(subject: FilterSubject): boolean;
  /** 1 to 100, 100 by default. */
  count: number;
  /** Position after which to go on; undefined at the start. */
  beforeSeq: number | undefined;
}

const READERS = {
  messageIds: ({ message }: FilterSubject) => [message.id],
  messageId: ({ message }: FilterSubject) => [message.id],
  label: ({ message }: FilterSubject) => message.options.labels,
  url: ({ message }: FilterSubject) => [message.url],
  host: ({ message }: FilterSubject) => [new URL(message.url).host],
  path: ({ message }: FilterSubject) => [new URL(message.url).pathname],
  scheduleId: ({ message }: FilterSubject) => [message.scheduleId ?? ""],
  flowControlKey: ({ message }: FilterSubject) => [message.options.flowControl?.key ?? ""],
  callerIp: ({ message }: FilterSubject) => [message.callerIp],
  // URL groups and queues aren't built, so no message has one.
  topicName: () => [],
  queueName: () => [],
  dlqIds: ({ dlqId }: FilterSubject) => [dlqId ?? ""],
  state: ({ state = "" }: FilterSubject) => (IN_PROGRESS_STATES.has(state) ? [state, "IN_PROGRESS"] : [state]),
  responseStatus: ({ responseStatus }: FilterSubject) => [String(responseStatus ?? "")],
};

/** The filters that every list and bulk call knows. */
export const MESSAGE_FILTERS: FilterName[] = [
  "label",
  "url",
  "host",
  "path",
  "scheduleId",
  "flowControlKey",
  "callerIp",
  "topicName",
  "queueName",
  "fromDate",
  "toDate",
];

/**
 * Reads a query (`name` → values) that may hold the names in `allowed`, `count` and `cursor`.
 * @throws ApiError 400 for any other name, and for a value that can't be read.
 */
export function parseFilter(query: Record<string, string[]>, allowed: readonly FilterName[]): Filter {
  const tests: ((subject: FilterSubject) => boolean)[] = [];
  for (const [name, values] of Object.entries(query)) {
    if (["count", "cursor", "qstash_token"].includes(name)) continue;
    const known = allowed.find((candidate) => candidate === name);
    if (known === undefined) throw new ApiError(400, `unknown filter "${name}"; known are ${allowed.join(", ")}`);
    if (values.some((value) => value === "")) throw new ApiError(400, `filter "${name}" is empty`);
    tests.push(makeTest(known, values));
  }
  return {
    isSelective: tests.length > 0,
    matches: (subject) => tests.every((test) => test(subject)),
    count: readNumber(query["count"]?.[0], "count", LARGEST_COUNT, { from: 1, to: LARGEST_COUNT }) ?? LARGEST_COUNT,
    beforeSeq: readNumber(query["cursor"]?.[0], "cursor", undefined, { from: 0, to: Number.MAX_SAFE_INTEGER }),
  };
}

function makeTest(name: FilterName, values: string[]): (subject: FilterSubject) => boolean {
  if (name === "fromDate" || name === "toDate") {
    const bound = readNumber(values[0], name, undefined, { from: 0, to: Number.MAX_SAFE_INTEGER }) ?? 0;
    return name === "fromDate" ? ({ timeMs }) => timeMs >= bound : ({ timeMs }) => timeMs <= bound;
  }
  const wanted = new Set(values);
  return (subject) => READERS[name](subject).some((value) => wanted.has(value));
}

function readNumber(
  value: string | undefined,
  name: string,
  absent: number | undefined,
  range: { from: number; to: number },
): number | undefined {
  if (value === undefined || value === "") return absent;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < range.from || number > range.to) {
    throw new ApiError(400, `${name} must be a whole number from ${range.from} to ${range.to}, found "${value}"`);
  }
  return number;
}
