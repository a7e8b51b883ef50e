/** What Slack's refusals mean for us, as data, and the one error that this room throws. */

export const slackErrorKinds = [
  "rate_limited",
  "not_in_channel",
  "channel_gone",
  "message_gone",
  "token_dead",
  "too_long",
  "invalid_blocks",
  "missing_scope",
  "passing",
  "refused",
] as const;
export type SlackErrorKind = (typeof slackErrorKinds)[number];

/** Who can mend it and how, by kind. */
const cures: Record<SlackErrorKind, string> = {
  rate_limited: "send it again after the time Slack named",
  not_in_channel: "invite the bot with /invite @meta-sync in that channel",
  channel_gone: "choose another channel: this one is archived or deleted",
  message_gone: "post a new message: this one was deleted, expired or belongs to another app",
  token_dead: "install the app again in this workspace, or set a new SLACK_BOT_TOKEN",
  too_long: "send a shorter version",
  invalid_blocks: "send the plain text, and look at the named place in the blocks",
  missing_scope: "install the app again with the scopes of slack-manifest.yml",
  passing: "try again later, Slack has trouble",
  refused: "ask an admin of the workspace: its settings or this conversation forbid it",
};

/** Slack's error codes (docs.slack.dev/reference/methods) by what we do about them. */
const codesByKind: Partial<Record<SlackErrorKind, readonly string[]>> = {
  rate_limited: ["ratelimited", "rate_limited"],
  // A private or shared channel without the bot looks as if it weren't there.
  not_in_channel: ["not_in_channel", "channel_not_found", "user_not_in_channel"],
  channel_gone: ["is_archived", "is_inactive", "channel_deleted"],
  message_gone: [
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "cannot_reply_to_message",
    "block_mismatch",
    "thread_not_found",
    "expired_url",
    "used_url",
  ],
  token_dead: [
    "token_revoked",
    "token_expired",
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "app_uninstalled",
    "team_access_not_granted",
  ],
  too_long: ["msg_too_long", "msg_blocks_too_long"],
  invalid_blocks: ["invalid_blocks", "invalid_blocks_format", "invalid_attachments", "no_text", "invalid_arguments"],
  missing_scope: ["missing_scope", "no_permission", "not_allowed_token_type"],
  passing: [
    "streaming_state_conflict",
    "external_channel_migrating",
    "team_added_to_org",
    "org_login_required",
    "service_unavailable",
    "fatal_error",
    "internal_error",
    "request_timeout",
  ],
};

/** Slack may have done it although it answered so: repeating a post could show it twice. */
const mayHaveHappenedCodes: ReadonlySet<string> = new Set(["fatal_error", "internal_error", "request_timeout"]);

const kindByCode: ReadonlyMap<string, SlackErrorKind> = new Map(
  slackErrorKinds.flatMap((kind) => (codesByKind[kind] ?? []).map((code) => [code, kind] as const)),
);

/** The kind of one of Slack's codes; a code nobody listed is a refusal, which is not retried. */
export function kindOfCode(code: string): SlackErrorKind {
  // A page of HTML in place of a code comes from something between us and Slack.
  if (!/^[a-z0-9_]{1,80}$/.test(code)) return "passing";
  return kindByCode.get(code) ?? "refused";
}

export interface SlackErrorFacts {
  kind: SlackErrorKind;
  /** Slack's code, or our word for what happened to the call. */
  code: string;
  /** The Web API method, or "response_url" (never the address itself, which is a secret). */
  method: string;
  /** Channel or user the call was about. */
  place?: string | undefined;
  retryAfterSeconds?: number | null;
  mayHaveHappened?: boolean;
  /** What Slack said more: the scopes it needs, the blocks it refuses. */
  details?: readonly string[];
  cause?: unknown;
}

/** Thrown by every call of the client that Slack did not carry out; holds no token, no response_url, no text of the message. */
export class SlackError extends Error {
  override readonly name = "SlackError";
  readonly kind: SlackErrorKind;
  readonly code: string;
  readonly method: string;
  /** Whole seconds; set for `rate_limited`, else null. */
  readonly retryAfterSeconds: number | null;
  /** True when the answer was lost, so that Slack may have done it. */
  readonly mayHaveHappened: boolean;

  constructor(facts: SlackErrorFacts) {
    const place = facts.place === undefined ? "" : ` for ${facts.place}`;
    const details = (facts.details ?? []).length === 0 ? "" : ` (${facts.details?.join("; ").slice(0, 300)})`;
    const code = facts.code.slice(0, 80);
    super(`Slack answered ${facts.method}${place} with ${code}${details}: ${cures[facts.kind]}`, {
      cause: facts.cause,
    });
    this.kind = facts.kind;
    this.code = code;
    this.method = facts.method;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
    this.mayHaveHappened = facts.mayHaveHappened ?? mayHaveHappenedCodes.has(code);
  }
}
