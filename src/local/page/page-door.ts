/** The page of the embedded workspace: `/`, and what it needs under /_world/page. Only for the browser of this machine. */
import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod";
import type { WorldClock } from "../clock.ts";
import { team } from "../slack/seed.ts";
import type { LocalSlack } from "../slack/start-slack.ts";
import { readAssets } from "./assets.ts";
import { LiveFeed } from "./live-feed.ts";
import { actSchema, performAct } from "./page-acts.ts";
import { readPageState, type PageState } from "./page-state.ts";
import { assetsPath, drawApp, drawDocument } from "./parts/document.ts";

export interface Page {
  wire: Hono;
  /** Ends the connections of open pages. */
  close(): void;
}

/** No inline script or style, nothing from elsewhere but pictures, never inside another page. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A tunnel, or a foreign name that points here, must not show this machine's workspace to others. */
function guard(wire: Hono): void {
  wire.on(["GET", "POST"], ["/", "/_world/page/*"], async (c, next) => {
    if (!loopbackNames.has(new URL(c.req.url).hostname))
      return c.text("This page is only for the machine it runs on: open it as localhost.", 403);
    await next();
    c.header("content-security-policy", policy);
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    return undefined;
  });
}

export function createPage(slack: LocalSlack, clock: WorldClock): Page {
  const wire = new Hono();
  const feed = new LiveFeed((listener) => slack.onChange(listener));
  const assets = readAssets();
  const stateOf = (c: Context): PageState => {
    const { as, at, thread, since } = c.req.query();
    return readPageState(slack, clock.now(), { as, at, thread, sinceTs: since });
  };
  guard(wire);
  wire.get("/", (c) => {
    c.header("cache-control", "no-store");
    return c.html(drawDocument(stateOf(c), team.name));
  });
  wire.get("/_world/page/app", (c) => {
    c.header("cache-control", "no-store");
    return c.html(drawApp(stateOf(c), team.name));
  });
  wire.get("/_world/page/live", () => feed.open());
  wire.get(`${assetsPath}/:name`, (c) => {
    const asset = assets.get(c.req.param("name"));
    if (asset === undefined) return c.text("There is no such file.", 404);
    return c.body(asset.body, 200, { "content-type": asset.contentType, "cache-control": "no-cache" });
  });
  wire.get("/_world/page/files/:id", (c) => {
    const file = slack.fileContent(c.req.param("id"));
    if (file === undefined) return c.text("There is no such file.", 404);
    // Always a download: what an app uploads must not run as a page of this origin.
    const name = `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`;
    return c.body(file.bytes, 200, { "content-type": "application/octet-stream", "content-disposition": name });
  });
  wire.post("/_world/page/acts", async (c) => {
    const act = actSchema.safeParse(await c.req.json().catch(() => null));
    if (!act.success) return c.json({ failure: `That is no act: ${z.prettifyError(act.error)}` }, 400);
    return c.json(await performAct(slack, act.data));
  });
  return { wire, close: () => feed.close() };
}
