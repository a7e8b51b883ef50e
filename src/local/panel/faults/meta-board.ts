/** Meta's faults: throttling, a token that died, answers that are broken, late or never come. */
import type { FaultRule, StoredRule } from "../../graph/faults/rule-book.ts";
import type { GraphStandIn } from "../../graph/start-graph.ts";
import { sayHowOften, untilSwitchedOff, type ActiveFault, type FaultBoard, type FaultChoice } from "./board.ts";

type Action = FaultRule["action"];

interface Row {
  choice: FaultChoice;
  action(seconds: number): Action;
}

function row(id: string, title: string, means: string, action: Action): Row {
  return { choice: { id: `meta.${id}`, part: "meta", title, means, isCountable: true }, action: () => action };
}

const TOKEN = "meta.token-death";
const tokenChoice: FaultChoice = {
  id: TOKEN,
  part: "meta",
  title: "Access token dies (190/460)",
  means: "The sample token is refused as after a changed password, until this is switched off.",
  isCountable: false,
};

const slow: Row = {
  choice: {
    id: "meta.slow",
    part: "meta",
    title: "Meta is slow",
    means: "Calls get their true answer late.",
    isCountable: true,
    seconds: { label: "Wait, seconds", standard: 3, most: 120 },
  },
  action: (seconds) => ({ kind: "delay", ms: Math.round(seconds * 1000) }),
};

/** Codes and their texts as Meta has them: the stand-in's own table of error facts. */
const rows: readonly Row[] = [
  row("throttle", "Account is throttled (17/2446079)", "Calls are refused: too many for this ad account.", {
    kind: "error",
    code: 17,
    subcode: 2446079,
  }),
  row("error-500", "Unknown error (code 1, HTTP 500)", "Calls are answered 500 with Meta's error 1.", {
    kind: "error",
    code: 1,
    http: 500,
  }),
  row("html", "HTML page instead of JSON (502)", "Calls are answered by an edge server's error page.", {
    kind: "html",
  }),
  slow,
  row("reset", "Connection is cut", "The connection breaks without an answer.", { kind: "reset" }),
];

function titleOf({ action }: StoredRule): string {
  if (action.kind === "error" && action.code === 190 && action.subcode === 460) return tokenChoice.title;
  const known = rows.find((one) => {
    const own = one.action(0);
    if (own.kind !== action.kind) return false;
    if (own.kind !== "error" || action.kind !== "error") return true;
    return own.code === action.code && own.subcode === action.subcode;
  });
  if (known !== undefined) return known.choice.title;
  if (action.kind !== "error") return action.kind;
  return `Error ${action.code}${action.subcode === undefined ? "" : `/${action.subcode}`}`;
}

function leftOf(rule: StoredRule): number | null {
  if (rule.times !== undefined) return rule.times - rule.fired;
  return rule.match.nth === undefined ? null : 1 - rule.fired;
}

function whereOf({ match }: StoredRule): string {
  const words = [
    match.method,
    match.level === undefined ? undefined : `level ${match.level}`,
    match.pathIncludes,
    match.account,
  ];
  const where = words.filter((word) => word !== undefined).join(", ");
  return where === "" ? "" : `, only ${where}`;
}

const listRules = (graph: GraphStandIn): ActiveFault[] =>
  graph.faults
    .list()
    .filter((rule) => leftOf(rule) !== 0)
    .map((rule) => ({
      key: rule.id,
      part: "meta",
      title: titleOf(rule),
      howOften: `${sayHowOften(leftOf(rule))}${whereOf(rule)}`,
      hits: rule.fired,
    }));

/** Any token that is out of order, whoever made it so. */
const listTokens = (graph: GraphStandIn): ActiveFault[] =>
  graph.tokens
    .list()
    .filter((token) => token.state !== "valid")
    .map(({ name, state }) => ({
      key: `token:${name}`,
      part: "meta",
      title: name === "default" && state === "password_changed" ? tokenChoice.title : `Token "${name}" is ${state}`,
      howOften: untilSwitchedOff,
      hits: null,
    }));

export function makeMetaBoard(graph: GraphStandIn): FaultBoard {
  return {
    part: "meta",
    choices: [tokenChoice, ...rows.map((one) => one.choice)],
    plant(id, { times, seconds }) {
      if (id === TOKEN) return void graph.tokens.set({ name: "default", state: "password_changed" });
      const chosen = rows.find((one) => one.choice.id === id);
      if (chosen === undefined) return undefined;
      const action = chosen.action(seconds ?? chosen.choice.seconds?.standard ?? 0);
      graph.faults.add({ action, ...(times === null ? {} : { times }) });
      return undefined;
    },
    list: () => [...listTokens(graph), ...listRules(graph)],
    lift(key) {
      if (!key.startsWith("token:")) return graph.faults.remove(key);
      const name = key.slice("token:".length);
      const isKnown = graph.tokens.list().some((token) => token.name === name);
      if (isKnown) graph.tokens.set({ name, state: "valid" });
      return isKnown;
    },
  };
}
