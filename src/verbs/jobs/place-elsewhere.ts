/** Where a job's message goes when its channel can't be written to: to the person who asked, with how to mend it. */
import type { Services } from "../../services.ts";
import { SlackError } from "../../slack/errors.ts";
import { context, type SlackMessage } from "../../slack/message.ts";
import type { JobView } from "../../sync/job.ts";

const reasons: Partial<Record<SlackError["kind"], (channel: string) => string>> = {
  not_in_channel: (channel) =>
    `I can't write in <#${channel}>: invite me there with \`/invite @meta-sync\`. Until then I write to you here.`,
  channel_gone: (channel) => `<#${channel}> is archived or deleted, so I write to you here.`,
  refused: (channel) => `The settings of <#${channel}> don't let me write there, so I write to you here.`,
};

/** Rethrows what isn't about the channel. Returns where the message stands: a direct message. */
export async function placeElsewhere(
  services: Services,
  job: JobView,
  message: SlackMessage,
  error: unknown,
): Promise<{ channel: string; ts: string }> {
  const { slack, log } = services;
  const { origin } = job;
  const reason = error instanceof SlackError ? reasons[error.kind] : undefined;
  if (slack === null || reason === undefined || origin.kind !== "slack") throw error;
  log.warn("channel_closed", { jobId: job.jobId, channel: origin.channel, error });
  const told = { text: message.text, blocks: [context([reason(origin.channel)]), ...message.blocks] };
  return slack.postMessage({ channel: origin.userId, threadTs: null, message: told });
}
