/** For browser tests: the whole program on a port and a data directory of its own, and pages of the embedded workspace. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, type TestContext } from "vitest";
import { readEnvironment } from "#src/config.ts";
import { learnAccounts } from "#src/duties.ts";
import type { LocalSlack } from "#src/local/slack/start-slack.ts";
import { start, type Running } from "#src/start.ts";
import { launchBrowser } from "#test/support/browser.ts";

export const sampleOrder = "act_2026110004 28d";
const screens = join(import.meta.dirname, "../../node_modules/.cache/meta-sync/screens");

export interface Program {
  address: string;
  slack: LocalSlack;
  running: Running;
  /** Ends it and starts it again on the same port and data. */
  restart(): Promise<void>;
}

let browser: Browser | null = null;
const endings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});
afterAll(async () => browser?.close());

/** A test that needs a browser; without one it is left out (see support/browser.ts). */
export function browserTest(name: string, body: () => Promise<void>): void {
  test(name, async ({ skip }: TestContext) => {
    if (browser === null) skip();
    await body();
  });
}

async function run(dataDir: string, port: string): Promise<Running> {
  const environment = readEnvironment({ META_SYNC_DATA_DIR: dataDir, PORT: port, LOG_LEVEL: "error" });
  const running = await start(environment, { isPortChosen: port !== "0", write: () => {} });
  await learnAccounts(running.services);
  return running;
}

function slackOf(running: Running): LocalSlack {
  const slack = running.world?.slack;
  if (slack === null || slack === undefined) throw new Error("The program runs without the embedded Slack.");
  return slack;
}

export async function startProgram(): Promise<Program> {
  const dataDir = mkdtempSync(join(tmpdir(), "meta-sync-page-"));
  const running = await run(dataDir, "0");
  const program: Program = {
    address: running.address,
    slack: slackOf(running),
    running,
    async restart() {
      await program.running.stop();
      program.running = await run(dataDir, new URL(program.address).port);
      program.slack = slackOf(program.running);
    },
  };
  endings.push(async () => {
    await program.running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return program;
}

/** What a page complained about: each test with a page ends with an empty list. */
export interface OpenPage {
  page: Page;
  complaints: string[];
}

export interface PageOptions {
  as?: string;
  at?: string;
  thread?: string;
  context?: BrowserContextOptions;
}

/** A page in a context of its own, as in a browser of its own. */
export async function openPage(program: Program, options: PageOptions = {}): Promise<Page> {
  if (browser === null) throw new Error("There is no browser.");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options.context });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A program that restarts is away for a moment: that is no fault of the page.
    if (message.type() === "error" && !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|503/u.test(message.text())) complaints.push(message.text());
  });
  page.setDefaultTimeout(20_000);
  endings.push(async () => {
    await context.close();
    expect(complaints, "errors of the page").toEqual([]);
  });
  const words = new URLSearchParams({ as: options.as ?? "U0ANA", at: options.at ?? "C0ADS" });
  if (options.thread !== undefined) words.set("thread", options.thread);
  await page.goto(`${program.address}/?${words.toString()}`);
  return page;
}

/** For people to look at. */
export async function takeScreen(page: Page, name: string): Promise<void> {
  mkdirSync(screens, { recursive: true });
  await page.screenshot({ path: join(screens, `${name}.png`) });
}
