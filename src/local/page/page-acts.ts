/** What a person does on the page, as JSON from the browser, turned into acts in the workspace. */
import { z } from "zod";
import { ActRefused } from "../slack/outgoing/refuse-act.ts";
import type { JsonObject } from "../slack/shapes.ts";
import type { LocalSlack } from "../slack/start-slack.ts";
import { spell } from "../slack/values.ts";
import { wordsOf } from "./text/draw-text.ts";
import { findElement, readActionValue, readViewValues, type Field } from "./view-values.ts";

const word = z.string().min(1).max(300);
const as = word;
const source = z.union([z.strictObject({ viewId: word }), z.strictObject({ channel: word, ts: word })]);
const fields = z.array(z.tuple([z.string().max(600), z.string().max(4000), z.string().max(4000)])).max(500);

export const actSchema = z.discriminatedUnion("act", [
  z.strictObject({
    act: z.literal("say"),
    as,
    channel: word,
    text: z.string().min(1).max(40_000),
    threadTs: word.optional(),
  }),
  z.strictObject({
    act: z.literal("press"),
    as,
    source,
    blockId: z.string(),
    actionId: z.string(),
    value: z.string().optional(),
    fields,
  }),
  z.strictObject({
    act: z.literal("choose"),
    as,
    source,
    blockId: z.string(),
    actionId: z.string(),
    chosen: z.array(z.string()).max(100),
    fields,
  }),
  z.strictObject({
    act: z.literal("suggest"),
    as,
    source,
    blockId: z.string(),
    actionId: z.string(),
    typed: z.string().max(300),
  }),
  z.strictObject({ act: z.literal("submit"), as, viewId: word, fields }),
  z.strictObject({ act: z.literal("close"), as, viewId: word, all: z.boolean() }),
  z.strictObject({ act: z.literal("open_home"), as }),
  z.strictObject({ act: z.literal("shortcut"), as, callbackId: word, channel: word.optional(), ts: word.optional() }),
]);
export type Act = z.infer<typeof actSchema>;
type ActOf<Name extends Act["act"]> = Extract<Act, { act: Name }>;

/** `failure`: what Slack shows beside the thing that was used. */
export interface ActAnswer {
  failure?: string;
  /** By block_id, what is wrong with an input. */
  errors?: Record<string, string>;
  options?: { value: string; words: string }[];
}

const failed = (failure: string | undefined): ActAnswer => (failure === undefined ? {} : { failure });

/** Slack's own command: it never reaches the app. */
function invite(slack: LocalSlack, act: ActOf<"say">, name: string): ActAnswer {
  const channel = slack.channels.get(act.channel);
  const person = slack.people.list().find((one) => one.name === name);
  if (channel === undefined || !channel.members.includes(act.as)) return { failure: "You are not in this channel." };
  if (person === undefined) return { failure: `There is nobody called @${name} here.` };
  if (channel.members.includes(person.id)) return { failure: `@${name} is in this channel already.` };
  slack.channels.join(channel.id, person.id);
  return {};
}

async function say(slack: LocalSlack, act: ActOf<"say">): Promise<ActAnswer> {
  const invited = /^\/invite\s+@?(\S+)\s*$/u.exec(act.text)?.[1];
  if (invited !== undefined) return invite(slack, act, invited);
  const { failure } = await slack.sendMessage({
    user: act.as,
    channel: act.channel,
    text: act.text,
    threadTs: act.threadTs,
  });
  return failed(failure);
}

/** The blocks in front of the person: of their modal, their Home tab, or a message. */
function blocksOf(slack: LocalSlack, user: string, from: ActOf<"press">["source"]): readonly JsonObject[] {
  if ("viewId" in from) {
    const open = slack.modals(user).find((view) => view.id === from.viewId) ?? slack.home(user);
    return open?.id === from.viewId ? open.view.blocks : [];
  }
  const all = [...slack.messages(from.channel), ...slack.ephemerals().filter((message) => message.to === user)];
  return all.find((message) => message.channel === from.channel && message.ts === from.ts)?.blocks ?? [];
}

async function use(slack: LocalSlack, act: ActOf<"press"> | ActOf<"choose">): Promise<ActAnswer> {
  const { as: user, source: from, blockId, actionId } = act;
  const blocks = blocksOf(slack, user, from);
  const zone = slack.people.get(user)?.tz ?? "Etc/UTC";
  const chosen = act.act === "choose" ? act.chosen : act.value === undefined ? [] : [act.value];
  if ("viewId" in from) {
    const value =
      act.act === "choose" ? readActionValue(findElement(blocks, blockId, actionId), chosen, zone) : act.value;
    const values = readViewValues(blocks, act.fields, zone);
    const answer = await slack.sendViewAction({ user, viewId: from.viewId, actionId, blockId, value, values });
    return failed(answer.failure);
  }
  const value = chosen[0];
  const answer = await slack.sendClick({ user, ...from, actionId, value });
  return failed(answer.failure);
}

async function suggest(slack: LocalSlack, act: ActOf<"suggest">): Promise<ActAnswer> {
  const { as: user, blockId, actionId, typed } = act;
  const answer = await slack.suggestOptions({ user, ...act.source, blockId, actionId, typed });
  const options = answer.options.map((option) => {
    return { value: spell(option["value"]), words: wordsOf(option["text"]) };
  });
  return { options, ...failed(answer.failure) };
}

async function submit(slack: LocalSlack, act: ActOf<"submit">): Promise<ActAnswer> {
  const { as: user, viewId } = act;
  const sent: readonly Field[] = act.fields;
  const zone = slack.people.get(user)?.tz ?? "Etc/UTC";
  const values = readViewValues(blocksOf(slack, user, { viewId }), sent, zone);
  const answer = await slack.submitView({ user, viewId, values });
  return { ...failed(answer.failure), ...(answer.errors === undefined ? {} : { errors: answer.errors }) };
}

async function perform(slack: LocalSlack, act: Act): Promise<ActAnswer> {
  switch (act.act) {
    case "say":
      return say(slack, act);
    case "press":
    case "choose":
      return use(slack, act);
    case "suggest":
      return suggest(slack, act);
    case "submit":
      return submit(slack, act);
    case "close":
      await slack.closeView({ user: act.as, viewId: act.viewId, clear: act.all });
      return {};
    case "open_home":
      await slack.openHome({ user: act.as });
      return {};
    case "shortcut": {
      const { as: user, callbackId, channel, ts } = act;
      return failed((await slack.sendShortcut({ user, callbackId, channel, ts })).failure);
    }
    default:
      return act satisfies never;
  }
}

/** What Slack's client wouldn't let the person do comes back as a failure in words. */
export async function performAct(slack: LocalSlack, act: Act): Promise<ActAnswer> {
  try {
    return await perform(slack, act);
  } catch (error) {
    if (error instanceof ActRefused) return { failure: error.message };
    throw error;
  }
}
