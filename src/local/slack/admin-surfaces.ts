/** The part of the admin API about what people do in modals, on the Home tab, with files and installs, as JSON. */
import { Hono } from "hono";
import { z } from "zod";
import type { LocalSlack } from "./start-slack.ts";

const word = z.string().min(1);
const fields = z.record(z.string(), z.unknown());
const values = z.record(z.string(), z.record(z.string(), fields)).optional();
const chosen = z.union([z.string(), z.number(), z.array(z.string()), fields, z.null()]).optional();

const messageOrder = z.strictObject({ user: word, channel: word, text: z.string(), threadTs: word.optional() });
const submitOrder = z.strictObject({ user: word, viewId: word, values });
const closeOrder = z.strictObject({ user: word, viewId: word, clear: z.boolean().optional() });
const actionOrder = z.strictObject({
  user: word,
  viewId: word,
  actionId: word,
  blockId: word.optional(),
  value: chosen,
  values,
});
const suggestOrder = z.strictObject({
  user: word,
  viewId: word.optional(),
  channel: word.optional(),
  ts: word.optional(),
  actionId: word,
  blockId: word,
  typed: z.string(),
});
const shortcutOrder = z.strictObject({
  user: word,
  callbackId: word,
  channel: word.optional(),
  ts: word.optional(),
});
const groupOrder = z.strictObject({
  id: z.string().regex(/^S[A-Z0-9]+$/),
  handle: word,
  name: word.optional(),
  description: z.string().optional(),
  users: z.array(word).default([]),
  disabled: z.boolean().default(false),
});
const installOrder = z.strictObject({
  authorizeUrl: word,
  user: word,
  allow: z.boolean().optional(),
  organisation: z.boolean().optional(),
});

/** Refusals are thrown as they come: the admin door tells them. */
export function surfacesDoor(slack: Omit<LocalSlack, "admin">): Hono {
  const door = new Hono();
  addActs(door, slack);
  door.get("/homes/:user", (context) => context.json({ home: slack.home(context.req.param("user")) ?? null }));
  door.get("/modals/:user", (context) => context.json({ modals: slack.modals(context.req.param("user")) }));
  door.get("/shortcuts", (context) => context.json({ shortcuts: slack.shortcuts() }));
  door.get("/channels/:id/files", (context) => context.json({ files: slack.files(context.req.param("id")) }));
  door.get("/files/:id", (context) => {
    const file = slack.fileContent(context.req.param("id"));
    if (file === undefined) return context.json({ error: { code: "file_not_found", message: "No such file." } }, 404);
    // An uploaded page must not run as one of this address.
    const headers = {
      "content-type": file.mimetype,
      "content-disposition": "attachment",
      "x-content-type-options": "nosniff",
    };
    return context.body(file.bytes, 200, headers);
  });
  door.get("/user-groups", (context) => context.json({ userGroups: slack.userGroups.list() }));
  return door;
}

function addActs(door: Hono, slack: Omit<LocalSlack, "admin">): void {
  const act = <Order>(path: string, schema: z.ZodType<Order>, run: (order: Order) => unknown) =>
    door.post(path, async (context) => {
      const body: unknown = await context.req.json().catch(() => undefined);
      return context.json((await run(schema.parse(body))) as object);
    });
  act("/messages", messageOrder, (order) => slack.sendMessage(order));
  act("/homes", z.strictObject({ user: word }), (order) => slack.openHome(order));
  act("/views/submit", submitOrder, (order) => slack.submitView(order));
  act("/views/close", closeOrder, (order) => slack.closeView(order));
  act("/views/action", actionOrder, (order) => slack.sendViewAction(order));
  act("/options", suggestOrder, (order) => slack.suggestOptions(order));
  act("/shortcuts", shortcutOrder, (order) => slack.sendShortcut(order));
  act("/install", installOrder, (order) => slack.install(order));
  act("/uninstall", z.strictObject({}), async () => {
    await slack.uninstall();
    return { uninstalled: true };
  });
  act("/user-groups", groupOrder, ({ id, name, description, ...group }) => {
    const named = { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
    return { userGroup: slack.userGroups.set(id, { ...group, ...named }) };
  });
}
