/** Where a message goes: read raw from the request's address, checked, and rewritten when an app moves port. */
import { ApiError } from "./api-error.ts";

const LOOPBACK_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

interface RawDestination {
  url: string;
  /** Lower-case query parameters that configure the message (`upstash-retries=3`), taken out of the destination. */
  configuration: Record<string, string>;
}

/**
 * Everything after `marker` in the request's own address, with its query: a router would collapse `//` and decode.
 * `marker` is for example `/v2/publish/`; whatever stands before it (a mount point) doesn't matter.
 */
export function readRawDestination(requestUrl: string, marker: string): RawDestination {
  const at = requestUrl.indexOf(marker);
  const raw = at < 0 ? "" : requestUrl.slice(at + marker.length);
  const queryAt = raw.indexOf("?");
  if (queryAt < 0) return { url: raw, configuration: {} };
  const configuration: Record<string, string> = {};
  const kept: string[] = [];
  const parameters = raw.slice(queryAt + 1).split("&");
  for (const parameter of parameters) {
    const name = parameter.split("=", 1)[0] ?? "";
    if (name === "qstash_token") continue;
    if (!name.startsWith("upstash-")) kept.push(parameter);
    else configuration[name] = new URLSearchParams(parameter).get(name) ?? "";
  }
  if (kept.length === parameters.length) return { url: raw, configuration };
  const query = kept.length > 0 ? `?${kept.join("&")}` : "";
  return { url: raw.slice(0, queryAt) + query, configuration };
}

/** @throws ApiError 400 with the service's own words when the scheme is missing. */
export function assertDestination(url: string): void {
  if (!/^https?:\/\//i.test(url)) {
    throw new ApiError(400, "invalid destination url: endpoint has invalid scheme, add http:// or https://");
  }
  if (!URL.canParse(url)) throw new ApiError(400, `invalid destination url: "${url}" can't be parsed`);
}

/** Why this stand-in won't send there, or undefined: it reaches this machine only, unless a host is allowed by name. */
export function explainRefusedHost(url: string, allowHosts: readonly string[]): string | undefined {
  const { hostname, host } = new URL(url);
  if (LOOPBACK_HOSTS.has(hostname) || allowHosts.includes(hostname) || allowHosts.includes(host)) return undefined;
  return `the embedded QStash delivers to this machine only: "${host}" is neither loopback nor in allowHosts`;
}

/** `url` with its origin changed from `fromOrigin` to `toOrigin`; any other address stays as it is. */
export function replaceOrigin(url: string, fromOrigin: string, toOrigin: string): string {
  const [from, to] = [fromOrigin.replace(/\/$/, ""), toOrigin.replace(/\/$/, "")];
  const rest = url.slice(from.length);
  return url.startsWith(from) && /^(?:[/?#]|$)/.test(rest) ? to + rest : url;
}
