/** Which calls of the real service are here: the table that a test compares with the routes. */
interface CoverageRow {
  route: string;
  status: "full" | "partial" | "absent";
  note: string;
  testedBy: string;
}

const PUBLISH = "test/contracts/qstash-publish.test.ts";
const MESSAGES = "test/contracts/qstash-messages.test.ts";
const SCHEDULES = "test/contracts/qstash-schedules.test.ts";
const DLQ = "test/contracts/qstash-dlq.test.ts";
const COVERAGE = "test/contracts/qstash-coverage.test.ts";

const ABSENT: [route: string, note: string][] = [
  ["POST /v2/enqueue/*", "queues"],
  ["POST /v2/queues", "queues"],
  ["GET /v2/queues", "queues"],
  ["GET /v2/queues/:name", "queues"],
  ["DELETE /v2/queues/:name", "queues"],
  ["POST /v2/queues/:name/pause", "queues"],
  ["POST /v2/queues/:name/resume", "queues"],
  ["GET /v2/topics", "URL groups"],
  ["GET /v2/topics/:name", "URL groups"],
  ["DELETE /v2/topics/:name", "URL groups"],
  ["PATCH /v2/topics/:name", "URL groups"],
  ["POST /v2/topics/:name/endpoints", "URL groups"],
  ["DELETE /v2/topics/:name/endpoints", "URL groups"],
  ["GET /v2/logs", "the newer name of /v2/events"],
  ["GET /v2/flowControl", "flow control is obeyed at delivery; its management calls are missing"],
  ["GET /v2/flowControl/:key", "as above"],
  ["POST /v2/flowControl/:key/pause", "as above"],
  ["POST /v2/flowControl/:key/resume", "as above"],
  ["POST /v2/flowControl/:key/pin", "as above"],
  ["POST /v2/flowControl/:key/unpin", "as above"],
  ["POST /v2/flowControl/:key/resetRate", "as above"],
  ["GET /v2/globalParallelism", "the limit is obeyed (10), not shown"],
  ["DELETE /v2/workflows/runs/:id", "workflows"],
];

export const COVERAGE_TABLE: CoverageRow[] = [
  {
    route: "POST /v2/publish/*",
    status: "partial",
    note: "URLs only; queue, redaction and Upstash-Header-Forward are refused by 400; a GET carries no body",
    testedBy: PUBLISH,
  },
  {
    route: "POST /v2/batch",
    status: "partial",
    note: "as publish; an item with a queue is an error",
    testedBy: PUBLISH,
  },
  { route: "GET /v2/messages/:id", status: "full", note: "404 once final", testedBy: MESSAGES },
  { route: "DELETE /v2/messages/:id", status: "full", note: "", testedBy: MESSAGES },
  {
    route: "DELETE /v2/messages",
    status: "full",
    note: "ids by query or JSON body, all filters; count is ignored as the service does since client 2.12",
    testedBy: MESSAGES,
  },
  {
    route: "POST /v2/schedules/*",
    status: "partial",
    note: "as publish; CRON_TZ follows croner's rule at a change of clocks",
    testedBy: SCHEDULES,
  },
  { route: "GET /v2/schedules", status: "full", note: "", testedBy: SCHEDULES },
  { route: "GET /v2/schedules/:id", status: "full", note: "", testedBy: SCHEDULES },
  { route: "DELETE /v2/schedules/:id", status: "full", note: "", testedBy: SCHEDULES },
  { route: "PATCH /v2/schedules/:id/pause", status: "full", note: "", testedBy: SCHEDULES },
  { route: "POST /v2/schedules/:id/pause", status: "full", note: "the API description's verb", testedBy: SCHEDULES },
  { route: "PATCH /v2/schedules/:id/resume", status: "full", note: "", testedBy: SCHEDULES },
  { route: "POST /v2/schedules/:id/resume", status: "full", note: "the API description's verb", testedBy: SCHEDULES },
  { route: "GET /v2/dlq", status: "full", note: "newest first", testedBy: DLQ },
  { route: "GET /v2/dlq/:id", status: "full", note: "", testedBy: DLQ },
  { route: "DELETE /v2/dlq/:id", status: "full", note: "", testedBy: DLQ },
  { route: "DELETE /v2/dlq", status: "full", note: "", testedBy: DLQ },
  {
    route: "POST /v2/dlq/retry",
    status: "partial",
    note: "headers that override the message are ignored",
    testedBy: DLQ,
  },
  { route: "POST /v2/dlq/retry/:id", status: "partial", note: "as above", testedBy: DLQ },
  {
    route: "GET /v2/events",
    status: "partial",
    note: "callback headers and the names of queues and URL groups are missing",
    testedBy: MESSAGES,
  },
  { route: "GET /v2/keys", status: "full", note: "", testedBy: COVERAGE },
  {
    route: "POST /v2/keys/rotate",
    status: "partial",
    note: "lasts until the process ends",
    testedBy: "test/contracts/qstash-delivery.test.ts",
  },
  ...ABSENT.map(([route, note]) => ({ route, status: "absent" as const, note, testedBy: COVERAGE })),
];
