/** Tells listeners (the browser page, tests) that something in the workspace is new. */
export interface Change {
  kind:
    | "message"
    | "ephemeral"
    | "view"
    | "home"
    | "file"
    | "person"
    | "channel"
    | "user_group"
    | "call"
    | "fault"
    | "delivery";
  channel?: string;
  /** Whose modal or Home tab it is, who sees the ephemeral message, or which person changed. */
  user?: string;
  ts?: string;
}

export type ChangeListener = (change: Change) => void;

export class ChangeFeed {
  #listeners = new Set<ChangeListener>();

  /** Returns the way to stop listening. */
  listen = (listener: ChangeListener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  close(): void {
    this.#listeners.clear();
  }
}
