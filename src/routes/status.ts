/** GET /api/meta-marketing-daily/status: one job in the words that polling web clients know. */
import { Hono } from "hono";
import { z } from "zod";
import { resultDataSchema } from "../report/result.ts";
import type { Services } from "../services.ts";
import type { JobView } from "../sync/job.ts";
import { isFinal, statusWord } from "../sync/states.ts";
import { answerError } from "./error-answer.ts";
import { findCaller, maySee } from "./http-caller.ts";
import type { Status } from "./http-schemas.ts";
import { startPath } from "./start.ts";

const instant = (written: string) => new Date(written).toISOString();

function errorMessageOf(job: JobView): string | null {
  // Old pollers know no "cancelled": as failed, with these words, they stop.
  if (job.state === "cancelled") return `Cancelled by ${job.cancelledBy ?? "someone"}`;
  return job.state === "failed" ? (job.failure?.sentence ?? "Failed") : null;
}

/** Pure: the answer for a job. */
function statusOf(job: JobView): Status {
  const final = isFinal(job.state);
  const left = job.estimatedSecondsLeft;
  const result = job.state === "succeeded" ? resultDataSchema.safeParse(job.resultData) : null;
  return {
    requestId: job.jobId,
    status: statusWord(job.state),
    progress: job.progress,
    jobType: "meta-marketing-sync",
    createdAt: instant(job.createdAt),
    updatedAt: instant(job.updatedAt),
    completedAt: job.finishedAt === null ? null : instant(job.finishedAt),
    errorMessage: errorMessageOf(job),
    resultData: job.resultData,
    estimatedTimeRemaining: final ? 0 : left === null ? null : Math.max(1, left),
    ...(job.state === "succeeded"
      ? {
          summary: {
            totalCampaigns: result?.data?.totalCampaigns ?? 0,
            totalProcessed: result?.data?.totalProcessed ?? job.rowsRead,
            totalSpend: result?.data?.totalSpend ?? "0",
            currency: result?.data?.currency ?? job.currency ?? "",
            warnings: job.warnings,
          },
        }
      : {}),
  };
}

export function statusRoutes(services: Services): Hono {
  const app = new Hono();
  app.get(`${startPath}/status`, async (c) => {
    const caller = await findCaller(c, services);
    if (caller === null)
      return answerError(c, 401, "unauthorized", "No valid key.", "Send Authorization: Bearer with one of API_KEYS.");
    const requestId = z.uuid().safeParse(c.req.query("requestId"));
    if (!requestId.success) {
      return answerError(
        c,
        400,
        "bad_request",
        `requestId ${JSON.stringify(c.req.query("requestId") ?? "")} is not the id of a job (a UUID).`,
      );
    }
    const job = await services.db.jobView(caller.workspaceId, requestId.data);
    if (job === null || !maySee(caller, job))
      return answerError(c, 404, "not_found", `There is no job ${requestId.data}.`);
    return c.json(statusOf(job));
  });
  return app;
}
