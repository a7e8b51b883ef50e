/** What Slack sends when an address is set up: url_verification and ssl_check. */
import { deliver } from "./deliver.ts";
import type { Courier, DeliveryAnswer, DeliveryOverrides } from "./deliver.ts";

/** Asks the app to prove that the address is its own; `verified` when the challenge came back, as text or JSON. */
export async function sendUrlVerification(
  courier: Courier,
  verificationToken: string,
  overrides?: DeliveryOverrides,
): Promise<DeliveryAnswer & { verified: boolean }> {
  const challenge = crypto.randomUUID();
  const raw = JSON.stringify({ type: "url_verification", token: verificationToken, challenge });
  const answer = await deliver(courier, raw, "application/json", overrides);
  const echoed = answer.body === challenge || answer.body === JSON.stringify({ challenge });
  return { ...answer, verified: answer.status === 200 && echoed };
}

/** The certificate check of a command's address: a form that no signature need cover. */
export function sendSslCheck(
  courier: Courier,
  verificationToken: string,
  overrides?: DeliveryOverrides,
): Promise<DeliveryAnswer> {
  const raw = new URLSearchParams({ ssl_check: "1", token: verificationToken }).toString();
  return deliver(courier, raw, "application/x-www-form-urlencoded", overrides);
}
