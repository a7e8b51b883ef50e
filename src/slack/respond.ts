/** Answers through a command's or a click's response_url: 30 minutes, 5 uses, no token, also where the bot is no member. */
import { z } from "zod";
import { badStatus, type CallPlace, lostAnswer } from "./call.ts";
import { kindOfCode, SlackError } from "./errors.ts";
import type { SlackMessage } from "./message.ts";

export type Fetch = typeof globalThis.fetch;

export interface ResponseMessage {
  text: string;
  blocks?: SlackMessage["blocks"];
  responseType: "ephemeral" | "in_channel";
  /** Only a click's response_url can replace the message that the button stands in. */
  replaceOriginal?: boolean;
}

const where: CallPlace = { method: "response_url" };
const refusalSchema = z.object({ ok: z.literal(false), error: z.string() });

/** Used up, expired or over its rate: in each case the address is no way to the person any more. */
const goneStatuses: ReadonlySet<number> = new Set([404, 410, 429]);

function gone(code: string): SlackError {
  return new SlackError({ ...where, kind: "message_gone", code });
}

function readRefusal(body: string): string | null {
  try {
    return refusalSchema.safeParse(JSON.parse(body)).data?.error ?? null;
  } catch {
    // "ok" in plain text is Slack's usual answer.
    return null;
  }
}

/** Posts to a response_url. Throws `SlackError`, `message_gone` when the address is spent. The address is never shown. */
export async function postResponse(
  responseUrl: string,
  message: ResponseMessage,
  options: { fetch: Fetch; timeoutMs: number },
): Promise<void> {
  if (!URL.canParse(responseUrl)) throw gone("an address that is no URL");
  const body = JSON.stringify({
    text: message.text,
    ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
    response_type: message.responseType,
    ...(message.replaceOriginal === undefined ? {} : { replace_original: message.replaceOriginal }),
    unfurl_links: false,
    unfurl_media: false,
  });
  const headers = { "content-type": "application/json; charset=utf-8" };
  const signal = AbortSignal.timeout(options.timeoutMs);
  let status: number;
  let answer: string;
  try {
    const response = await options.fetch(responseUrl, { method: "POST", headers, body, redirect: "error", signal });
    status = response.status;
    answer = await response.text();
  } catch (error) {
    throw lostAnswer(where, error instanceof Error ? error : new Error(String(error)));
  }
  if (goneStatuses.has(status)) throw gone(`HTTP ${status}`);
  const refusal = readRefusal(answer);
  if (refusal !== null) throw new SlackError({ ...where, kind: kindOfCode(refusal), code: refusal });
  if (status < 200 || status > 299) throw badStatus(where, status);
}
