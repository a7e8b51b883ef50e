/** Thrown when QStash didn't take a call: down, slow, over quota, or wrongly configured. */
export class QueueError extends Error {
  override readonly name = "QueueError";
  /** "unavailable" may pass; "quota" passes at midnight UTC; "refused" needs a person. */
  readonly kind: "unavailable" | "quota" | "refused";

  constructor(kind: QueueError["kind"], message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** Sorts what @upstash/qstash throws. QstashError has `status`; a lost connection is a TypeError without one. */
export function toQueueError(error: unknown, what: string): QueueError {
  if (error instanceof QueueError) return error;
  const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : undefined;
  const name = error instanceof Error ? error.name : "";
  if (name === "QstashDailyRatelimitError") {
    return new QueueError(
      "quota",
      `QStash's daily quota is used up, so ${what} waits until midnight UTC; raise the plan to go on now`,
      error,
    );
  }
  if (status === 401 || status === 403) {
    return new QueueError(
      "refused",
      `QStash refused the token (${status}) for ${what}; check QSTASH_TOKEN and QSTASH_URL`,
      error,
    );
  }
  if (status !== undefined && status >= 400 && status < 500 && status !== 429) {
    return new QueueError(
      "refused",
      `QStash refused ${what} (${status}): ${error instanceof Error ? error.message : ""}`,
      error,
    );
  }
  return new QueueError("unavailable", `QStash didn't answer for ${what}; it is tried again`, error);
}
