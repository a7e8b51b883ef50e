/** The story of a token that dies in the middle of a sync, is mended, and of the Retry that goes on from there. */
import { channel, command, orderSync, person } from "./order-sync.ts";
import { findButton, findLine, readThread, type PlacedButton } from "./read-thread.ts";
import type { Cast, Story, StoryStep } from "./story.ts";

const account = "act_2026110001";
const text = `${account} 28d`;
/** The token is good for the plan and two pages of the ads' figures, so something is saved when it dies. */
const lastGoodPage = 2;

export const tokenDeath: Story = {
  id: "token-death",
  title: "The token dies in the middle",
  about:
    "A sync starts, Meta's token dies, the failure is told, the token is mended, Retry goes on, the summary comes.",
  steps,
};

function steps(cast: Cast): StoryStep[] {
  const { slack, graph, until, afterwards } = cast;
  let ruleId = "";
  let rootTs = "";
  let retry: PlacedButton | undefined;
  const thread = () => readThread(slack, channel, rootTs);
  const line = (what: string, pattern: RegExp) => until(what, () => findLine(thread(), pattern));
  return [
    {
      says: "Meta's token is set to die after two pages of figures.",
      act: async () => {
        const match = { account, level: "ad", nth: lastGoodPage + 1 };
        // Every later call too, as with a token that is really dead.
        const rule = graph.faults.add({ match, times: 10_000, action: { kind: "error", code: 190, subcode: 460 } });
        ruleId = rule.id;
        afterwards(() => void graph.faults.remove(rule.id));
        return "Planted as error 190/460.";
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
      says: "The token dies in the middle.",
      act: () =>
        until("The call that meets the dead token", () => {
          const fired = graph.faults.list().find((rule) => rule.id === ruleId)?.fired ?? 0;
          return fired === 0 ? undefined : "Meta refused a call with 190/460.";
        }),
    },
    {
      says: "The message becomes a failure card.",
      act: async () => {
        const title = await line("The failure card", /sync failed/i);
        retry = await until("A Retry button", () => findButton(thread(), "Retry"));
        return title;
      },
    },
    {
      says: "Somebody mends the token.",
      act: async () => {
        graph.faults.remove(ruleId);
        return "Meta takes it again.";
      },
    },
    {
      says: "@ana presses Retry.",
      act: async () => {
        if (retry === undefined) throw new Error("There is no Retry button.");
        const { ts, actionId, value } = retry;
        const answer = await slack.sendClick({ user: person, channel, ts, actionId, value });
        if (answer.failure !== undefined) throw new Error(answer.failure);
        return `Answered after ${Math.round(answer.ms)} ms.`;
      },
    },
    {
      says: "The sync goes on where it stopped, and its summary lands in the thread.",
      act: () => {
        const replies = () => thread().slice(1);
        return until("The summary", () => findLine(replies(), /sync complete/i));
      },
    },
  ];
}
