/** The admin API of the local workspace: what people do in Slack, what they see, and planted faults, as JSON. */
import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod";
import { surfacesDoor } from "./admin-surfaces.ts";
import { FaultMisplaced, faultKinds } from "./faults.ts";
import { ActRefused } from "./outgoing/refuse-act.ts";
import { renderText } from "./render-text.ts";
import type { SlackMessage } from "./shapes.ts";
import type { LocalSlack } from "./start-slack.ts";

const word = z.string().min(1);
const overrides = z
  .object({
    signature: z.string(),
    timestampOffsetSeconds: z.number().int(),
    signingSecret: z.string(),
    retryNum: z.number().int(),
    retryReason: z.string(),
  })
  .partial()
  .optional();

const commandOrder = z.strictObject({
  user: word,
  channel: word,
  command: z.string().regex(/^\/\S+$/),
  text: z.string().optional(),
  triggerId: word.optional(),
  overrides,
});
const clickOrder = z.strictObject({
  user: word,
  channel: word,
  ts: word,
  actionId: word,
  value: z.string().optional(),
  overrides,
});
const mentionOrder = z.strictObject({
  user: word,
  channel: word,
  text: z.string(),
  threadTs: word.optional(),
  overrides,
});
const faultOrder = z.strictObject({
  kind: z.enum(faultKinds),
  times: z.number().int().min(1).nullable().optional(),
  method: word.optional(),
  channel: word.optional(),
  retryAfterSeconds: z.number().int().min(0).optional(),
  ms: z.number().int().min(0).optional(),
});
const personOrder = z.strictObject({
  id: z.string().regex(/^[UW][A-Z0-9]+$/),
  teamId: word.default("T0ACME01"),
  name: word,
  realName: word,
  tz: word.default("Etc/UTC"),
  locale: word.default("en-US"),
  isAdmin: z.boolean().default(false),
  isOwner: z.boolean().default(false),
  isRestricted: z.boolean().default(false),
  deleted: z.boolean().default(false),
});
const channelOrder = z.strictObject({
  id: z.string().regex(/^[CG][A-Z0-9]+$/),
  name: z.string().regex(/^[a-z0-9_-]{1,80}$/),
  kind: z.enum(["public", "private"]).default("public"),
  isArchived: z.boolean().default(false),
  isExtShared: z.boolean().default(false),
  members: z.array(word).default([]),
});

/** Answers `{error:{code,message}}`: 400 for a body that doesn't fit, 404 unknown, 409 for what Slack's client forbids. */
export function adminDoor(slack: Omit<LocalSlack, "admin">): Hono {
  const door = new Hono();
  door.onError((error, context) => {
    if (error instanceof ActRefused) return refuse(context, 409, "act_refused", error.message);
    if (error instanceof FaultMisplaced) return refuse(context, 400, "fault_misplaced", error.message);
    if (error instanceof z.ZodError) return refuse(context, 400, "invalid_body", z.prettifyError(error));
    throw error;
  });
  addActs(door, slack);
  addViews(door, slack);
  addWorldChanges(door, slack);
  return door.route("/", surfacesDoor(slack));
}

function addActs(door: Hono, slack: Omit<LocalSlack, "admin">): void {
  door.post("/commands", async (context) => context.json(await slack.sendCommand(await read(context, commandOrder))));
  door.post("/clicks", async (context) => context.json(await slack.sendClick(await read(context, clickOrder))));
  door.post("/mentions", async (context) => context.json(await slack.sendMention(await read(context, mentionOrder))));
  door.delete("/channels/:id/messages/:ts", (context) => {
    const { id, ts } = context.req.param();
    if (slack.deleteMessage(id, ts)) return context.json({ deleted: ts });
    return refuse(context, 404, "message_not_found", `There is no message ${ts} in ${id}.`);
  });
}

function addViews(door: Hono, slack: Omit<LocalSlack, "admin">): void {
  const draw = (message: SlackMessage) => ({ ...message, plain: renderText(message) });
  door.get("/people", (context) => context.json({ people: slack.people.list() }));
  door.get("/channels", (context) => context.json({ channels: slack.channels.list() }));
  door.get("/channels/:id/messages", (context) => {
    const channel = slack.channels.find(context.req.param("id"));
    if (channel === undefined) return refuse(context, 404, "channel_not_found", "There is no such channel here.");
    const threads = slack.threads(channel.id).map(({ message, replies }) => ({
      ...draw(message),
      replies: replies.map(draw),
    }));
    return context.json({ channel: channel.id, messages: threads });
  });
  door.get("/channels/:id/messages/:ts/edits", (context) => {
    const { id, ts } = context.req.param();
    return context.json({ revisions: slack.edits(id, ts) });
  });
  door.get("/ephemerals", (context) => context.json({ ephemerals: slack.ephemerals().map(draw) }));
  door.get("/events", (context) => context.json({ attempts: slack.eventAttempts() }));
  door.get("/calls", (context) => context.json({ calls: slack.calls(context.req.query("method")) }));
  door.get("/stats", (context) => context.json({ counts: slack.counts(), faults: slack.faults.list() }));
}

function addWorldChanges(door: Hono, slack: Omit<LocalSlack, "admin">): void {
  door.post("/people", async (context) => {
    const { id, ...person } = await read(context, personOrder);
    return context.json({ person: slack.people.set(id, person) }, 201);
  });
  door.post("/channels", async (context) => {
    const { id, ...channel } = await read(context, channelOrder);
    return context.json({ channel: slack.channels.set(id, channel) }, 201);
  });
  door.get("/faults", (context) => context.json({ faults: slack.faults.list() }));
  door.post("/faults", async (context) =>
    context.json({ fault: slack.faults.add(await read(context, faultOrder)) }, 201),
  );
  door.delete("/faults", (context) => {
    slack.faults.clear();
    return context.json({ faults: [] });
  });
  door.delete("/faults/:id", (context) => {
    if (slack.faults.remove(context.req.param("id"))) return context.json({ faults: slack.faults.list() });
    return refuse(context, 404, "fault_not_found", "There is no such fault; GET /faults lists them.");
  });
  door.put("/limits", async (context) => {
    const { enabled } = await read(context, z.strictObject({ enabled: z.boolean() }));
    slack.setRateLimits(enabled);
    return context.json({ enabled });
  });
}

async function read<Shape>(context: Context, schema: z.ZodType<Shape>): Promise<Shape> {
  const body: unknown = await context.req.json().catch(() => undefined);
  return schema.parse(body);
}

function refuse(context: Context, status: 400 | 404 | 409, code: string, message: string): Response {
  return context.json({ error: { code, message } }, status);
}
