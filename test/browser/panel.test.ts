/** The world panel in a browser: a story with no typing, faults by keyboard, light, dark and phone, a restart survived. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { hasBrowser, openPage, takeScreen } from "./open-page.ts";
import { startProgram, type Program } from "./program.ts";

async function openPanel(program: Program, context: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const page = await openPage(program.address, context);
  await page.goto(`${program.address}/_world/panel`);
  await page.locator("#received-list .what").first().waitFor();
  return page;
}

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id);
}

test.runIf(hasBrowser)("one click plays the story to its summary, told step by step", async () => {
  const program = await startProgram();
  const page = await openPanel(program);
  await page.getByRole("button", { name: "Play: The token dies in the middle" }).click();
  await page
    .getByText("to the end")
    .or(page.getByRole("heading", { name: /played to its end/ }))
    .waitFor();
  const steps = page.locator("#story-steps");
  expect(await steps.getAttribute("aria-live")).toBe("polite");
  expect(await steps.getByText("Sync complete: Acme DE").count()).toBe(1);
  expect(program.world().slack?.threads("C0ADS")[0]?.replies.length).toBeGreaterThan(0);
  await takeScreen(page, "panel-story-light");
});

test.runIf(hasBrowser)(
  "a fault is switched on and cleared by keyboard; the focus stays while the lists change",
  async () => {
    const program = await startProgram();
    const page = await openPanel(program);
    await page.locator("#faults-slack summary").focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("How often: Too many requests (429)").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#active-list").getByText("until switched off").waitFor();
    expect(await page.locator("#said").textContent()).toBe("On: Too many requests (429).");
    expect(await seriousFindings(page)).toEqual([]);

    const off = page.getByRole("button", { name: "Switch off: Too many requests (429)" });
    await off.focus();
    // Its line is drawn anew when the fault strikes.
    await program
      .world()
      .slack?.sendCommand({ user: "U0ANA", channel: "C0ADS", command: "/meta-sync", text: "act_2026110003 1d" });
    await page
      .locator("#active-list")
      .getByText(/struck/)
      .waitFor();
    expect(await off.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText("None: everything works.").waitFor();
  },
);

test.runIf(hasBrowser)("the panel fits a phone, in the dark too, and the filter outlives a reload", async () => {
  const program = await startProgram();
  const page = await openPanel(program, { context: { viewport: { width: 375, height: 740 }, colorScheme: "dark" } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("radio", { name: "Meta" }).check();
  await page.locator("#received-list .part").getByText("Database").first().waitFor({ state: "detached" });
  await page.reload();
  expect(await page.getByRole("radio", { name: "Meta" }).isChecked()).toBe(true);
  await page.getByRole("button", { name: "+1 h" }).click();
  await page.getByText("1 h ahead of real time").waitFor();
  await takeScreen(page, "panel-phone-dark");
});

test.runIf(hasBrowser)("a restart of the program is said and survived by the open panel", async () => {
  const program = await startProgram();
  const page = await openPanel(program);
  const restarted = program.restart();
  await page.getByRole("alert").waitFor();
  await restarted;
  await page.getByRole("alert").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Pause deliveries" }).click();
  await page.locator("#queue-state").getByText("Deliveries are paused.").waitFor();
  expect(program.world().queue?.desk.isPaused()).toBe(true);
});
