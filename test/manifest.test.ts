/** The Slack app manifest: the written file is up to date, fits Slack's rules, and asks for nothing without a reason. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { buildManifest, commands, events, HostRefused, scopes } from "../manifest/manifest.ts";
import { renderManifest } from "../manifest/render.ts";

const written = readFileSync("slack-manifest.yml", "utf8");
const manifest = parse(written) as ReturnType<typeof buildManifest>;

/** Every scope the app may ever ask for; another one needs a decision, not only a line. */
const allowedScopes = ["commands", "chat:write", "app_mentions:read", "users:read", "channels:read", "groups:read"];

const text = (maxLength: number, minLength = 1) => ({ type: "string", minLength, maxLength });
const flag = { type: "boolean" };
const httpsUrl = (maxLength: number) => ({ type: "string", maxLength, pattern: "^https://" });
const closed = (required: readonly string[], properties: object) => ({
  type: "object",
  required,
  properties,
  additionalProperties: false,
});

/** Slack's rules for the keys that we use, by its manifest reference (schema version 2); any other key is refused. */
const manifestRules = closed(["_metadata", "display_information", "features", "oauth_config", "settings"], {
  _metadata: closed(["major_version"], { major_version: { const: 2 }, minor_version: { type: "integer" } }),
  display_information: closed(["name"], {
    name: text(35),
    description: text(140),
    long_description: text(4000, 175),
    background_color: { type: "string", pattern: "^#[0-9a-f]{6}$" },
  }),
  features: closed(["bot_user", "slash_commands"], {
    bot_user: closed(["display_name"], { display_name: text(80), always_online: flag }),
    slash_commands: {
      type: "array",
      minItems: 1,
      maxItems: 50,
      items: closed(["command", "description", "url"], {
        command: { ...text(32, 2), pattern: "^/" },
        description: text(2000),
        usage_hint: text(1000),
        should_escape: flag,
        url: httpsUrl(3000),
      }),
    },
  }),
  oauth_config: closed(["redirect_urls", "scopes"], {
    redirect_urls: { type: "array", maxItems: 1000, uniqueItems: true, items: httpsUrl(2500) },
    scopes: closed(["bot"], { bot: { type: "array", maxItems: 255, uniqueItems: true, items: text(50) } }),
  }),
  settings: closed(["event_subscriptions", "interactivity"], {
    event_subscriptions: closed(["request_url", "bot_events"], {
      request_url: httpsUrl(3500),
      bot_events: { type: "array", maxItems: 100, uniqueItems: true, items: text(50) },
    }),
    interactivity: closed(["is_enabled", "request_url"], { is_enabled: flag, request_url: httpsUrl(3500) }),
    org_deploy_enabled: flag,
    socket_mode_enabled: flag,
    token_rotation_enabled: flag,
  }),
});

test("slack-manifest.yml is what manifest.ts says", () => {
  expect(written).toBe(renderManifest());
});

test("it fits Slack's rules, and the rules bite", () => {
  const fits = new Ajv({ allErrors: true }).compile(manifestRules);
  expect([fits(manifest), fits.errors]).toEqual([true, null]);
  const info = manifest.display_information;
  expect(fits({ ...manifest, display_information: { ...info, name: "x".repeat(36) } })).toBe(false);
  expect(fits({ ...manifest, display_information: { ...info, long_description: "short" } })).toBe(false);
  expect(fits({ ...manifest, feature: {} })).toBe(false);
  const [command] = manifest.features.slash_commands;
  const renamed = { ...manifest.features, slash_commands: [{ ...command, command: "meta-sync" }] };
  expect(fits({ ...manifest, features: renamed })).toBe(false);
});

test("each scope is allowed, has a reason, and stands in the README with it", () => {
  expect(manifest.oauth_config.scopes.bot).toEqual(scopes.map(({ scope }) => scope));
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...allowedScopes].sort());
  const readme = readFileSync("manifest/README.md", "utf8");
  const table = [...readme.matchAll(/^\| `([^`]+)`\s*\| (.+?)\s*\|$/gm)].map(([, scope, reason]) => ({
    scope,
    reason,
  }));
  expect(table).toEqual(scopes.map(({ scope, reason }) => ({ scope, reason })));
  for (const { reason } of scopes) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
});

test("no scope reads history; no socket mode, no token rotation", () => {
  expect(written).not.toMatch(/history|files:write|chat:write\.public/);
  expect(manifest.settings).toMatchObject({ socket_mode_enabled: false, token_rotation_enabled: false });
});

test("all addresses are https on one host, and never this machine", () => {
  const urls = [...renderManifest("https://sync.example.com").matchAll(/https?:\/\/[^\s"`]+/g)].map(
    ([url]) => new URL(url),
  );
  expect(urls.length).toBeGreaterThanOrEqual(4);
  expect(new Set(urls.map(({ origin }) => origin))).toEqual(new Set(["https://sync.example.com"]));
  expect(manifest.settings.event_subscriptions.request_url).toBe(manifest.settings.interactivity.request_url);
  expect(manifest.features.slash_commands.map(({ url }) => url)).toEqual(
    commands.map(() => manifest.settings.event_subscriptions.request_url),
  );
});

test("what Slack can't reach is refused", () => {
  for (const host of [
    "http://sync.example.com",
    "https://localhost:3000",
    "https://127.0.0.1",
    "sync",
    "https://a.b/c",
  ]) {
    expect(() => buildManifest(host)).toThrow(HostRefused);
  }
});

test("commands escape what is typed; events are the ones that are listened to", () => {
  expect(commands.map(({ command, should_escape }) => [command, should_escape])).toEqual([["/meta-sync", true]]);
  expect(manifest.settings.event_subscriptions.bot_events).toEqual([...events]);
});
