/** A person types the slash command for a sync, and its message comes. */
import { rootsSince } from "./read-thread.ts";
import type { Cast } from "./story.ts";

export const person = "U0ANA";
export const channel = "C0ADS";
export const command = "/meta-sync";

/** Types it in #ads; gives the ts of the message that the sync posts, and what was seen in words. */
export async function orderSync({ slack, until }: Cast, text: string): Promise<{ ts: string; saw: string }> {
  const before = slack.messages(channel).at(-1)?.ts ?? "";
  const answer = await slack.sendCommand({ user: person, channel, command, text });
  // A late answer is told to the person, and yet the sync begins: only the message decides.
  const answered =
    answer.failure === undefined ? `Answered after ${Math.round(answer.ms)} ms` : (answer.ackedText ?? answer.failure);
  const root = await until(`A message about the sync (${answered})`, () => rootsSince(slack, channel, before)[0]);
  return { ts: root.ts, saw: `${answered}; the sync's message stands in #ads.` };
}
