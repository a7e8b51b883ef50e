/** The modals people have open, as stacks, and the Home tab of each person. Homes are kept, modals end with the process. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { SlackRefusal } from "../refusal.ts";
import type { Grant, JsonObject, OpenView, PublishedView, SlackView, ViewValues } from "../shapes.ts";
import { nameBlocks } from "../web-api/name-blocks.ts";
import { listObjects } from "../values.ts";
import type { ChangeFeed } from "./changes.ts";
import { openJsonTable } from "./json-table.ts";
import type { JsonTable } from "./json-table.ts";
import { readState } from "./view-state.ts";

/** A modal and two pushed onto it. */
const MOST_IN_STACK = 3;

/** A checked view that an app sent, and the app. */
export interface ViewDraft {
  view: JsonObject;
  grant: Grant;
}

interface Place {
  id: string;
  rootId: string;
  previousId: string | null;
}

export class ViewStore {
  #homes: JsonTable<PublishedView & { user: string }>;
  #stacks = new Map<string, OpenView[]>();
  #now: () => number;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, now: () => number, changes: ChangeFeed) {
    this.#homes = openJsonTable(database, "homes", "user");
    this.#now = now;
    this.#changes = changes;
  }

  stack(user: string): OpenView[] {
    return structuredClone(this.#stacks.get(user) ?? []);
  }

  home(user: string): PublishedView | undefined {
    const kept = this.#homes.get(user);
    return kept === undefined ? undefined : { id: kept.id, hash: kept.hash, view: kept.view };
  }

  /** A modal of its own; one that was open before is gone. Throws SlackRefusal duplicate_external_id. */
  open(user: string, draft: ViewDraft): OpenView {
    const id = makeViewId();
    const view = this.#dress(draft, { id, rootId: id, previousId: null });
    return this.#put(user, [view], view);
  }

  /** On top of the stack. Throws SlackRefusal: not_found (nothing open), push_limit_reached, duplicate_external_id. */
  push(user: string, draft: ViewDraft): OpenView {
    const stack = this.#stacks.get(user) ?? [];
    const top = stack.at(-1);
    if (top === undefined) throw new SlackRefusal("not_found");
    if (stack.length >= MOST_IN_STACK) throw new SlackRefusal("push_limit_reached");
    const view = this.#dress(draft, { id: makeViewId(), rootId: top.rootViewId, previousId: top.id });
    return this.#put(user, [...stack, view], view);
  }

  /**
   * Another content for a view that is there, modal or Home. What was typed stays in inputs that keep block_id and action_id.
   * Throws SlackRefusal: not_found, hash_conflict, duplicate_external_id.
   */
  update(which: { id?: string; externalId?: string }, draft: ViewDraft, hash?: string): SlackView {
    const found = this.#findAnywhere(which);
    if (found === undefined || found.view["app_id"] !== draft.grant.appId) throw new SlackRefusal("not_found");
    if (hash !== undefined && hash !== found.view.hash) throw new SlackRefusal("hash_conflict");
    if (found.view.type === "home") return this.publish(found.user, draft).view;
    const stack = this.#stacks.get(found.user) ?? [];
    const old = stack.find(({ id }) => id === found.view.id);
    if (old === undefined) throw new SlackRefusal("not_found");
    const place = { id: old.id, rootId: old.rootViewId, previousId: old.previousViewId };
    const view = this.#dress(draft, place, old.state.values);
    return this.#put(
      found.user,
      stack.map((one) => (one.id === old.id ? view : one)),
      view,
    ).view;
  }

  /** The person's Home tab; its id stays. Throws SlackRefusal: hash_conflict, duplicate_external_id. */
  publish(user: string, draft: ViewDraft, hash?: string): PublishedView {
    const kept = this.home(user);
    if (hash !== undefined && kept !== undefined && hash !== kept.hash) throw new SlackRefusal("hash_conflict");
    const id = kept?.id ?? makeViewId();
    const { view } = this.#dress(draft, { id, rootId: id, previousId: null }, kept?.view.state.values);
    this.#homes.put(user, { user, id, hash: view.hash, view });
    this.#changes.tell({ kind: "home", user });
    return { id, hash: view.hash, view };
  }

  /** What a person has typed so far. */
  keepValues(user: string, viewId: string, values: ViewValues): SlackView | undefined {
    const open = this.#stacks.get(user)?.find(({ id }) => id === viewId);
    if (open !== undefined) {
      open.state = { values };
      open.view = { ...open.view, state: { values } };
      return open.view;
    }
    const home = this.home(user);
    if (home?.id !== viewId) return undefined;
    const view = { ...home.view, state: { values } };
    this.#homes.put(user, { ...home, user, view });
    return view;
  }

  /** Closes the view on top, or all; gives what was closed, top first. */
  close(user: string, all: boolean): OpenView[] {
    const stack = this.#stacks.get(user) ?? [];
    const left = all ? [] : stack.slice(0, -1);
    this.#stacks.set(user, left);
    this.#changes.tell({ kind: "view", user });
    return stack.slice(left.length).toReversed();
  }

  #put(user: string, stack: OpenView[], view: OpenView): OpenView {
    this.#stacks.set(user, stack);
    this.#changes.tell({ kind: "view", user });
    return view;
  }

  #findAnywhere(which: { id?: string; externalId?: string }): { user: string; view: SlackView } | undefined {
    const open = [...this.#stacks].flatMap(([user, stack]) => stack.map(({ view }) => ({ user, view })));
    const homes = this.#homes.list().map(({ user, view }) => ({ user, view }));
    return [...open, ...homes].find(({ view }) =>
      which.id === undefined ? view.external_id === which.externalId : view.id === which.id,
    );
  }

  #dress({ view, grant }: ViewDraft, place: Place, typed: ViewValues = {}): OpenView {
    const text = (key: string) => (typeof view[key] === "string" ? view[key] : "");
    const externalId = text("external_id");
    if (externalId !== "") {
      const twin = this.#findAnywhere({ externalId });
      if (twin !== undefined && twin.view.id !== place.id) throw new SlackRefusal("duplicate_external_id");
    }
    const blocks = nameBlocks(listObjects(view["blocks"]));
    const state = { values: readState(blocks, typed) };
    const isModal = view["type"] === "modal";
    const hash = `${Math.floor(this.#now() / 1000)}.${randomBytes(4).toString("hex")}`;
    const dressed: SlackView = {
      id: place.id,
      team_id: grant.teamId,
      type: isModal ? "modal" : "home",
      blocks,
      private_metadata: text("private_metadata"),
      callback_id: text("callback_id"),
      state,
      hash,
      title: view["title"] ?? null,
      clear_on_close: view["clear_on_close"] === true,
      notify_on_close: view["notify_on_close"] === true,
      close: view["close"] ?? null,
      submit: view["submit"] ?? null,
      previous_view_id: place.previousId,
      root_view_id: place.rootId,
      app_id: grant.appId,
      external_id: externalId,
      app_installed_team_id: grant.teamId,
      bot_id: grant.botId,
    };
    return { id: place.id, rootViewId: place.rootId, previousViewId: place.previousId, hash, view: dressed, state };
  }
}

function makeViewId(): string {
  return `V0${randomBytes(5).toString("hex").toUpperCase()}`;
}
