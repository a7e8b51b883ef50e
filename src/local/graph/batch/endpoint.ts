/** POST / with `batch`: up to 50 calls in one request, each counted and limited by itself. */
import type { Hono } from "hono";
import { z } from "zod";
import { type Answer, answerJson } from "../answer.ts";
import { type GraphCall, readJsonParam } from "../graph-call.ts";
import { GraphError, invalidParameter, notServedHere } from "../graph-error.ts";
import type { EndpointInput } from "../graph-parts.ts";
import type { BatchMember } from "./member.ts";

const MOST = 50;
/** Where a member goes inside; its links name the address that the batch was sent to. */
const INSIDE = "http://batch.local";

const operation = z.looseObject({
  method: z.enum(["GET", "POST", "DELETE"]),
  relative_url: z.string(),
  body: z.string().nullish(),
  depends_on: z.string().nullish(),
});
type Operation = z.output<typeof operation>;

/** The answers in order; a member that timed out is null, to be sent again. */
export function answerBatch(wire: Hono): (input: EndpointInput) => Promise<Answer> {
  return async ({ parts, call }) => {
    const operations = readJsonParam(call, "batch", z.array(operation), "a JSON array of {method, relative_url}");
    if (operations === undefined) throw invalidParameter("The parameter batch is required");
    if (operations.length > MOST) {
      const message = `Too many requests in batch message. Maximum batch size is ${MOST}`;
      throw new GraphError({ code: 100, type: "GraphBatchException", message });
    }
    if (operations.some((one) => typeof one.depends_on === "string" || one.relative_url.includes("{result="))) {
      throw notServedHere("A member that depends on another one", "Send dependent calls one after the other.");
    }
    const withHeaders = call.params.get("include_headers") !== "false";
    const answers = operations.map((one) => {
      const timesOut = parts.chance.hits("batch member", parts.knobs.batchNullPercent);
      return answerMember(wire, requestOf(call, one), { base: baseOf(call), timesOut });
    });
    const done = await Promise.all(answers);
    return answerJson(done.map((one) => (one === null || withHeaders ? one : { code: one.code, body: one.body })));
  };
}

interface MemberAnswer {
  code: number;
  headers: { name: string; value: string }[];
  body: string;
}

async function answerMember(wire: Hono, request: Request, batchMember: BatchMember): Promise<MemberAnswer | null> {
  const response = await wire.fetch(request, { batchMember });
  if (response.type === "error") return null;
  const headers = [...response.headers].map(([name, value]) => ({ name, value }));
  return { code: response.status, headers, body: await response.text() };
}

/** A member has the batch's version, token and proof unless it brings its own. */
function requestOf(batch: GraphCall, one: Operation): Request {
  const path = one.relative_url.replace(/^\//, "");
  const url = new URL(`${INSIDE}/${/^v\d+\.\d+(\/|\?|$)/.test(path) ? path : `${batch.version}/${path}`}`);
  const proof = batch.params.get("appsecret_proof");
  if (proof !== undefined && !url.searchParams.has("appsecret_proof")) url.searchParams.set("appsecret_proof", proof);
  const hasBody = one.method !== "GET" && typeof one.body === "string";
  return new Request(url, {
    method: one.method,
    headers: {
      authorization: `Bearer ${batch.token ?? ""}`,
      ...(hasBody ? { "content-type": "application/x-www-form-urlencoded" } : {}),
    },
    ...(hasBody ? { body: one.body ?? "" } : {}),
  });
}

/** Origin and prefix without the version. */
function baseOf(batch: GraphCall): string {
  return batch.url.replace(new RegExp(`/${batch.version}/?$`), "");
}
