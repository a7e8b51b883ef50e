/** GET|POST /api/meta-marketing-daily: starts a sync for a web client, as the older route did, and answers 202. */
import { randomUUID } from "node:crypto";
import { Hono, type Context } from "hono";
import type { z } from "zod";
import type { StartOutcome } from "../db/jobs.ts";
import type { Services } from "../services.ts";
import { parseTimeframe } from "../sync/timeframe.ts";
import { startJob } from "../verbs/jobs/start.ts";
import { answerError } from "./error-answer.ts";
import { findCaller, type Caller } from "./http-caller.ts";
import { startQuerySchema, type Started } from "./http-schemas.ts";
import { maxBodyBytes, readBody } from "./read-body.ts";

export const startPath = "/api/meta-marketing-daily";

type StartQuery = z.infer<typeof startQuerySchema>;

/** The query of a GET, the JSON of a POST; a Response when the body can't be read. */
async function readInput(c: Context): Promise<Record<string, unknown> | Response> {
  if (c.req.method === "GET") return c.req.query();
  const raw = await readBody(c.req.raw, maxBodyBytes);
  if (raw === null) return answerError(c, 413, "too_large", "The body is larger than 1 MiB.");
  try {
    const parsed: unknown = JSON.parse(raw);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Falls through to the one answer below.
  }
  return answerError(
    c,
    400,
    "bad_request",
    "The body is not a JSON object.",
    'For example {"action":"getData","accountId":"act_123"}',
  );
}

function durationWords(timeframe: string): string {
  const days = Number(/^(\d+)d$/.exec(timeframe)?.[1] ?? 1);
  return days <= 7 ? "1-5 minutes" : "5-15 minutes";
}

async function answerStarted(
  c: Context,
  services: Services,
  caller: Caller,
  jobId: string,
  timeframe: string,
): Promise<Response> {
  const messageId = await services.db.firstMessageId(caller.workspaceId, jobId);
  const checkStatusUrl = `${startPath}/status?requestId=${jobId}`;
  c.header("Location", checkStatusUrl);
  c.header("Retry-After", "3");
  const body: Started = {
    message: "Background job started successfully",
    requestId: jobId,
    messageId,
    status: "queued",
    progress: 0,
    isBackgroundJob: true,
    estimatedDuration: durationWords(timeframe),
    checkStatusUrl,
  };
  return c.json(body, 202);
}

function startOf(
  services: Services,
  caller: Caller,
  query: StartQuery,
  timeframe: string,
  key: string,
): Promise<StartOutcome> {
  return startJob(services, {
    workspaceId: caller.workspaceId,
    key,
    request: { timeframe, level: query.level, breakdowns: query.breakdown, full: false, dryRun: false },
    account: { kind: "id", accountId: query.accountId },
    origin: { kind: "http", caller: caller.name, channel: query.channel ?? null },
    userId: caller.userId,
    policy: null,
    personId: null,
    sealedResponseUrl: null,
    waitsForQueue: true,
  });
}

/** Why a start may not post to that channel, or null: figures go to members' channels of the workspace only. */
async function refuseChannel(services: Services, caller: Caller, channel: string | undefined): Promise<string | null> {
  if (channel === undefined) return null;
  if (caller.userId !== null) return "A signed-in user's sync is posted nowhere: leave channel out.";
  if (services.slack === null) return "No Slack is connected, so nothing can be posted: leave channel out.";
  const kind = (await services.slack.readChannel(channel).catch(() => null))?.kind ?? "unknown";
  if (kind === "internal" || kind === "dm") return null;
  return `${channel} is ${kind === "unknown" ? "not a channel that meta-sync can see" : kind}: choose a channel of this workspace alone.`;
}

async function handleStart(c: Context, services: Services): Promise<Response> {
  const caller = await findCaller(c, services);
  if (caller === null)
    return answerError(c, 401, "unauthorized", "No valid key.", "Send Authorization: Bearer with one of API_KEYS.");
  const input = await readInput(c);
  if (input instanceof Response) return input;
  const parsed = startQuerySchema.safeParse(input);
  if (!parsed.success)
    return answerError(c, 400, "bad_request", parsed.error.issues.map((issue) => issue.message).join("; "));
  const timeframe = parseTimeframe(parsed.data.timeframe);
  if (!timeframe.ok) return answerError(c, 400, "bad_timeframe", timeframe.problem);
  if (caller.accountIds !== null && !caller.accountIds.includes(parsed.data.accountId)) {
    return answerError(c, 404, "not_found", `This key knows no account act_${parsed.data.accountId}.`);
  }
  const channelRefusal = await refuseChannel(services, caller, parsed.data.channel);
  if (channelRefusal !== null) return answerError(c, 403, "channel_refused", channelRefusal);
  const { publishRefusal } = services.config;
  if (publishRefusal !== null) return answerError(c, 503, "cannot_publish", publishRefusal);
  const given = c.req.header("idempotency-key");
  if (given !== undefined && !/^[\x21-\x7e]{1,200}$/.test(given)) {
    return answerError(c, 400, "bad_request", "Idempotency-Key has 1 to 200 visible characters without spaces.");
  }
  const key = `http:${caller.name}:${given ?? randomUUID()}`;
  const outcome = await startOf(services, caller, parsed.data, timeframe.written, key);
  if (outcome.outcome === "started" || outcome.outcome === "twin") {
    return answerStarted(c, services, caller, outcome.jobId, timeframe.written);
  }
  if (outcome.outcome === "conflict") {
    return answerError(
      c,
      409,
      "conflict",
      "This Idempotency-Key was used with another body.",
      "Send another key, or the same body.",
    );
  }
  return answerError(
    c,
    503,
    "not_started",
    `The order was not taken (${outcome.outcome}); send it again with another Idempotency-Key.`,
  );
}

export function startRoutes(services: Services): Hono {
  const app = new Hono();
  app.on(["GET", "POST"], startPath, (c) => handleStart(c, services));
  return app;
}
