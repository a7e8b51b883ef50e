/** The page on which a person allows the app: /oauth/v2/authorize, with Allow and Cancel. */
import { Hono } from "hono";
import type { Context } from "hono";
import { html } from "hono/html";
import { decideInstall, readInstallRequest } from "./install.ts";
import type { InstallRequest } from "./install.ts";
import { ActRefused } from "./outgoing/refuse-act.ts";
import { botName, enterprise, team } from "./seed.ts";
import type { Workspace } from "./workspace.ts";

type Page = ReturnType<typeof html>;

/** At the root as slack.com has it. */
export function installDoor(workspace: Workspace): Hono {
  const door = new Hono();
  door.onError((error, context) => {
    if (!(error instanceof ActRefused)) throw error;
    return context.html(writePage("Something went wrong", html`<p>Error details: ${error.message}</p>`), 400);
  });
  door.get("/oauth/v2/authorize", (context) => {
    const request = readInstallRequest(workspace, new URL(context.req.url).searchParams);
    return context.html(writePage(`${botName} asks to join ${team.name}`, writeForm(workspace, request)));
  });
  door.post("/oauth/v2/authorize", async (context) => {
    const form = await context.req.formData();
    const { redirectTo } = decideInstall(workspace, {
      authorizeUrl: context.req.url,
      user: readField(form, "user"),
      allow: readField(form, "choice") === "allow",
      organisation: readField(form, "place") === "organisation",
    });
    return redirect(context, redirectTo);
  });
  return door;
}

const redirect = (context: Context, to: string): Response => context.redirect(to, 302);

function readField(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

function writeForm(workspace: Workspace, request: InstallRequest): Page {
  const members = workspace.people
    .list()
    .filter((person) => person.teamId === team.id && !person.isBot && !person.isRestricted);
  return html`<p>It will be able to:</p>
    <ul>
      ${request.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}
    </ul>
    <form method="post">
      <p>
        <label for="user">You are</label>
        <select id="user" name="user">
          ${members.map((person) => html`<option value="${person.id}">${person.realName}</option>`)}
        </select>
      </p>
      <p>
        <label for="place">Install on</label>
        <select id="place" name="place">
          <option value="team">${team.name} (workspace)</option>
          ${workspace.app.orgDeploy ? html`<option value="organisation">${enterprise.name} (organisation)</option>` : ""}
        </select>
      </p>
      <button name="choice" value="cancel">Cancel</button>
      <button name="choice" value="allow">Allow</button>
    </form>`;
}

function writePage(title: string, body: Page): Page {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          body {
            font:
              1rem/1.5 system-ui,
              sans-serif;
            max-width: 32rem;
            margin: 3rem auto;
            padding: 0 1rem;
          }
          button {
            font: inherit;
            padding: 0.4rem 1rem;
          }
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
}
