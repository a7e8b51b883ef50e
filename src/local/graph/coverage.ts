/** What of Meta's Graph API is here: one row per route, checked against the routes that are really registered. */
export interface CoverageRow {
  /** Verb and path; every path is also served with a trailing slash. */
  route: string;
  status: "full" | "partial" | "absent";
  note: string;
  testedBy: string;
}

const ENTITIES = "test/contracts/graph-entities.test.ts";
const INSIGHTS = "test/contracts/graph-insights.test.ts";
const REPORTS = "test/contracts/graph-reports.test.ts";
const TRANSPORT = "test/contracts/graph-transport.test.ts";
const ACCESS = "test/contracts/graph-access.test.ts";
const CHANGES = "test/contracts/graph-changes.test.ts";
const AUTH = "test/contracts/graph-auth.test.ts";

export const COVERAGE: readonly CoverageRow[] = [
  row("GET /:version/me", "partial", "id and name only", ENTITIES),
  row("GET /:version/me/adaccounts", "full", "the accounts that the token sees", ENTITIES),
  row("GET /:version/me/businesses", "full", "scope business_management", ACCESS),
  row("GET /:version/debug_token", "full", "by the app or by the token itself", AUTH),
  row("GET /:version/oauth/access_token", "partial", "fb_exchange_token; other grants code 100", ACCESS),
  row("GET /:version/:id", "partial", "accounts, entities, reports, businesses; no edge expansion", ENTITIES),
  row("GET /:version/:id/campaigns", "partial", "no date_preset, time_range, is_completed", ENTITIES),
  row("GET /:version/:id/adsets", "partial", "no date_preset, time_range, is_completed", ENTITIES),
  row("GET /:version/:id/ads", "partial", "no date_preset, time_range", ENTITIES),
  row("GET /:version/:id/adcreatives", "full", "of accounts, campaigns, ad sets and ads", ENTITIES),
  row(
    "GET /:version/:id/insights",
    "partial",
    "of nodes and of reports; no explicit attribution windows, action_breakdowns, frequency_value, catalogue and asset breakdowns: code 100 says so",
    INSIGHTS,
  ),
  row(
    "POST /:version/:id/insights",
    "partial",
    "async reports: all states, errors by rule, 30 days of life; no daily limit for opt-in breakdowns",
    REPORTS,
  ),
  row("GET /:version/:id/activities", "partial", "changes and creations; no category, no extra_data", CHANGES),
  row("GET /:version/:id/owned_ad_accounts", "full", "scope business_management", ACCESS),
  row("GET /:version/:id/client_ad_accounts", "full", "scope business_management", ACCESS),
  row("GET /:version", "full", "root ids= went with v26: code 100", TRANSPORT),
  row("POST /:version", "partial", "batch of at most 50; no dependent members", ACCESS),
  row("ALL /*", "full", "unknown paths 2500, unsupported verbs 100/33", TRANSPORT),
];

function row(route: string, status: CoverageRow["status"], note: string, testedBy: string): CoverageRow {
  return { route, status, note, testedBy };
}
