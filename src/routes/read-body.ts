/** A request's raw text, up to a size: what is signed must be read before it is parsed, and never without an end. */

/** Null when the body is larger than `maxBytes`; what is beyond isn't read. */
export async function readBody(request: Request, maxBytes: number): Promise<string | null> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return null;
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Bodies over this are answered 413 at every door. */
export const maxBodyBytes = 1024 * 1024;
