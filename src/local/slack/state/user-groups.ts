/** User groups: people who can be mentioned together. */
import type { DatabaseSync } from "node:sqlite";
import { team } from "../seed.ts";
import type { UserGroup } from "../shapes.ts";
import type { ChangeFeed } from "./changes.ts";
import { openJsonTable } from "./json-table.ts";
import type { JsonTable } from "./json-table.ts";

export class UserGroupBook {
  #table: JsonTable<UserGroup>;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, changes: ChangeFeed) {
    this.#table = openJsonTable<UserGroup>(database, "user_groups", "id");
    this.#changes = changes;
  }

  get(id: string): UserGroup | undefined {
    return this.#table.get(id);
  }

  list = (): UserGroup[] => this.#table.list();

  /** Adds an empty group, or changes the one that has this id. */
  set = (id: string, patch: Partial<Omit<UserGroup, "id">>): UserGroup => {
    const handle = id.toLowerCase();
    const plain: UserGroup = {
      id,
      teamId: team.id,
      handle,
      name: handle,
      description: "",
      users: [],
      disabled: false,
    };
    const group = { ...(this.#table.get(id) ?? plain), ...patch };
    this.#table.put(id, group);
    this.#changes.tell({ kind: "user_group" });
    return group;
  };
}
