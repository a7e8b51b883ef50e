import { expect, test } from "vitest";
import { ERROR_ROWS, type ErrorRow } from "#src/local/graph/faults/error-rows.ts";
import { openGraph } from "./graph-client.ts";

const ACME = "act_2026110001";

/** Response type, status and body (of a page, its beginning) as the row must be on the wire. */
function expectedOf(row: ErrorRow): [string, number, unknown] {
  if ("transport" in row) {
    if (row.transport === "reset") return ["error", 0, ""];
    if (row.transport === "empty-data") return ["default", 200, { data: [] }];
    return ["default", row.transport === "5xx" ? 502 : 200, "<!DOCTYPE html"];
  }
  const { code, subcode, message } = row;
  if ("in" in row) {
    const failed = { async_status: "Job Failed", error_code: code, error_subcode: subcode, error_message: message };
    return ["default", 200, failed];
  }
  const error = {
    message,
    type: row.type,
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    ...(row.isTransient || subcode !== undefined ? { is_transient: row.isTransient } : {}),
  };
  return ["default", row.http, { error }];
}

/** An answer without what differs each time: an error's trace id, a report's times and ids. */
function withoutChanging(body: Record<string, unknown>): unknown {
  const error = body["error"];
  if (typeof error === "object") return { error: { ...error, fbtrace_id: undefined } };
  if (body["async_status"] === undefined) return body;
  const { async_status, error_code, error_subcode, error_message } = body;
  return { async_status, error_code, error_subcode, error_message };
}

test("every row of the table of known errors can be served, as it is on the wire", async () => {
  const { graph, send } = openGraph();
  expect(ERROR_ROWS).toHaveLength(74);
  expect(new Set(ERROR_ROWS.map(({ id }) => id)).size).toBe(74);
  for (const row of ERROR_ROWS) {
    graph.faults.addRow(row.id, { match: { account: ACME, pathIncludes: "/insights" }, times: 1 });
    expect((await send("/me")).status).toBe(200);
    const response = await send(`/${ACME}/insights`);
    const text = response.type === "error" ? "" : await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const body: unknown = isJson ? withoutChanging(JSON.parse(text) as Record<string, unknown>) : text.slice(0, 14);
    expect([row.id, response.type, response.status, body]).toEqual([row.id, ...expectedOf(row)]);
  }
  const codes = graph.calls.list({ account: ACME }).map((call) => [call.errorCode, call.errorSubcode]);
  expect(codes).toContainEqual([17, 2446079]);
  expect(graph.calls.list({ account: ACME }).every((call) => call.points === 0 && call.blocked === null)).toBe(true);
});

test("a row hits the next calls that match, also by kind and by the n-th, and by admin", async () => {
  const { graph, send, fail } = openGraph();
  graph.faults.addRow("2-1504044", { match: { kind: "edge", nth: 2 }, times: 2 });
  const status = async () => (await send(`/${ACME}/ads?limit=1`)).status;
  expect([await status(), (await send(`/${ACME}`)).status, await status(), await status(), await status()]).toEqual([
    200, 200, 400, 400, 200,
  ]);
  const post = (body: unknown) => graph.admin.request("/rules", { method: "POST", body: JSON.stringify(body) });
  const action = { kind: "row", row: "100-in-summary-param" };
  expect((await post({ action, times: 1 })).status).toBe(201);
  expect(await fail(`/${ACME}`)).toMatchObject({ code: 100, is_transient: true });
  const refused = await post({ action: { kind: "row", row: "17-1" } });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("There is no error row")]);
  expect(await (await graph.admin.request("/errors")).json()).toMatchObject({ errors: { length: 74 } });
  expect(() => graph.faults.addRow("nonsense")).toThrow("nonsense");
});

test("an error by rule names the minutes to wait in its header, and a share of calls can be hit", async () => {
  const { graph, send } = openGraph();
  const rule = graph.faults.add({
    times: 1,
    action: { kind: "error", code: 80004, subcode: 2446079, regainMinutes: 7 },
  });
  const usage = (await send(`/${ACME}/ads`)).headers.get("x-business-use-case-usage") ?? "{}";
  expect(JSON.parse(usage)).toMatchObject({
    "2026110001": [{ type: "ads_management", call_count: 100, estimated_time_to_regain_access: 7 }],
  });
  graph.faults.remove(rule.id);
  graph.faults.add({ match: { percent: 25 }, action: { kind: "no-body" } });
  const bodies: string[] = [];
  for (let call = 0; call < 60; call += 1) bodies.push(await (await send(`/${ACME}`)).text());
  const empty = bodies.filter((body) => body === "").length;
  expect(empty).toBeGreaterThan(5);
  expect(empty).toBeLessThan(30);
});
