/** Which job a person means: an id, its first characters, or the latest of the channel. */
import type { Services } from "../../services.ts";
import type { JobView } from "../../sync/job.ts";

const lookBack = 50;

/** Jobs of this channel only: another channel's are nobody's business here. */
export async function findJob(
  services: Services,
  workspaceId: string,
  channelId: string,
  word: string | null,
  fits: (job: JobView) => boolean = () => true,
): Promise<JobView | null> {
  const jobs = await services.db.recentJobs(workspaceId, channelId, lookBack);
  if (word === null) return jobs.find(fits) ?? null;
  const found = jobs.filter((job) => job.jobId.startsWith(word));
  return found.length === 1 ? (found[0] ?? null) : null;
}
