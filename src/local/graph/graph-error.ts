/** Meta's error envelope, and the errors this stand-in gives by itself, in Meta's words. */
import { findCodedRow } from "./faults/error-rows.ts";

export interface ErrorSpec {
  code: number;
  subcode?: number | undefined;
  http?: number | undefined;
  message?: string | undefined;
  type?: string | undefined;
  isTransient?: boolean | undefined;
  userTitle?: string | undefined;
  userMsg?: string | undefined;
}

/** Thrown by any part of a call; becomes the answer. What isn't given is filled from the table of known errors. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly http: number;
  readonly spec: ErrorSpec;
  readonly type: string;
  readonly isTransient: boolean;

  constructor(spec: ErrorSpec) {
    const fact = findCodedRow(spec.code, spec.subcode);
    super(spec.message ?? fact?.message ?? "An unknown error occurred");
    this.spec = spec;
    this.http = spec.http ?? fact?.http ?? 400;
    this.type = spec.type ?? fact?.type ?? "OAuthException";
    this.isTransient = spec.isTransient ?? fact?.isTransient ?? false;
  }

  /** The JSON body; `is_transient` is left out where false, except beside a subcode, as seen on the wire. */
  toBody(traceId: string): { error: Record<string, unknown> } {
    const { code, subcode, userTitle, userMsg } = this.spec;
    return {
      error: {
        message: this.message,
        type: this.type,
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(this.isTransient || subcode !== undefined ? { is_transient: this.isTransient } : {}),
        ...(userTitle === undefined ? {} : { error_user_title: userTitle }),
        ...(userMsg === undefined ? {} : { error_user_msg: userMsg }),
        fbtrace_id: traceId,
      },
    };
  }
}

export function invalidParameter(message: string): GraphError {
  return new GraphError({ code: 100, message: `(#100) ${message}` });
}

export function unknownField(field: string, nodeType: string): GraphError {
  return invalidParameter(`Tried accessing nonexisting field (${field}) on node type (${nodeType})`);
}

export function unsupportedObject(method: string, id: string): GraphError {
  const verb = method.toLowerCase();
  return new GraphError({
    code: 100,
    subcode: 33,
    message:
      `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing ` +
      "permissions, or does not support this operation. Please read the Graph API documentation at " +
      "https://developers.facebook.com/docs/graph-api",
  });
}

export function tooMuchData(): GraphError {
  return new GraphError({
    code: 1,
    message: "Please reduce the amount of data you're asking for, then retry your request",
    isTransient: false,
  });
}

export function invalidCursor(): GraphError {
  return new GraphError({ code: 2642 });
}

/** For what Meta has and this stand-in doesn't: said plainly, and listed in the coverage table. */
export function notServedHere(what: string, instead: string): GraphError {
  return invalidParameter(`${what} is not served by this local Graph API. ${instead}`);
}
