/** What of Slack this workspace serves, route by route; a test holds it against the routes that are registered. */
export interface CoverageRow {
  /** "METHOD|METHOD /path" as registered on `wire`, or a Web API method that is not served. */
  route: string;
  status: "full" | "partial" | "absent";
  note: string;
  /** A test file, from the project's root. */
  testedBy?: string;
}

const webApi = "test/contracts/slack-web-api.test.ts";

export const coverage: readonly CoverageRow[] = [
  row("auth.test", "full", "as a bot token sees it", webApi),
  row("team.info", "partial", "id, name and domain; no icons", webApi),
  row("users.info", "partial", "no e-mail, no pictures; is_ultra_restricted is never true", webApi),
  row(
    "chat.postMessage",
    "partial",
    "blocks: section, header, divider, context, actions, image, input, rich_text, markdown, table, data_table, data_visualization, task_card, plan; card, carousel, container, context_actions, video and file are refused as unsupported. Attachments are kept unread; username and icons are ignored; text over 40,000 is cut. The sum limit on blocks is a model of what was measured",
    "test/contracts/slack-blocks.test.ts",
  ),
  row("chat.update", "partial", "no edit window; an app that left the channel gets cant_update_message", webApi),
  row("chat.delete", "full", "a root with replies stays as a tombstone", webApi),
  row("chat.postEphemeral", "full", "shown at once to the one person", webApi),
  row("chat.getPermalink", "full", "", webApi),
  row("conversations.info", "partial", "topic and purpose are empty; no group messages", webApi),
  row("conversations.open", "partial", "direct messages only", webApi),
  row("conversations.list", "partial", "no group messages", webApi),
  {
    route: "GET|POST /api/:method",
    status: "full",
    note: "any other method: unknown_method",
    testedBy: webApi,
  },
  {
    route: "POST /commands/:team/:id/:secret",
    status: "full",
    note: "30 minutes, 5 uses; nothing to replace or delete",
    testedBy: "test/contracts/slack-response-url.test.ts",
  },
  {
    route: "POST /actions/:team/:id/:secret",
    status: "full",
    note: "30 minutes, 5 uses; replace_original, delete_original, thread_ts",
    testedBy: "test/contracts/slack-response-url.test.ts",
  },
  ...["views.open", "views.publish", "views.update", "files.getUploadURLExternal", "usergroups.users.list"].map(absent),
  ...["oauth.v2.access", "blocks.validate", "conversations.history", "chat.startStream"].map(absent),
];

function row(method: string, status: CoverageRow["status"], note: string, testedBy: string): CoverageRow {
  return { route: `GET|POST /api/${method}`, status, note, testedBy };
}

function absent(method: string): CoverageRow {
  return { route: method, status: "absent", note: "answered unknown_method" };
}
