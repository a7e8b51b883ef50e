/** The story of a throttle in the middle of a sync: it pauses, says until when, and goes on by itself. */
import { channel, command, orderSync } from "./order-sync.ts";
import { findLine, readThread } from "./read-thread.ts";
import type { Cast, Story, StoryStep } from "./story.ts";

const account = "act_2026110001";
const text = `${account} 28d`;
/** The plan and two pages of the ads' figures are read when Meta asks for the break. */
const lastGoodPage = 2;
/** Longer than Meta blocks an account of either tier: one minute, or five. */
const breakMs = 6 * 60_000;

export const throttle: Story = {
  id: "throttle",
  title: "Meta asks for a break",
  about: "A sync meets Meta's limit, the message says until when it pauses, the time passes, it goes on by itself.",
  steps,
};

function steps(cast: Cast): StoryStep[] {
  const { slack, graph, clock, until, afterwards } = cast;
  let ruleId = "";
  let rootTs = "";
  const line = (what: string, pattern: RegExp) =>
    until(what, () => findLine(readThread(slack, channel, rootTs), pattern));
  return [
    {
      says: "Meta is set to ask for a break after two pages of figures.",
      act: async () => {
        const match = { account, level: "ad", nth: lastGoodPage + 1 };
        const rule = graph.faults.add({ match, times: 1, action: { kind: "error", code: 17, subcode: 2446079 } });
        ruleId = rule.id;
        afterwards(() => void graph.faults.remove(rule.id));
        return "Planted as error 17/2446079, once.";
      },
    },
    {
      says: `@ana types ${command} ${text} in #ads.`,
      act: async () => {
        const { ts, saw } = await orderSync(cast, text);
        rootTs = ts;
        return saw;
      },
    },
    {
      says: "Meta asks for the break in the middle.",
      act: () =>
        until("The call that meets the limit", () => {
          const fired = graph.faults.list().find((rule) => rule.id === ruleId)?.fired ?? 0;
          return fired === 0 ? undefined : "Meta refused a call with 17/2446079: too many calls to this ad account.";
        }),
    },
    {
      says: "The message says until when the sync pauses.",
      act: () => line("The message of the pause", /paused until .+ because meta asked/i),
    },
    {
      says: "The time passes.",
      act: async () => {
        await clock.advance(breakMs);
        return `The clock was moved ${breakMs / 60_000} minutes on.`;
      },
    },
    {
      says: "The sync goes on by itself, and its summary lands in the thread.",
      act: () => line("The summary", /sync complete/i),
    },
  ];
}
