/** Slack's limits: each edge from both sides, and what is given up first. */
import { expect, test } from "vitest";
import { fitBlocks } from "#src/slack/fit.ts";
import { checkBlocks, weighBlocks, limits } from "#src/slack/limits.ts";
import {
  type Button,
  context,
  fields,
  header,
  type KnownBlock,
  section,
  type SlackMessage,
} from "#src/slack/message.ts";

const x = (count: number): string => "x".repeat(count);
const messageOf = (...blocks: KnownBlock[]): SlackMessage => ({ text: "A sentence.", blocks });
const sections = (count: number): KnownBlock[] => Array.from({ length: count }, () => section("x"));

function withButton(changes: Partial<Button>, count = 1): KnownBlock {
  const button: Button = {
    type: "button",
    action_id: "job.again",
    text: { type: "plain_text", text: "Sync again" },
    accessibility_label: "Sync again: Acme DE",
    value: "j1",
    ...changes,
  };
  return { type: "actions", elements: Array.from({ length: count }, () => button) };
}

const plain = (text: string) => ({ type: "plain_text", text }) as const;

/** [what, at the edge, over it]. */
const edges: [string, SlackMessage, SlackMessage][] = [
  ["text", { text: x(4000), blocks: [] }, { text: x(4001), blocks: [] }],
  ["blocks", messageOf(...sections(50)), messageOf(...sections(51))],
  ["header", messageOf(header(x(150))), messageOf(header(x(151)))],
  ["section", messageOf(section(x(3000))), messageOf(section(x(3001)))],
  ["field", messageOf(fields([x(2000)])), messageOf(fields([x(2001)]))],
  ["fields", messageOf(fields(Array(10).fill("x"))), messageOf(fields(Array(11).fill("x")))],
  ["context", messageOf(context([x(3000)])), messageOf(context([x(3001)]))],
  ["context elements", messageOf(context(Array(10).fill("x"))), messageOf(context(Array(11).fill("x")))],
  ["actions", messageOf(withButton({}, 25)), messageOf(withButton({}, 26))],
  ["button text", messageOf(withButton({ text: plain(x(75)) })), messageOf(withButton({ text: plain(x(76)) }))],
  [
    "label",
    messageOf(withButton({ accessibility_label: x(75) })),
    messageOf(withButton({ accessibility_label: x(76) })),
  ],
  [
    "total",
    messageOf(...Array(4).fill(section(x(2940)))),
    messageOf(...Array(3).fill(section(x(2940))), section(x(2941))),
  ],
];

test.each(edges)(
  "%s: the edge is taken as it is, one more is refused by the check and mended by the fit",
  (_, at, over) => {
    expect(checkBlocks(at)).toEqual([]);
    expect(fitBlocks(at)).toEqual(at);
    expect(checkBlocks(over)).toHaveLength(1);
    expect(checkBlocks(fitBlocks(over))).toEqual([]);
  },
);

test("lengths are code points: 3,000 emoji fit, though they are 6,000 units", () => {
  expect(checkBlocks(messageOf(section("😀".repeat(3000))))).toEqual([]);
  expect(checkBlocks(fitBlocks(messageOf(section("😀".repeat(3001)))))).toEqual([]);
});

test("what can't be cut is named with its place", () => {
  const twice = { ...section("x"), block_id: "proof" };
  const message = messageOf(withButton({ value: x(2001) }), withButton({ action_id: x(256) }), twice, { ...twice });
  expect(checkBlocks(fitBlocks(message)).map((problem) => problem.sentence)).toEqual([
    "blocks[0].elements[0].value has 2001 characters: Slack takes 2000",
    "blocks[1].elements[0].action_id has 256 characters: Slack takes 255",
    'block_id "proof" is used twice: Slack takes each once in a message',
  ]);
});

test("empty texts, which Slack refuses, are left out", () => {
  const message = messageOf(header(""), section(""), fields(["", "kept"]), context(["", "kept"]), { type: "divider" });
  expect(checkBlocks(message)).toHaveLength(4);
  expect(fitBlocks(message).blocks).toEqual([fields(["kept"]), context(["kept"]), { type: "divider" }]);
});

test("over 50 blocks the first and the button at the end stay", () => {
  const fitted = fitBlocks(messageOf(header("Top"), ...sections(60), context(["small"]), withButton({})));
  expect(fitted.blocks).toHaveLength(50);
  expect(fitted.blocks[0]).toEqual(header("Top"));
  expect(fitted.blocks.slice(-2).map((block) => block.type)).toEqual(["context", "actions"]);
});

test("campaign lines are given up last-first, and how many is said", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `${index + 1}. ${x(60)}`);
  const fitted = fitBlocks(messageOf(section(["*Top campaigns*", ...lines].join("\n"), "campaigns")));
  const [block] = fitted.blocks;
  const kept = block?.type === "section" ? (block.text?.text.split("\n") ?? []) : [];
  expect(kept[0]).toBe("*Top campaigns*");
  expect(kept[1]).toBe(lines[0]);
  expect(kept.at(-1)).toBe(`…and ${100 - (kept.length - 2)} more`);
  expect(checkBlocks(fitted)).toEqual([]);
});

test("a total that is too large takes campaign lines before anything else", () => {
  const campaigns = ["*Top campaigns*", ...Array(40).fill(x(60))].join("\n");
  const others = Array.from({ length: 4 }, () => section(x(2700)));
  const fitted = fitBlocks(messageOf(...others, section(campaigns, "campaigns")));
  expect(weighBlocks(fitted.blocks)).toBeLessThanOrEqual(limits.totalWeight);
  expect(fitted.blocks.slice(0, 4)).toEqual(others);
  expect(JSON.stringify(fitted.blocks[4])).toMatch(/…and \d+ more/);
});
