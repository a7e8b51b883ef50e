/** What a message is: its states, the options its publisher gave, and the stored row. */
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/** CREATED and RETRY wait, ACTIVE and CANCEL_REQUESTED are in flight, the others are final. */
export type MessageState = "CREATED" | "RETRY" | "ACTIVE" | "CANCEL_REQUESTED" | "DELIVERED" | "FAILED" | "CANCELED";

/** Headers that travel to the destination: canonical name and value, prefix already taken off. */
export type ForwardedHeaders = [name: string, value: string][];

export interface CallbackOptions {
  url: string;
  method: Method;
  /** null = as the source message has it. */
  maxRetries: number | null;
  retryDelay: string | null;
  timeoutSeconds: number | null;
  headers: ForwardedHeaders;
}

export interface FlowControl {
  key: string;
  /** Deliveries in flight at one time; null = no limit. */
  parallelism: number | null;
  /** Deliveries begun per period; null = no limit. */
  rate: number | null;
  periodSeconds: number;
}

export interface MessageOptions {
  method: Method;
  delaySeconds: number;
  /** Epoch milliseconds; wins over the delay. */
  notBeforeMs: number | null;
  maxRetries: number;
  retryDelay: string | null;
  timeoutSeconds: number | null;
  deduplicationId: string | null;
  contentBasedDeduplication: boolean;
  callback: CallbackOptions | null;
  failureCallback: CallbackOptions | null;
  flowControl: FlowControl | null;
  labels: string[];
  headers: ForwardedHeaders;
}

export interface StoredMessage {
  /** Order of acceptance. */
  seq: number;
  id: string;
  state: MessageState;
  /** Destination as published. */
  url: string;
  body: Uint8Array;
  options: MessageOptions;
  /** Retries so far: the next delivery's `Upstash-Retried`. */
  retried: number;
  createdAtMs: number;
  /** Earliest first delivery. */
  notBeforeMs: number;
  /** Set while the message waits, null otherwise. */
  nextDeliveryAtMs: number | null;
  finishedAtMs: number | null;
  scheduleId: string | null;
  /** The message that this one is a callback of. */
  sourceMessageId: string | null;
  callerIp: string;
}

/** `x-request-id` as Go writes header names: `X-Request-Id`. */
export function canonicalizeHeader(name: string): string {
  return name.toLowerCase().replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
