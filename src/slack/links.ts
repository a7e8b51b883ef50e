/** Links into Slack: to a job's living message. Pure. */
import type { JobView } from "../sync/job.ts";

/** slack.com/archives redirects to the reader's own workspace, so no team domain is needed. */
function messageUrl(place: { channel: string; ts: string; threadTs: string | null }): string {
  const base = `https://slack.com/archives/${place.channel}/p${place.ts.replace(".", "")}`;
  return place.threadTs === null ? base : `${base}?thread_ts=${place.threadTs}&cid=${place.channel}`;
}

/** A link to the job's message, or its short id while it has none. */
export function jobLink(view: JobView | null): string {
  if (view === null) return "see its message in the channel";
  const name = `job ${view.jobId.slice(0, 8)}`;
  return view.root === null ? name : `<${messageUrl(view.root)}|${name}>`;
}
