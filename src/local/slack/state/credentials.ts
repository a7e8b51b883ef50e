/** The app's credentials: given ones hold, others are made at the first start and kept. */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { appId, botId, botUserId, team } from "../seed.ts";
import { makeBotToken } from "./grants.ts";

export interface SlackCredentials {
  botToken: string;
  signingSecret: string;
  /** The deprecated token in each payload; nobody should trust it. */
  verificationToken: string;
  clientId: string;
  clientSecret: string;
  appId: string;
  teamId: string;
  botUserId: string;
  botId: string;
}

export function openCredentials(
  database: DatabaseSync,
  given: { botToken?: string | undefined; signingSecret?: string | undefined },
): SlackCredentials {
  const keep = (key: string, value: string | undefined, make: () => string): string => {
    const kept = database.prepare("select value from settings where key = ?").get(key);
    const chosen = value ?? (kept === undefined ? make() : String(kept["value"]));
    database
      .prepare("insert into settings (key, value) values (?, ?) on conflict (key) do update set value = excluded.value")
      .run(key, chosen);
    return chosen;
  };
  const hex = () => randomBytes(16).toString("hex");
  return {
    botToken: keep("bot_token", given.botToken, makeBotToken),
    signingSecret: keep("signing_secret", given.signingSecret, hex),
    verificationToken: keep("verification_token", undefined, hex),
    clientId: keep("client_id", undefined, () => `100000000001.${randomBytes(5).readUIntBE(0, 5)}`),
    clientSecret: keep("client_secret", undefined, hex),
    appId,
    teamId: team.id,
    botUserId,
    botId,
  };
}
