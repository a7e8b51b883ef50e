/** GET /api/meta-sync/words: what a page needs to complete a command. */
import { expect, test } from "vitest";
import { parseCommand } from "#src/sync/command.ts";
import { parseTimeframe } from "#src/sync/timeframe.ts";
import { createWorld, useWorlds, withKey } from "#test/support/world.ts";

useWorlds();

interface Words {
  command: string;
  verbs: { verb: string; example: string }[];
  timeframes: { word: string }[];
  options: { option: string; example: string }[];
  accounts: { accountId: string; name: string }[];
}

test("the words are those that the commands take today, and the accounts that are known", async () => {
  const world = await createWorld();
  const words = (await (await world.request("/api/meta-sync/words", withKey)).json()) as Words;
  expect(words.command).toBe("/meta-sync");
  for (const { example } of words.verbs) expect(parseCommand(example).kind, example).not.toMatch(/problem|reserved/u);
  for (const { word } of words.timeframes) expect(parseTimeframe(word), word).toMatchObject({ ok: true });
  for (const { example } of words.options) expect(parseCommand(`act_1 7d ${example}`).kind, example).toBe("start");
  expect(words.accounts).toContainEqual({ accountId: "2026110001", name: "Acme DE", aliases: [] });
  expect((await world.request("/api/meta-sync/words")).status).toBe(401);
});
