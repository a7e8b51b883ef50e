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
const TRANSPORT = "test/contracts/graph-transport.test.ts";
const AUTH = "test/contracts/graph-auth.test.ts";

export const COVERAGE: readonly CoverageRow[] = [
  row("GET /:version/me", "partial", "id and name only", ENTITIES),
  row("GET /:version/me/adaccounts", "full", "the accounts that the token sees", ENTITIES),
  row("GET /:version/debug_token", "full", "by the app or by the token itself", AUTH),
  row("GET /:version/oauth/access_token", "absent", "code 100; tokens are made by admin", TRANSPORT),
  row("GET /:version/:id", "partial", "accounts, campaigns, ad sets, ads, creatives; no edge expansion", ENTITIES),
  row("GET /:version/:id/campaigns", "partial", "no date_preset, time_range, is_completed", ENTITIES),
  row("GET /:version/:id/adsets", "partial", "no date_preset, time_range, is_completed", ENTITIES),
  row("GET /:version/:id/ads", "partial", "no date_preset, time_range", ENTITIES),
  row("GET /:version/:id/adcreatives", "full", "of accounts, campaigns, ad sets and ads", ENTITIES),
  row(
    "GET /:version/:id/insights",
    "partial",
    "no breakdowns, sort, summary, explicit attribution windows, late attribution; code 100 says so",
    INSIGHTS,
  ),
  row("POST /:version/:id/insights", "absent", "async reports; code 100", INSIGHTS),
  row("GET /:version/:id/activities", "absent", "code 100", TRANSPORT),
  row("GET /:version/:id/owned_ad_accounts", "absent", "code 100", TRANSPORT),
  row("GET /:version/:id/client_ad_accounts", "absent", "code 100", TRANSPORT),
  row("GET /:version", "full", "root ids= went with v26: code 100", TRANSPORT),
  row("POST /:version", "absent", "batch; code 100", TRANSPORT),
  row("ALL /*", "full", "unknown paths 2500, unsupported verbs 100/33", TRANSPORT),
];

function row(route: string, status: CoverageRow["status"], note: string, testedBy: string): CoverageRow {
  return { route, status, note, testedBy };
}
