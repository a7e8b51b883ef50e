/** Clicks on job buttons: acked at once, done after, answered to the one who clicked. */
import type { App, BlockAction, ButtonAction } from "@slack/bolt";
import { DbError } from "../../db/errors.ts";
import type { Services } from "../../services.ts";
import { jobActions, type JobAction } from "../../slack/buttons.ts";
import { tryAgainText } from "../../slack/replies.ts";
import { pressButton, type Press } from "../../verbs/jobs/press-button.ts";

/** Null when the click came from no message (a modal, App Home): no job button stands there. */
function readPress(body: BlockAction, action: ButtonAction, workspaceId: string): Press | null {
  const { container, message, channel } = body;
  const found = jobActions.find((known) => known === action.action_id);
  const messageTs: unknown = container["message_ts"] ?? message?.ts;
  const threadTs: unknown = container["thread_ts"] ?? message?.["thread_ts"];
  if (found === undefined || typeof messageTs !== "string" || channel === undefined) return null;
  return {
    workspaceId,
    userId: body.user.id,
    channel: channel.id,
    messageTs,
    threadTs: typeof threadTs === "string" ? threadTs : null,
    action: found,
    value: action.value ?? "",
    triggerId: body.trigger_id,
  };
}

function register(app: App, services: Services, actionId: JobAction): void {
  app.action<BlockAction<ButtonAction>>(
    { type: "block_actions", action_id: actionId },
    async ({ ack, body, action }) => {
      await ack();
      const press = readPress(body, action, services.config.workspaceId);
      if (press === null || services.slack === null) return;
      const text = await pressButton(services, press).catch((error: unknown) => {
        if (!(error instanceof DbError)) throw error;
        services.log.error("press_failed", { action: actionId, error });
        return tryAgainText;
      });
      await services.slack.respond(body.response_url, { text, responseType: "ephemeral", replaceOriginal: false });
    },
  );
}

export function registerActions(app: App, services: Services): void {
  for (const actionId of jobActions) register(app, services, actionId);
}
