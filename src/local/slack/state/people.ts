/** The people of the workspace and the strangers met in shared channels. */
import type { DatabaseSync } from "node:sqlite";
import { seedPeople, team } from "../seed.ts";
import type { Person } from "../shapes.ts";
import type { ChangeFeed } from "./changes.ts";
import { openJsonTable } from "./json-table.ts";
import type { JsonTable } from "./json-table.ts";

export class PeopleBook {
  #table: JsonTable<Person>;
  #changes: ChangeFeed;

  constructor(database: DatabaseSync, changes: ChangeFeed) {
    this.#table = openJsonTable<Person>(database, "people", "id");
    this.#changes = changes;
    if (this.#table.count() === 0) for (const person of seedPeople) this.#table.put(person.id, person);
  }

  get(id: string): Person | undefined {
    return this.#table.get(id);
  }

  list(): Person[] {
    return this.#table.list();
  }

  /** Adds a full member in UTC, or changes the person who has this id. */
  set(id: string, patch: Partial<Omit<Person, "id">>): Person {
    const plain: Person = {
      id,
      teamId: team.id,
      name: id.toLowerCase(),
      realName: id,
      tz: "Etc/UTC",
      locale: "en-US",
      isAdmin: false,
      isOwner: false,
      isRestricted: false,
      isBot: false,
      deleted: false,
    };
    const person = { ...(this.#table.get(id) ?? plain), ...patch };
    this.#table.put(id, person);
    this.#changes.tell({ kind: "person", user: id });
    return person;
  }
}
