/** The shape of an outgoing message: a full sentence and the blocks beside it. Only classic block types are sent. */
import type { ChatPostMessageArguments } from "@slack/web-api";

type AnyBlock = Extract<ChatPostMessageArguments, { blocks: unknown }>["blocks"][number];

/** Slack's own types of the blocks that we send. */
export type SectionBlock = Extract<AnyBlock, { type: "section" }>;
export type HeaderBlock = Extract<AnyBlock, { type: "header" }>;
export type ContextBlock = Extract<AnyBlock, { type: "context" }>;
export type ActionsBlock = Extract<AnyBlock, { type: "actions" }>;
export type DividerBlock = Extract<AnyBlock, { type: "divider" }>;
export type KnownBlock = SectionBlock | HeaderBlock | ContextBlock | ActionsBlock | DividerBlock;
export type Button = Extract<ActionsBlock["elements"][number], { type: "button" }>;
type MrkdwnText = Extract<NonNullable<SectionBlock["text"]>, { type: "mrkdwn" }>;

/** `text` is read by screen readers and notifications: a sentence with outcome and numbers, markup escaped. */
export interface SlackMessage {
  text: string;
  blocks: KnownBlock[];
}

/** Verbatim: Slack must not make links or mentions out of what stands in names. */
function mrkdwn(text: string): MrkdwnText {
  return { type: "mrkdwn", text, verbatim: true };
}

/** A plain_text header; its text is shown as it is, so it is not escaped. */
export function header(text: string): HeaderBlock {
  return { type: "header", text: { type: "plain_text", text } };
}

/** `blockId` names a section whose lines may be dropped, see `limits.ts`. */
export function section(text: string, blockId?: string): SectionBlock {
  const block: SectionBlock = { type: "section", text: mrkdwn(text) };
  return blockId === undefined ? block : { ...block, block_id: blockId };
}

export function fields(texts: readonly string[]): SectionBlock {
  return { type: "section", fields: texts.map(mrkdwn) };
}

export function context(texts: readonly string[]): ContextBlock {
  return { type: "context", elements: texts.map(mrkdwn) };
}
