/** What a response_url takes: a message for the channel or for one person, or a change of the message clicked. */
import { Hono } from "hono";
import { applyFault } from "./apply-fault.ts";
import { SlackRefusal } from "./refusal.ts";
import type { EphemeralMessage, JsonObject, SlackMessage } from "./shapes.ts";
import type { ResponseUrl } from "./state/response-urls.ts";
import { dressContent, signMessage } from "./web-api/chat.ts";
import { readContent } from "./web-api/content.ts";
import type { Workspace } from "./workspace.ts";
import { isObject } from "./values.ts";

/** The name under which these posts stand in the served log and in fault orders. */
const METHOD = "response_url";

/** The two kinds of address, each at the root as hooks.slack.com has them. */
export function responseUrlDoor(workspace: Workspace): Hono {
  const door = new Hono();
  for (const kind of ["commands", "actions"] as const) {
    door.post(`/${kind}/:team/:id/:secret`, (context) => {
      const { id, secret } = context.req.param();
      return serve(workspace, kind, id, secret, context.req.raw);
    });
  }
  return door;
}

/** The full address for an app to post to. */
export function writeResponseUrl(workspace: Workspace, url: ResponseUrl): string {
  return `${workspace.publicBase()}/${url.kind}/${url.team}/${url.id}/${url.secret}`;
}

async function serve(
  workspace: Workspace,
  kind: ResponseUrl["kind"],
  id: string,
  secret: string,
  request: Request,
): Promise<Response> {
  const atMs = workspace.clock.now();
  let args: JsonObject = {};
  const log = (status: number, outcome: string, answer: JsonObject) =>
    workspace.calls.add({ atMs, method: METHOD, args, status, outcome, answer });
  try {
    const found = workspace.responseUrls.find(id, secret);
    args = await readPayload(request);
    const channel = typeof found === "string" ? undefined : found.channel;
    const lostAnswer = await applyFault(workspace.faults, METHOD, channel, request.signal);
    if (found === "expired") throw new SlackRefusal("expired_url", { status: 404 });
    if (found === "used_up") throw new SlackRefusal("used_url", { status: 404 });
    if (typeof found === "string" || found.kind !== kind) throw new SlackRefusal("invalid_url", { status: 404 });
    follow(workspace, found, args);
    workspace.responseUrls.use(secret);
    if (lostAnswer) {
      log(502, "lost_answer", {});
      return new Response("<html><body>502 Bad Gateway</body></html>", { status: 502 });
    }
    log(200, "ok", { ok: true });
    return kind === "commands" ? new Response("ok") : Response.json({ ok: true });
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    // Slack's hooks answer a bad payload by 400, where its Web API would say 200.
    const status = error.status === 200 ? 400 : error.status;
    log(status, error.code, error.toBody());
    return Response.json(error.toBody(), { status, headers: error.headers });
  }
}

async function readPayload(request: Request): Promise<JsonObject> {
  const text = await request.text();
  const form = (request.headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  try {
    const payload: unknown = JSON.parse(form ? (new URLSearchParams(text).get("payload") ?? "") : text);
    if (isObject(payload)) return payload;
  } catch {
    // Falls to the refusal below: what can't be read and what is no object are the same to Slack.
  }
  throw new SlackRefusal("invalid_payload");
}

/** Does what the payload asks. A command's address has no message to replace, so there it posts a new one. */
export function follow(workspace: Workspace, url: ResponseUrl, payload: JsonObject): void {
  const grant = workspace.grants.find(workspace.credentials.botToken);
  if (grant === undefined) throw new SlackRefusal("no_service", { status: 404 });
  const source = url.source === undefined ? undefined : findSource(workspace, url.channel, url.source);
  if (payload["delete_original"] === true && url.source !== undefined) {
    if (source !== undefined) remove(workspace, source);
    return;
  }
  const content = dressContent(readContent(payload, "response_url"));
  if (payload["replace_original"] === true && url.source !== undefined) {
    if (source === undefined) throw new SlackRefusal("message_not_found", { status: 404 });
    return replace(workspace, source, content);
  }
  const threadTs = payload["thread_ts"];
  const draft = {
    channel: url.channel,
    ...signMessage(grant),
    ...content,
    ...(typeof threadTs === "string" && url.kind === "actions" ? { thread_ts: threadTs } : {}),
  };
  if (payload["response_type"] === "in_channel") workspace.messages.append(draft);
  else workspace.ephemerals.append({ ...draft, to: url.user });
}

type Source = { message: SlackMessage } | { ephemeral: EphemeralMessage };

function findSource(
  workspace: Workspace,
  channel: string,
  source: NonNullable<ResponseUrl["source"]>,
): Source | undefined {
  if (source.ephemeral) {
    const ephemeral = workspace.ephemerals.find(channel, source.ts);
    return ephemeral === undefined ? undefined : { ephemeral };
  }
  const message = workspace.messages.find(channel, source.ts);
  return message === undefined ? undefined : { message };
}

function remove(workspace: Workspace, source: Source): void {
  if ("message" in source) workspace.messages.remove(source.message);
  else workspace.ephemerals.remove(source.ephemeral);
}

function replace(workspace: Workspace, source: Source, content: ReturnType<typeof dressContent>): void {
  const strip = <Kept extends SlackMessage>({ blocks: _b, attachments: _a, ...frame }: Kept) => frame;
  if ("message" in source) workspace.messages.replace({ ...strip(source.message), ...content });
  else workspace.ephemerals.replace({ ...strip(source.ephemeral), ...content });
}
