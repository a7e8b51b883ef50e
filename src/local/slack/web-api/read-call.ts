/** Reads a Web API call as Slack does: GET or POST, form, JSON or multipart, token by header or form field. */
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject } from "../shapes.ts";
import { isObject } from "../values.ts";

export interface WebApiCall {
  token: string | undefined;
  /** Arguments without the token; text when they came as a form, JSON values when as JSON. */
  args: JsonObject;
}

/** Throws SlackRefusal: invalid_json, json_not_object, invalid_form_data, missing_post_type, invalid_post_type. */
export async function readCall(request: Request): Promise<WebApiCall> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const basic = readBasic(request.headers.get("authorization") ?? "");
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const contentType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const body = request.method === "GET" ? {} : await readBody(request, contentType ?? "");
  const { token, ...args } = { ...basic, ...query, ...body };
  // In a JSON body a token is an ordinary field that Slack doesn't look at.
  const field = contentType === "application/json" ? query["token"] : token;
  return { token: bearer ?? (typeof field === "string" ? field : undefined), args };
}

/** The app's own credentials, which oauth.v2.access takes by HTTP Basic too. */
function readBasic(authorization: string): JsonObject {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return {};
  const [id, secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { client_id: id, client_secret: secret };
}

async function readBody(request: Request, contentType: string): Promise<JsonObject> {
  switch (contentType) {
    case "application/x-www-form-urlencoded":
      return Object.fromEntries(new URLSearchParams(await request.text()));
    case "multipart/form-data":
      return Object.fromEntries(
        await request.formData().catch(() => {
          throw new SlackRefusal("invalid_form_data");
        }),
      );
    case "application/json":
      return parseJsonBody(await request.text());
    case "":
      if ((await request.text()) === "") return {};
      throw new SlackRefusal("missing_post_type");
    default:
      throw new SlackRefusal("invalid_post_type");
  }
}

function parseJsonBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new SlackRefusal("invalid_json");
  }
  if (!isObject(body)) throw new SlackRefusal("json_not_object");
  return body;
}
