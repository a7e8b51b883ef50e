/** files.*: announce an upload, share what was uploaded, look it up. */
import { z } from "zod";
import { SlackRefusal } from "../refusal.ts";
import { team } from "../seed.ts";
import type { Grant, JsonObject, StoredFile } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";
import { readStructured, wholeNumber, word } from "./arguments.ts";
import { signMessage } from "./chat.ts";
import { readContent } from "./content.ts";
import { checkThread, findPostable } from "./find-channel.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";

/** The file object, as it stands in answers and messages. */
function showFile(workspace: Workspace, file: StoredFile): JsonObject {
  const created = Math.floor(file.createdMs / 1000);
  const address = `${workspace.fileBase()}/files-pri/${team.id}-${file.id}/${encodeURIComponent(file.name)}`;
  const places = (kind: string) =>
    file.shares.map(({ channel }) => channel).filter((id) => workspace.channels.get(id)?.kind === kind);
  return {
    id: file.id,
    created,
    timestamp: created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.filetype,
    user: file.user,
    user_team: team.id,
    size: file.sizeBytes,
    mode: "hosted",
    is_external: false,
    is_public: places("public").length > 0,
    url_private: address,
    url_private_download: address,
    permalink: `https://${team.domain}.slack.com/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    channels: places("public"),
    groups: places("private"),
    ims: places("im"),
    file_access: "visible",
    ...(file.altText === undefined ? {} : { alt_txt: file.altText }),
  };
}

const getUploadUrl = defineMethod({
  tier: "tier4",
  scopes: ["files:write"],
  args: z.object({
    filename: z.string().optional(),
    length: wholeNumber.optional(),
    alt_txt: z.string().max(1000).optional(),
    alt_text: z.string().max(1000).optional(),
    snippet_type: z.string().optional(),
  }),
  run: ({ workspace, grant, args }) => {
    const { filename: name, length: lengthBytes } = args;
    if (name === undefined || name === "" || lengthBytes === undefined || lengthBytes === 0) {
      throw new SlackRefusal("missing_argument");
    }
    const altText = args.alt_txt ?? args.alt_text;
    const file = workspace.files.announce({ name, lengthBytes, altText, user: grant.botUserId });
    return { upload_url: `${workspace.fileBase()}/upload/v1/${file.id}`, file_id: file.id };
  },
});

const named = z.array(z.object({ id: word, title: z.string().optional() })).min(1);

function readFiles(workspace: Workspace, grant: Grant, value: unknown): StoredFile[] {
  const list = named.safeParse(readStructured(value, "invalid_arguments"));
  if (!list.success)
    throw new SlackRefusal("invalid_arguments", { messages: ["[ERROR] must be [{id, title}]: files"] });
  return list.data.map(({ id, title }) => {
    const file = workspace.files.find(id);
    const isOurs = file !== undefined && file.user === grant.botUserId && workspace.files.bytes(id) !== undefined;
    if (!isOurs) throw new SlackRefusal("file_not_found");
    return title === undefined ? file : { ...file, title };
  });
}

const completeUpload = defineMethod({
  tier: "tier4",
  scopes: ["files:write"],
  args: z.object({
    channel_id: word.optional(),
    channels: word.optional(),
    thread_ts: word.optional(),
    initial_comment: z.string().optional(),
  }),
  run: ({ workspace, grant, args, raw }) => {
    const files = readFiles(workspace, grant, raw["files"]);
    const named = [args.channel_id, ...(args.channels ?? "").split(",")].filter((id) => id !== undefined && id !== "");
    const places = named.map((id) => findPostable(workspace, grant, id ?? ""));
    const { thread_ts: threadTs } = args;
    for (const { id } of places) if (threadTs !== undefined) checkThread(workspace, id, threadTs);
    const content = raw["blocks"] === undefined ? {} : readContent({ blocks: raw["blocks"] }, "post");
    for (const { id: channel } of places) {
      const message = workspace.messages.append({
        channel,
        ...signMessage(grant),
        text: args.initial_comment ?? "",
        ...content,
        files: files.map((file) => showFile(workspace, file)),
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      });
      const share = { channel, ts: message.ts, ...(threadTs === undefined ? {} : { threadTs }) };
      for (const file of files) {
        const { shares } = workspace.files.find(file.id) ?? file;
        workspace.files.change(file, { title: file.title, shares: [...shares, share] });
      }
    }
    if (places.length === 0) for (const file of files) workspace.files.change(file, { title: file.title });
    const shown = files.map(({ id }) => workspace.files.find(id)).filter((file) => file !== undefined);
    return { files: shown.map((file) => showFile(workspace, file)) };
  },
});

const info = defineMethod({
  tier: "tier4",
  scopes: ["files:read"],
  args: z.object({ file: word }),
  run: ({ workspace, args }) => {
    const file = workspace.files.find(args.file);
    if (file === undefined || workspace.files.bytes(file.id) === undefined) throw new SlackRefusal("file_not_found");
    const shares: Record<string, Record<string, JsonObject[]>> = {};
    for (const { channel, ts, threadTs } of file.shares) {
      const side = workspace.channels.get(channel)?.kind === "public" ? "public" : "private";
      ((shares[side] ??= {})[channel] ??= []).push({ ts, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) });
    }
    return { file: { ...showFile(workspace, file), shares }, comments: [], response_metadata: { next_cursor: "" } };
  },
});

export const fileMethods: Record<string, WebApiMethod> = {
  "files.getUploadURLExternal": getUploadUrl,
  "files.completeUploadExternal": completeUpload,
  "files.info": info,
};
