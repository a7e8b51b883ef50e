/** For browser tests: pages of the embedded workspace in a real browser, and what they complained about. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, expect, vi } from "vitest";
import { launchBrowser } from "#test/support/browser.ts";

// A whole sync in a browser, on a machine that is busy with other tests too.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

/** For what takes a moment on a machine at rest. */
const patienceMs = 90_000;
/** For a sync of a month. */
export const longPatienceMs = 200_000;
const screens = join(import.meta.dirname, "../../node_modules/.cache/meta-sync/screens");
const browser = await launchBrowser();
const endings: (() => Promise<void>)[] = [];

/** To be done when the test ends, the latest first. */
export function atEnd(end: () => Promise<void>): void {
  endings.push(end);
}

/** Does all of them, also when one fails: a program left alone would hold its port and its memory. */
async function endAll(): Promise<void> {
  const failures: unknown[] = [];
  for (const end of endings.splice(0).toReversed()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

afterEach(endAll);
afterAll(async () => browser?.close());

/** Without a browser these tests are left out (see support/browser.ts). */
export const hasBrowser = browser !== null;

export interface PageOptions {
  as?: string;
  at?: string;
  thread?: string;
  /** Another page than the workspace's. */
  path?: string;
  context?: BrowserContextOptions;
}

/** A program that restarts is away for a moment: that is no fault of the page. */
const expected = /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|503/u;

/** A page in a context of its own, as in a browser of its own. A test whose page reports an error fails. */
export async function openPage(address: string, options: PageOptions = {}): Promise<Page> {
  if (browser === null) throw new Error("There is no browser.");
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options.context });
  // Pictures from elsewhere: no test may depend on another machine.
  await context.route(
    (url) => !["127.0.0.1", "localhost"].includes(url.hostname),
    (route) =>
      route.fulfill({
        contentType: "image/svg+xml",
        body: `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"><rect width="80" height="60" fill="#8ab"/></svg>`,
      }),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.test(message.text())) complaints.push(message.text());
  });
  page.setDefaultTimeout(patienceMs);
  atEnd(async () => {
    await context.close();
    expect(complaints, "errors of the page").toEqual([]);
  });
  const words = new URLSearchParams({ as: options.as ?? "U0ANA", at: options.at ?? "C0ADS" });
  if (options.thread !== undefined) words.set("thread", options.thread);
  await page.goto(`${address}${options.path ?? `/?${words.toString()}`}`);
  return page;
}

/**
 * Waits until `check` no longer throws, for a minute and a half at most. For states that stay once they are reached; the rest of
 * Playwright's questions (`evaluate`, `innerText` …) belong in here too, because they have no end of their own.
 */
export function eventually(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: patienceMs, interval: 50 });
}

/** The keyboard is on this element. */
export async function expectFocus(element: Locator): Promise<void> {
  await eventually(async () => expect(await element.evaluate((one) => one === document.activeElement)).toBe(true));
}

/** Where the keyboard is: the element's name, or its words. */
export async function readFocus(page: Page): Promise<string> {
  const focused = page.locator("*:focus");
  if ((await focused.count()) === 0) return "";
  return focused.evaluate((element) => element.getAttribute("aria-label") ?? element.textContent.trim());
}

/** Nothing makes the page wider than its window. */
export async function expectNoOverflow(page: Page, width: number): Promise<void> {
  await eventually(async () => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}

/** For people to look at. */
export async function takeScreen(page: Page, name: string): Promise<void> {
  mkdirSync(screens, { recursive: true });
  await page.screenshot({ path: join(screens, `${name}.png`) });
}
