/** GET /api/meta-sync/words: what may stand in a command, for a page that completes what one types. No figures, no secrets. */
import { Hono } from "hono";
import { DbError } from "../db/errors.ts";
import type { Services } from "../services.ts";
import { optionWords } from "../sync/command-options.ts";
import { verbRows } from "../sync/command-verbs.ts";
import { timeframeExamples } from "../sync/timeframe-words.ts";
import { answerError } from "./error-answer.ts";
import { findCaller } from "./http-caller.ts";

const wordsPath = "/api/meta-sync/words";

/** Only the verbs that are there: a reserved word would only answer that it comes later. */
const verbs = verbRows
  .filter((row) => row.takes !== "later")
  .map(({ verb, usage, summary }) => ({
    verb,
    usage,
    summary,
    example: verb === "" ? "/meta-sync act_1234567890 7d" : `/meta-sync ${verb}`,
  }));

/** The caller rules of the other doors: a key, a Supabase user, or (local mode without keys) this very machine. */
export function wordsRoutes(services: Services): Hono {
  const app = new Hono();
  app.get(wordsPath, async (c) => {
    const caller = await findCaller(c, services);
    if (caller === null)
      return answerError(c, 401, "unauthorized", "No valid key.", "Send Authorization: Bearer with one of API_KEYS.");
    // Without the database the grammar can still be completed.
    const known = await services.db.listAccounts(caller.workspaceId).catch((error: unknown) => {
      if (!(error instanceof DbError)) throw error;
      return [];
    });
    const accounts =
      caller.accountIds === null
        ? known
        : known.filter(({ accountId }) => caller.accountIds?.includes(accountId) === true);
    return c.json({
      command: "/meta-sync",
      summary: "Sync an ad account, or ask about a sync",
      verbs,
      timeframes: timeframeExamples,
      options: optionWords,
      accounts,
    });
  });
  return app;
}
