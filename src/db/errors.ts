/** What goes wrong between us and Supabase, by what one can do about it. */
export type DbErrorKind = "unavailable" | "contended" | "denied" | "missing" | "invalid" | "unreadable";

/** Thrown by every function of this room. `kind` decides: unavailable and contended may pass, the others need a person. */
export class DbError extends Error {
  override readonly name = "DbError";
  readonly kind: DbErrorKind;
  /** SQLSTATE or PostgREST's code; empty when nothing answered. */
  readonly code: string;

  constructor(kind: DbErrorKind, code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.code = code;
  }
}

/** Sorts a PostgREST answer. Codes: postgrest.org → Errors, Postgres appendix A. */
export function toDbError(
  name: string,
  status: number,
  error: { code?: string; message?: string; hint?: string | null },
): DbError {
  const code = error.code ?? "";
  const said = error.message ?? "no message";
  if (code === "40001" || code === "40P01") return new DbError("contended", code, `${name}: ${said}`, error);
  if (code === "PGRST202" || code === "42883" || code === "42P01") {
    return new DbError(
      "missing",
      code,
      `The database has no ${name} (${code}): run npm run migrate, then try again`,
      error,
    );
  }
  if (status === 401 || status === 403 || code === "42501") {
    return new DbError(
      "denied",
      code,
      `Supabase refused ${name} (${status} ${code}): check SUPABASE_SERVICE_ROLE_KEY`,
      error,
    );
  }
  if (status === 0 || status >= 500 || status === 429 || /^(08|53|57)/.test(code)) {
    return new DbError("unavailable", code, `Supabase doesn't answer ${name} (${status} ${code} ${said})`, error);
  }
  return new DbError("invalid", code, `${name} failed (${status} ${code}): ${said}`, error);
}
