/** The conversations: public and private channels, direct messages with the bot. */
import type { DatabaseSync } from "node:sqlite";
import { seedChannels } from "../seed.ts";
import type { Channel } from "../shapes.ts";
import type { ChangeFeed } from "./changes.ts";
import { openJsonTable } from "./json-table.ts";
import type { JsonTable } from "./json-table.ts";

export class ChannelBook {
  #table: JsonTable<Channel>;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, changes: ChangeFeed) {
    this.#table = openJsonTable<Channel>(database, "channels", "id");
    this.#changes = changes;
    if (this.#table.count() === 0) for (const channel of seedChannels) this.#table.put(channel.id, channel);
  }

  get(id: string): Channel | undefined {
    return this.#table.get(id);
  }

  /** By id, or by name with or without `#`. */
  find(idOrName: string): Channel | undefined {
    const name = idOrName.replace(/^#/, "");
    return (
      this.#table.get(idOrName) ?? this.#table.list().find((channel) => channel.kind !== "im" && channel.name === name)
    );
  }

  list(): Channel[] {
    return this.#table.list();
  }

  /** Adds an empty public channel, or changes the one that has this id. */
  set(id: string, patch: Partial<Omit<Channel, "id">>): Channel {
    const plain: Channel = {
      id,
      name: id.toLowerCase(),
      kind: "public",
      isArchived: false,
      isExtShared: false,
      members: [],
      createdMs: 0,
    };
    const channel = { ...(this.#table.get(id) ?? plain), ...patch };
    this.#table.put(id, channel);
    this.#changes.tell({ kind: "channel", channel: id });
    return channel;
  }

  /** The direct message between a person and a bot; made at the first wish. */
  openDirect(userId: string, botUserId: string, nowMs: number): Channel {
    const open = this.#table
      .list()
      .find(({ kind, members }) => kind === "im" && members.includes(userId) && members.includes(botUserId));
    if (open !== undefined) return open;
    const id = `D0${userId.slice(1)}${this.#table.count()}`;
    return this.set(id, { name: "", kind: "im", members: [userId, botUserId], createdMs: nowMs });
  }

  join(id: string, userId: string): void {
    const channel = this.#table.get(id);
    if (channel !== undefined && !channel.members.includes(userId)) {
      this.set(id, { members: [...channel.members, userId] });
    }
  }

  leave(id: string, userId: string): void {
    const channel = this.#table.get(id);
    if (channel !== undefined) this.set(id, { members: channel.members.filter((one) => one !== userId) });
  }
}
