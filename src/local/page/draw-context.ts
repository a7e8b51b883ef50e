/** What a block needs to know beside itself: who looks, and where it stands. */
import type { Markup } from "./markup.ts";
import type { Reader } from "./reader.ts";

export interface DrawContext {
  reader: Reader;
  place: "message" | "modal" | "home";
  /** Begins the ids of inputs: unique on the page, the same after every edit. */
  key: string;
  /** Stands behind the block's last word: "(edited)". */
  tail?: Markup;
}

/** An element's place inside a block. */
export interface ElementContext extends DrawContext {
  blockId: string;
  /** Id of what names the element; without it the element names itself. */
  labelledBy?: string;
  /** Ids of hint and error. */
  describedBy?: string;
  /** An input block collects values; elsewhere a choice is sent at once. */
  isInput: boolean;
  required?: boolean;
}
