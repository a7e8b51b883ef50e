/** Points everything that is still to be delivered at an app that has moved to another origin. */
import { replaceOrigin } from "./destination.ts";
import type { CallbackOptions } from "./message.ts";
import type { Parts } from "./parts.ts";
import { inTransaction } from "./store/transaction.ts";

const ADDRESS_HEADERS = ["upstash-callback", "upstash-failure-callback"];

/**
 * Rewrites open messages, dead letters, schedules and their callbacks from one origin (`http://127.0.0.1:3000`) to
 * another; returns how many messages and schedules changed.
 */
export function readdress(parts: Parts, fromOrigin: string, toOrigin: string): number {
  const move = (url: string) => replaceOrigin(url, fromOrigin, toOrigin);
  return inTransaction(parts.database, () => readdressMessages(parts, move) + readdressSchedules(parts, move));
}

type Move = (url: string) => string;

function readdressMessages(parts: Parts, move: Move): number {
  const letters = parts.deadLetters.list().map((letter) => parts.messages.find(letter.messageId));
  let changed = 0;
  for (const message of [...parts.messages.listOpen(), ...letters]) {
    if (message === undefined) continue;
    const url = move(message.url);
    const callback = moveCallback(message.options.callback, move);
    const failureCallback = moveCallback(message.options.failureCallback, move);
    const options = { ...message.options, callback, failureCallback };
    if (url === message.url && JSON.stringify(options) === JSON.stringify(message.options)) continue;
    parts.messages.rewrite(message.id, url, options);
    changed += 1;
  }
  return changed;
}

function moveCallback(callback: CallbackOptions | null, move: Move): CallbackOptions | null {
  return callback === null ? null : { ...callback, url: move(callback.url) };
}

function readdressSchedules(parts: Parts, move: Move): number {
  let changed = 0;
  for (const schedule of parts.schedules.list()) {
    const destination = move(schedule.destination);
    const headers = { ...schedule.headers };
    for (const name of ADDRESS_HEADERS) {
      const url = headers[name];
      if (url !== undefined) headers[name] = move(url);
    }
    if (destination === schedule.destination && JSON.stringify(headers) === JSON.stringify(schedule.headers)) continue;
    parts.schedules.put({ ...schedule, destination, headers });
    changed += 1;
  }
  return changed;
}
