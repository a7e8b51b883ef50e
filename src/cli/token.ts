/** `npm run token`: asks Meta about META_ACCESS_TOKEN: whose it is, what it may, until when. Prints no token. */
import { ConfigError, readEnvironment } from "../config.ts";
import { createMetaClient } from "../meta/client.ts";
import { MetaError } from "../meta/errors.ts";

async function main(): Promise<void> {
  const order = process.argv[2] ?? "check";
  if (order !== "check") {
    throw new ConfigError([
      `"${order}": so far npm run token only checks META_ACCESS_TOKEN; set another one in the environment to change it.`,
    ]);
  }
  const environment = readEnvironment(process.env);
  const { META_ACCESS_TOKEN: accessToken, META_APP_SECRET: appSecret } = environment;
  if (accessToken === undefined) {
    throw new ConfigError([
      "META_ACCESS_TOKEN is not set; get it: Meta Business settings → System users → Generate token (ads_read)",
    ]);
  }
  const meta = createMetaClient({
    graphUrl: environment.META_GRAPH_URL,
    version: environment.META_API_VERSION,
    accessToken,
    requestTimeoutMs: 20_000,
    delayMs: 0,
    ...(appSecret === undefined ? {} : { appSecret }),
  });
  const signal = AbortSignal.timeout(30_000);
  const facts = await meta.debugToken(signal);
  const { accounts, complete } = await meta.listAdAccounts(signal);
  const tooMuch = facts.scopes.includes("ads_management")
    ? "  ! It may also change ads (ads_management); ads_read is enough."
    : "";
  console.log(
    [
      `Valid: ${facts.valid ? "yes" : `no (${facts.problem ?? "Meta gives no reason"})`}`,
      `Kind: ${facts.type ?? "unknown"}, app ${facts.appId ?? "unknown"}`,
      `May: ${facts.scopes.join(", ") || "nothing"}`,
      ...(tooMuch === "" ? [] : [tooMuch]),
      `Expires: ${facts.expiresAt ?? "never"}; data access: ${facts.dataAccessExpiresAt ?? "never"}`,
      `Ad accounts${complete ? "" : " (the first ones)"}: ${accounts.map((account) => `act_${account.accountId}`).join(", ") || "none"}`,
    ].join("\n"),
  );
  if (!facts.valid || !facts.scopes.includes("ads_read")) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof MetaError ? error.message : error);
  process.exitCode = 1;
}
