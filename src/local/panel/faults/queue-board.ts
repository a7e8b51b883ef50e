/** The queue's faults: deliveries that come twice, late, in another order, and a queue that doesn't take messages. */
import type { ActiveFault as QueueFault, FaultKind } from "../../qstash/faults.ts";
import type { Qstash } from "../../qstash/start-qstash.ts";
import { sayHowOften, type FaultBoard, type FaultChoice } from "./board.ts";

type Words = Pick<FaultChoice, "title" | "means" | "seconds">;

const words: Record<FaultKind, Words> = {
  duplicate: { title: "Delivered twice", means: "Each delivery is made two times at once." },
  reorder: { title: "Out of order", means: "A message is held until another one was delivered, 5 seconds at most." },
  delay: {
    title: "Delivered late",
    means: "Each message waits longer than its publisher asked.",
    seconds: { label: "Delay, seconds", standard: 30, most: 86_400 },
  },
  "lost-answer": {
    title: "App's answer is lost",
    means: "The app does the work, the queue doesn't hear of it and delivers again.",
  },
  down: { title: "Queue is down (503)", means: "Calls are answered 503, nothing is delivered." },
  "publish-5xx": { title: "Publishing fails (500)", means: "New messages are refused with 500." },
  "publish-hang": {
    title: "Publishing doesn't answer",
    means: "New messages get no answer until this is switched off.",
  },
  "lost-publish-answer": {
    title: "Publish's answer is lost",
    means: "The message is taken, then the connection breaks.",
  },
};

const kinds = Object.keys(words) as FaultKind[];
const choices: readonly FaultChoice[] = kinds.map((kind) => ({
  id: `queue.${kind}`,
  part: "queue",
  ...words[kind],
  isCountable: true,
}));

const left = (fault: QueueFault) => (fault.times === undefined ? null : fault.times - fault.applied);

export function makeQueueBoard(queue: Qstash): FaultBoard {
  return {
    part: "queue",
    choices,
    plant(id, { times, seconds }) {
      const kind = kinds.find((one) => `queue.${one}` === id);
      if (kind === undefined) return;
      const delaySeconds = kind === "delay" ? (seconds ?? words.delay.seconds?.standard) : undefined;
      queue.faults.add({
        kind,
        ...(times === null ? {} : { times }),
        ...(delaySeconds === undefined ? {} : { delaySeconds }),
      });
    },
    list: () =>
      queue.faults.list().map((fault) => ({
        key: fault.id,
        part: "queue",
        title: words[fault.kind].title,
        howOften: sayHowOften(left(fault)),
        hits: fault.applied,
      })),
    lift: (key) => queue.faults.remove(key),
  };
}
