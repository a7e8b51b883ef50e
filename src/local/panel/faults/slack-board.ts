/** Slack's faults: refusals and silence of its Web API and response_urls, and requests that it sends twice. */
import { faultKinds, type FaultKind } from "../../slack/faults.ts";
import type { LocalSlack } from "../../slack/start-slack.ts";
import type { SlackPostman } from "../slack-postman.ts";
import { sayHowOften, type ActiveFault, type FaultBoard, type FaultChoice } from "./board.ts";

type Words = Pick<FaultChoice, "title" | "means" | "seconds">;

const words: Partial<Record<FaultKind, Words>> = {
  ratelimited: {
    title: "Too many requests (429)",
    means: "Calls are answered ratelimited, with a Retry-After header.",
    seconds: { label: "Retry-After, seconds", standard: 2, most: 600 },
  },
  not_in_channel: { title: "Bot is not in the channel", means: "Posting is refused with not_in_channel." },
  is_archived: { title: "Channel is archived", means: "Posting is refused with is_archived." },
  message_not_found: { title: "Message was deleted", means: "Edits are refused with message_not_found." },
  cant_update_message: { title: "Message can't be edited", means: "Edits are refused with cant_update_message." },
  invalid_blocks: { title: "Blocks are refused", means: "Posts and edits are refused with invalid_blocks." },
  token_revoked: { title: "Bot token is revoked", means: "Web API calls are refused with token_revoked." },
  expired_response_url: {
    title: "response_url has expired",
    means: "Posts to a response_url are answered 404 expired_url.",
  },
  down: { title: "Slack is down (503)", means: "Calls are answered 503, and nothing is done." },
  hang: { title: "Slack doesn't answer", means: "Calls get no answer until this is switched off." },
  lost_answer: { title: "Answer is lost (502)", means: "The work is done, then the caller sees 502." },
  slow: {
    title: "Slack is slow",
    means: "Calls wait before they are worked.",
    seconds: { label: "Wait, seconds", standard: 2, most: 60 },
  },
};

const REPEAT = "slack.duplicate";
const repeatChoice: FaultChoice = {
  id: REPEAT,
  part: "slack",
  title: "Request is sent twice",
  means: "A command, click or event reaches the app a second time, marked as a retry.",
  isCountable: true,
};

const choices: readonly FaultChoice[] = faultKinds.map((kind) => ({
  id: `slack.${kind}`,
  part: "slack",
  // A kind that has no words yet is offered under its own name.
  ...(words[kind] ?? { title: kind, means: `The next calls that it fits meet ${kind}.` }),
  isCountable: true,
}));

function listPlanted(slack: LocalSlack): ActiveFault[] {
  return slack.faults
    .list()
    .filter((fault) => fault.left !== 0)
    .map((fault) => ({
      key: fault.id,
      part: "slack",
      title: words[fault.kind]?.title ?? fault.kind,
      howOften: sayHowOften(fault.left),
      hits: fault.hits,
    }));
}

function listRepeat(postman: SlackPostman | null): ActiveFault[] {
  const repeat = postman?.repeat ?? null;
  if (repeat === null) return [];
  const { title } = repeatChoice;
  return [{ key: REPEAT, part: "slack", title, howOften: sayHowOften(repeat.left), hits: repeat.hits }];
}

export function makeSlackBoard(slack: LocalSlack, postman: SlackPostman | null): FaultBoard {
  return {
    part: "slack",
    choices: postman === null ? choices : [repeatChoice, ...choices],
    plant(id, { times, seconds }) {
      if (id === REPEAT) return postman?.repeatNext(times);
      const kind = faultKinds.find((one) => `slack.${one}` === id);
      if (kind === undefined) return undefined;
      const waits = seconds ?? words[kind]?.seconds?.standard;
      const timing = waits === undefined ? {} : kind === "slow" ? { ms: waits * 1000 } : { retryAfterSeconds: waits };
      slack.faults.add({ kind, times, ...timing });
      return undefined;
    },
    list: () => [...listRepeat(postman), ...listPlanted(slack)],
    lift(key) {
      if (key !== REPEAT) return slack.faults.remove(key);
      const wasOn = postman?.repeat != null;
      postman?.stopRepeating();
      return wasOn;
    },
  };
}
