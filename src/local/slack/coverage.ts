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
const views = "test/contracts/slack-views.test.ts";
const surfaces = "test/contracts/slack-surfaces.test.ts";
const files = "test/contracts/slack-files.test.ts";
const install = "test/contracts/slack-install.test.ts";
const directory = "test/contracts/slack-directory.test.ts";

export const coverage: readonly CoverageRow[] = [
  row("auth.test", "full", "as a bot token sees it", webApi),
  row("team.info", "partial", "id, name and domain; no icons", webApi),
  row("users.info", "partial", "no e-mail, no pictures; is_ultra_restricted is never true", webApi),
  row("users.list", "partial", "as users.info; no limit but the page's", directory),
  row(
    "chat.postMessage",
    "partial",
    "blocks: section, header, divider, context, actions, image, input, rich_text, video, markdown, table, data_table, data_visualization, task_card, plan, card, carousel, container, context_actions; a file block is refused as unsupported; whether a slack_file is there, and links.embed:write for a video, is not looked at. card, carousel, container, data_table and data_visualization are taken in messages only: for other surfaces Slack's own rule isn't known. Attachments are kept unread; username and icons are ignored; text over 40,000 is cut. The sum limit on blocks is a model of what was measured",
    "test/contracts/slack-blocks.test.ts",
  ),
  row("chat.update", "partial", "no edit window; an app that left the channel gets cant_update_message", webApi),
  row("chat.delete", "full", "a root with replies stays as a tombstone", webApi),
  row("chat.postEphemeral", "full", "shown at once to the one person", webApi),
  row("chat.getPermalink", "full", "", webApi),
  row("conversations.info", "partial", "topic and purpose are empty; no group messages", webApi),
  row("conversations.open", "partial", "direct messages only", webApi),
  row("conversations.list", "partial", "no group messages", webApi),
  row("conversations.members", "full", "", directory),
  row("views.open", "partial", "one stack of modals a person; interactivity_pointer is not known", views),
  row("views.push", "partial", "three in a stack; interactivity_pointer is not known", views),
  row("views.update", "full", "what was typed stays in inputs that keep block_id and action_id", views),
  row("views.publish", "full", "not_enabled when the Home tab is off", surfaces),
  row("blocks.validate", "partial", "code is always failed_constraint; lone blocks are taken as a message's", views),
  row("files.getUploadURLExternal", "partial", "snippet_type is ignored", files),
  row("files.completeUploadExternal", "partial", "shares at once, where Slack may take a moment", files),
  row("files.info", "partial", "no thumbnails, no comments", files),
  row("usergroups.list", "full", "", directory),
  row("usergroups.users.list", "full", "", directory),
  row(
    "oauth.v2.access",
    "partial",
    "bot scopes only; each install gives a token of its own; no rotation, no PKCE",
    install,
  ),
  {
    route: "GET|POST /oauth/v2/authorize",
    status: "partial",
    note: "bot scopes only; who is signed in is chosen on the page",
    testedBy: install,
  },
  { route: "POST /upload/v1/:id", status: "full", note: "as many bytes as were announced, once", testedBy: files },
  { route: "GET /files-pri/:place/:name", status: "partial", note: "for a token with files:read", testedBy: files },
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
  ...["conversations.history", "conversations.join", "chat.scheduleMessage", "chat.startStream"].map(absent),
  ...["reactions.add", "files.delete", "users.profile.get", "apps.uninstall", "assistant.threads.setStatus"].map(
    absent,
  ),
];

/** What this workspace sends to the app, by the type of the payload. */
export interface SentRow {
  type: string;
  status: CoverageRow["status"];
  note: string;
  /** A test file, from the project's root, that names the type. */
  testedBy?: string;
}

const outgoing = "test/contracts/slack-outgoing.test.ts";

export const sentCoverage: readonly SentRow[] = [
  { type: "url_verification", status: "full", note: "", testedBy: outgoing },
  { type: "ssl_check", status: "full", note: "", testedBy: outgoing },
  { type: "response_url", status: "full", note: "with each slash command and use of a message", testedBy: outgoing },
  { type: "block_actions", status: "partial", note: "not from a file field or an attachment", testedBy: outgoing },
  { type: "app_mention", status: "partial", note: "text only, no rich_text block of the person", testedBy: outgoing },
  { type: "view_submission", status: "full", note: "", testedBy: "test/contracts/slack-forms.test.ts" },
  { type: "view_closed", status: "full", note: "", testedBy: views },
  { type: "block_suggestion", status: "full", note: "", testedBy: surfaces },
  { type: "shortcut", status: "full", note: "", testedBy: surfaces },
  { type: "message_action", status: "full", note: "", testedBy: surfaces },
  { type: "app_home_opened", status: "partial", note: "the Home tab; not Messages or About", testedBy: surfaces },
  { type: "app_uninstalled", status: "full", note: "", testedBy: install },
  { type: "tokens_revoked", status: "full", note: "", testedBy: install },
  ...["message", "reaction_added", "member_joined_channel", "function_executed", "link_shared"].map((type) => ({
    type,
    status: "absent" as const,
    note: "never sent",
  })),
];

function row(method: string, status: CoverageRow["status"], note: string, testedBy: string): CoverageRow {
  return { route: `GET|POST /api/${method}`, status, note, testedBy };
}

function absent(method: string): CoverageRow {
  return { route: method, status: "absent", note: "answered unknown_method" };
}
