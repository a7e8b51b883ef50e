/** The story of figures that Meta corrects afterwards: the same days are read twice, a day apart, and only what changed is written. */
import { renderText } from "../../slack/render-text.ts";
import { channel, command, orderSync } from "./order-sync.ts";
import { findLine, readThread } from "./read-thread.ts";
import type { Cast, Story, StoryStep } from "./story.ts";

const account = "act_2026110001";
const dayMs = 86_400_000;
const daysRead = 7;
const rows = /[\d.,]+ rows? read, [\d.,]+ written/;

export const restatement: Story = {
  id: "restatement",
  title: "Figures are restated",
  about:
    "A week is synced, a day passes, the same week is synced again: Meta credits later, and only changed rows are written.",
  steps,
};

/** The `daysRead` full days before yesterday: over in every zone. */
function weekBefore(nowMs: number): string {
  const day = (daysAgo: number) => new Date(nowMs - daysAgo * dayMs).toISOString().slice(0, 10);
  return `${day(daysRead + 1)}..${day(2)}`;
}

function steps(cast: Cast): StoryStep[] {
  const { slack, clock, until } = cast;
  const text = `${account} ${weekBefore(clock.now())}`;
  const summaries: string[][] = [];
  let rootTs = "";
  const order = async () => {
    const { ts, saw } = await orderSync(cast, text);
    rootTs = ts;
    return saw;
  };
  const summary = async () => {
    const thread = () => readThread(slack, channel, rootTs);
    await until("The summary", () => findLine(thread().slice(1), /sync complete/i));
    summaries.push(
      thread()
        .slice(1)
        .flatMap((message) => renderText(message).split("\n")),
    );
    return findLine(thread().slice(1), rows) ?? "The summary is there.";
  };
  return [
    { says: `@ana types ${command} ${text} in #ads.`, act: order },
    { says: "The summary tells what was read and written.", act: summary },
    {
      says: "A day passes.",
      act: async () => {
        await clock.advance(dayMs);
        return "The clock was moved one day on: Meta credits some purchases to clicks of days before.";
      },
    },
    { says: `@ana types ${command} ${text} again.`, act: order },
    { says: "The second summary: most rows are as they were, only changed ones are written.", act: summary },
    {
      says: "What Meta restated.",
      act: async () => {
        const [first = [], second = []] = summaries;
        const changed = second.filter((line) => !first.includes(line) && !rows.test(line) && line.trim() !== "");
        return changed.length === 0 ? "No total changed." : changed.join(" · ");
      },
    },
  ];
}
