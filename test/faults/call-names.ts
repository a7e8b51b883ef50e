/** Names the program's outgoing calls as the list of crash points does: `sql save_page`, `meta insights ad`, `slack post summary`. */

const graphStreams: Readonly<Record<string, string>> = { adsets: "ad sets", adcreatives: "creatives" };

function nameSqlCall(path: string, body: string): string {
  const name = path.replace("/rest/v1/rpc/meta_sync_", "");
  return name === "save_page" && !body.includes('"p_page":0,') ? "sql save_page later" : `sql ${name}`;
}

function nameGraphCall(path: string, params: URLSearchParams): string {
  const report = /^\/v\d+\.\d+\/\d+(\/insights)?$/.exec(path);
  if (report !== null) return report[1] === undefined ? "meta report state" : "meta report page";
  const edge = /^\/v\d+\.\d+\/act_\d+(?:\/(\w+))?$/.exec(path);
  if (edge === null) return `meta ${path}`;
  if (edge[1] === undefined) return "meta account";
  if (edge[1] !== "insights") return `meta ${graphStreams[edge[1]] ?? edge[1]}`;
  // The order of a report has its parameters in the body.
  if (!params.has("level")) return "meta report order";
  const days = params.get("time_increment") === "1" ? "" : " totals";
  return `meta insights ${params.get("level") ?? ""}${days}`;
}

function nameSlackCall(path: string, body: string): string {
  const method = /^\/api\/([\w.]+)$/.exec(path)?.[1];
  if (method === undefined) return "slack response_url";
  if (method !== "chat.postMessage") return `slack ${method}`;
  return new URLSearchParams(body).has("thread_ts") ? "slack post summary" : "slack post root";
}

function nameQueueCall(path: string, body: string): string {
  if (path.startsWith("/v2/schedules")) return "queue schedule";
  if (!path.startsWith("/v2/publish/")) return `queue ${path}`;
  return `queue publish ${/"kind":"(\w+)"/.exec(body)?.[1] ?? ""}`;
}

/** Null for what isn't a call to a neighbour: the queue's deliveries and Slack's commands come the other way. */
export function nameCall(url: URL, body: string): string | null {
  const [, part, path] = /^\/_world\/(\w+)(\/.*)$/.exec(url.pathname) ?? [];
  if (part === undefined || path === undefined) return null;
  switch (part) {
    case "supabase":
      return nameSqlCall(path, body);
    case "graph":
      return nameGraphCall(path, url.searchParams);
    case "qstash":
      return nameQueueCall(path, body);
    case "slack":
      return nameSlackCall(path, body);
    default:
      return null;
  }
}
