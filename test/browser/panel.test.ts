/** The world panel in a browser: a story with no typing, every fault from its menu, light, dark and phone, a restart survived. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { seriousFindings } from "./axe.ts";
import {
  eventually,
  expectFocus,
  expectNoOverflow,
  hasBrowser,
  longPatienceMs,
  openPage,
  takeScreen,
  type PageOptions,
} from "./open-page.ts";
import { useProgram } from "./program.ts";

const theProgram = useProgram();

async function openPanel(context: PageOptions["context"] = {}): Promise<Page> {
  const page = await openPage(theProgram().address, { path: "/_world/panel", context });
  await page.locator("#received-list .what").first().waitFor();
  return page;
}

/** Opens each part's menu; all are closed when the page comes. */
async function unfoldFaults(page: Page): Promise<void> {
  for (const menu of await page.locator("#faults details > summary").all()) await menu.click();
}

const activeList = (page: Page) => page.locator("#active-list");

/** By its form; "until switched off" unless told otherwise, so that its line doesn't go by itself. */
async function switchOn(page: Page, title: string, times = ""): Promise<void> {
  const form = page.locator("form.fault").filter({ has: page.getByRole("button", { name: `Switch on: ${title}` }) });
  const howOften = form.getByRole("combobox");
  if ((await howOften.count()) > 0) await howOften.selectOption(times);
  await form.getByRole("button").click();
  await page.locator("#said").getByText(`On: ${title}.`).waitFor();
}

async function switchOff(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: `Switch off: ${title}` }).click();
  await activeList(page).getByText("None: everything works.").waitFor();
}

test.runIf(hasBrowser)("each fault of the menu is switched on, listed, and switched off, by clicks alone", async () => {
  const page = await openPanel();
  await unfoldFaults(page);
  const titles = await page.locator("form.fault strong").allInnerTexts();
  expect(new Set(titles).size).toBe(29);
  for (const title of titles) {
    await switchOn(page, title);
    const line = activeList(page).getByRole("listitem");
    await line.filter({ hasText: title }).getByText("until switched off").waitFor();
    expect(await line.count(), title).toBe(1);
    await switchOff(page, title);
  }
});

test.runIf(hasBrowser)("what one fault of each part does to a person in Slack, and that it passes", async () => {
  const { address } = theProgram();
  const panel = await openPanel();
  await unfoldFaults(panel);
  const slack = await openPage(address, { at: "C0GENERAL" });
  const messages = slack.locator("main [data-message]:not([data-ephemeral])");
  const order = async (text: string) => {
    const box = slack.getByRole("textbox", { name: /^Message / });
    await box.fill(`/meta-sync ${text}`);
    await box.press("Enter");
  };

  await switchOn(panel, "Access token dies (190/460)");
  await order("act_2026110003 2d");
  await messages
    .last()
    .getByRole("heading", { name: /Sync failed/ })
    .waitFor();
  await switchOff(panel, "Access token dies (190/460)");

  // The message that can't be edited stays as it was; the sync goes on in a new one.
  const before = await messages.count();
  await switchOn(panel, "Message was deleted", "1");
  await order("act_2026110003 3d");
  await messages
    .nth(before + 1)
    .getByRole("heading", { name: /Sync complete/ })
    .waitFor();
  await activeList(panel).getByText("None: everything works.").waitFor();

  await switchOn(panel, "Queue is down (503)");
  await order("act_2026110003 4d");
  await messages
    .nth(before + 2)
    .getByText("Waiting for the queue")
    .waitFor();
  await takeScreen(slack, "queue-down-light");
  await switchOff(panel, "Queue is down (503)");
  await messages
    .nth(before + 2)
    .getByRole("heading", { name: /Sync complete/ })
    .waitFor();

  await switchOn(panel, "Database is down (503)");
  await order("act_2026110003 1d");
  await slack
    .locator("[data-ephemeral]")
    .getByText(/database/)
    .waitFor();
  await switchOff(panel, "Database is down (503)");
  expect(await messages.count()).toBe(before + 3);
});

test.runIf(hasBrowser)("one click plays the story to its summary, told step by step", async () => {
  const page = await openPanel();
  await page.getByRole("button", { name: "Play: The token dies in the middle" }).click();
  // Eight steps with a pause after each, and two syncs.
  await page
    .getByRole("heading", { name: /played to its end|stopped at a failure/ })
    .waitFor({ timeout: longPatienceMs });
  const steps = page.locator("#story-steps");
  expect(await page.locator("#story-title").innerText(), await steps.innerText()).toMatch(/played to its end/);
  expect(await steps.getAttribute("aria-live")).toBe("polite");
  expect(await steps.getByText("Sync complete: Acme DE").count()).toBe(1);
  expect(theProgram().world().slack?.threads("C0ADS")[0]?.replies.length).toBeGreaterThan(0);
  await takeScreen(page, "panel-story-light");
});

test.runIf(hasBrowser)(
  "a fault is switched on and cleared by keyboard; the focus stays while the lists change",
  async () => {
    const page = await openPanel();
    await page.locator("#faults-slack summary").focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("How often: Too many requests (429)").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#active-list").getByText("until switched off").waitFor();
    await page.locator("#said").getByText("On: Too many requests (429).").waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    const off = page.getByRole("button", { name: "Switch off: Too many requests (429)" });
    await off.focus();
    // Its line is drawn anew when the fault strikes.
    const { slack } = theProgram().world();
    await slack?.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync", text: "act_2026110003 1d" });
    await page
      .locator("#active-list")
      .getByText(/struck/)
      .waitFor();
    await expectFocus(off);
    await page.keyboard.press("Enter");
    await page.getByText("None: everything works.").waitFor();
  },
);

test.runIf(hasBrowser)("a restart of the program is said and survived by the open panel", async () => {
  const program = theProgram();
  const page = await openPanel();
  const lost = page.getByRole("alert");
  await program.restart(() => lost.getByText(/The world doesn't answer/).waitFor());
  await lost.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Pause deliveries" }).click();
  await page.locator("#queue-state").getByText("Deliveries are paused.").waitFor();
  expect(program.world().queue?.desk.isPaused()).toBe(true);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.locator("#queue-state").getByText("Deliveries are running.").waitFor();
});

test.runIf(hasBrowser)("the panel fits a phone, in the dark too, and the filter outlives a reload", async () => {
  const page = await openPanel({ viewport: { width: 375, height: 740 }, colorScheme: "dark" });
  await expectNoOverflow(page, 375);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("radio", { name: "Meta" }).check();
  await page.locator("#received-list .part").getByText("Database").first().waitFor({ state: "detached" });
  await page.reload();
  await eventually(async () => expect(await page.getByRole("radio", { name: "Meta" }).isChecked()).toBe(true));
  await page.getByRole("button", { name: "+1 h" }).click();
  await page.getByText(/1 h .*ahead of real time/).waitFor();
  await takeScreen(page, "panel-phone-dark");
});
