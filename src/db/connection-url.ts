/** Reads a Postgres connection string as people copy it, with TLS as the command-line tools of Postgres do it. */

export interface ConnectionConfig {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  ssl: false | { rejectUnauthorized: boolean };
}

/** DATABASE_URL is missing or is no Postgres address. The value, which holds a password, is not repeated. */
export class ConnectionUrlError extends Error {
  override readonly name = "ConnectionUrlError";
}

const whereToGetIt =
  "Copy it in Supabase: Connect → Connection string → Session pooler, put the database password in, and set DATABASE_URL " +
  "to it, such as postgresql://postgres.<project>:<password>@<region>.pooler.supabase.com:5432/postgres.";

/**
 * `place` is host and database, for messages. TLS: off for this machine or `sslmode=disable`; checked against the known
 * authorities for `verify-ca` and `verify-full`; otherwise on without that check, because Supabase signs with its own.
 */
export function readConnectionUrl(text: string | undefined): { config: ConnectionConfig; place: string } {
  if (text === undefined || text.trim() === "")
    throw new ConnectionUrlError(`DATABASE_URL is not set. ${whereToGetIt}`);
  const url = URL.parse(text.trim());
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === "") {
    throw new ConnectionUrlError(`DATABASE_URL is no address that begins with postgresql://. ${whereToGetIt}`);
  }
  const database = decodeURIComponent(url.pathname.slice(1)) || "postgres";
  const config = {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || "postgres",
    password: decodeURIComponent(url.password),
    database,
    ssl: chooseTls(url.hostname, url.searchParams.get("sslmode")),
  };
  return { config, place: `${url.host}/${database}` };
}

function chooseTls(host: string, mode: string | null): ConnectionConfig["ssl"] {
  if (mode === "verify-full" || mode === "verify-ca") return { rejectUnauthorized: true };
  const isLocal = host === "localhost" || host === "127.0.0.1" || host === "[::1]";
  if (mode === "disable" || (isLocal && mode !== "require")) return false;
  return { rejectUnauthorized: false };
}
