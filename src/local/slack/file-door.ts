/** Where the bytes of files come in and go out: files.slack.com. */
import { Hono } from "hono";
import type { Workspace } from "./workspace.ts";

/** At the root as files.slack.com has them. */
export function fileDoor(workspace: Workspace): Hono {
  const door = new Hono();
  door.post("/upload/v1/:id", async (context) => {
    const id = context.req.param("id");
    const file = workspace.files.find(id);
    if (file === undefined) return context.text("file_not_found", 404);
    if (workspace.files.bytes(id) !== undefined) return context.text("already_uploaded", 400);
    const bytes = await readUpload(context.req.raw);
    if (bytes.byteLength !== file.sizeBytes) {
      return context.text(`${bytes.byteLength} bytes came, ${file.sizeBytes} were announced`, 400);
    }
    workspace.files.fill(id, bytes);
    return context.text(`OK - ${bytes.byteLength}`);
  });
  door.get("/files-pri/:place/:name", (context) => {
    const token = /^Bearer\s+(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    const grant = workspace.grants.find(token);
    // Slack sends strangers to its sign-in page instead of saying no.
    if (grant === undefined || grant.revoked || !grant.scopes.includes("files:read")) {
      return context.redirect(`/?redir=${encodeURIComponent(context.req.path)}`);
    }
    const id = context.req.param("place").split("-")[1] ?? "";
    const file = workspace.files.find(id);
    const bytes = workspace.files.bytes(id);
    if (file === undefined || bytes === undefined) return context.text("file_not_found", 404);
    return context.body(bytes, 200, { "content-type": file.mimetype });
  });
  return door;
}

/** The bytes of an upload: the first file of a form (as the official client sends it), or the whole body. */
async function readUpload(request: Request): Promise<Uint8Array> {
  const isForm = (request.headers.get("content-type") ?? "").startsWith("multipart/form-data");
  if (!isForm) return new Uint8Array(await request.arrayBuffer());
  for (const [, value] of await request.formData()) {
    return typeof value === "string" ? new TextEncoder().encode(value) : new Uint8Array(await value.arrayBuffer());
  }
  return new Uint8Array();
}
