/** What of Supabase's HTTP interface this stand-in serves, tested against the routes it really has. */
export interface CoverageRow {
  route: string;
  status: "full" | "partial" | "absent";
  note: string;
  testedBy: string;
}

const testedBy = "test/contracts/rpc-gateway.test.ts";

export const COVERAGE: readonly CoverageRow[] = [
  {
    route: "POST /rest/v1/rpc/:fn",
    status: "partial",
    note: "JSON in and out; no filters, ordering, limits or CSV on results",
    testedBy,
  },
  { route: "GET /rest/v1/rpc/:fn", status: "partial", note: "as POST, read-only; HEAD by the same route", testedBy },
  { route: "GET /rest/v1/:table", status: "absent", note: "the product calls functions only", testedBy },
  {
    route: "GET /auth/v1/*",
    status: "absent",
    note: "users' tokens are verified by signature; none are issued",
    testedBy,
  },
  { route: "GET /storage/v1/*", status: "absent", note: "not used", testedBy },
  { route: "GET /realtime/v1/*", status: "absent", note: "not used", testedBy },
];
