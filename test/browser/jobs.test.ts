/** Jobs as people drive them from the page: cancel, failure and retry, a refused guest, the keyboard alone, two browsers, a restart. */
import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { seriousFindings } from "./axe.ts";
import { hasBrowser, openPage, takeScreen } from "./open-page.ts";
import { startProgram, type Program } from "./program.ts";

const patience = { timeout: 60_000, interval: 50 };

async function say(page: Page, text: string): Promise<void> {
  const box = page.getByRole("textbox", { name: /^Message / });
  await box.fill(text);
  await box.press("Enter");
}

/** Meta answers each page of rows late, so that a job lasts long enough to be met in the middle. */
function slowMeta(program: Program, ms = 700): void {
  program.world().graph?.faults.add({ action: { kind: "delay", ms } });
}

test.runIf(hasBrowser)("Cancel stops a running sync, says who and when; Retry goes on to the summary", async () => {
  const program = await startProgram();
  slowMeta(program);
  const page = await openPage(program.address);
  await say(page, "/meta-sync act_2026110004 28d");
  await page.getByRole("button", { name: /^Cancel: / }).click();
  await page.getByRole("heading", { name: /Sync cancelled/ }).waitFor();
  await page.getByRole("link", { name: /1 reply/ }).click();
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread
    .getByText(/Cancelled by @Ana Berger/)
    .first()
    .waitFor();
  program.world().graph?.faults.clear();
  await thread.getByRole("button", { name: /^Retry: / }).click();
  await thread.getByText("Top campaigns by spend").waitFor();
  const attempts = program
    .world()
    .slack?.threads("C0ADS")
    .map(({ replies }) => replies.length);
  expect(attempts).toEqual([2]);
});

test.runIf(hasBrowser)("a failure says what happened and what to do, in the dark too", async () => {
  const program = await startProgram();
  const page = await openPage(program.address, { context: { colorScheme: "dark" } });
  await say(page, "/meta-sync act_9999999999 7d");
  await page.getByRole("heading", { name: /Sync failed/ }).waitFor();
  await page.getByRole("link", { name: /1 reply/ }).click();
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("What to do").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreen(page, "failed-dark");
});

test.runIf(hasBrowser)("a guest is refused in words that only the guest sees", async () => {
  const program = await startProgram();
  const guest = await openPage(program.address, { as: "U0GUEST" });
  const ana = await openPage(program.address);
  await say(guest, "/meta-sync act_2026110001 7d");
  await guest.getByText(/guest/i).locator("visible=true").first().waitFor();
  await vi.waitFor(
    async () => expect(await guest.locator("[data-ephemeral]").last().innerText()).toMatch(/guests/i),
    patience,
  );
  expect(program.world().slack?.messages("C0ADS")).toEqual([]);
  expect(await ana.locator("[data-message]").count()).toBe(0);
});

test.runIf(hasBrowser)("by keyboard alone: command with completion, thread opened, closed by Escape", async () => {
  const program = await startProgram();
  const page = await openPage(program.address);
  const focused = () =>
    page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim() ?? "",
    );
  const tabTo = async (name: RegExp) => {
    for (let step = 0; step < 60 && !name.test(await focused()); step += 1) await page.keyboard.press("Tab");
    expect(await focused()).toMatch(name);
  };
  await tabTo(/^Message #ads$/);
  await page.keyboard.type("/meta-sync act_2026110001 ");
  await page.getByRole("option", { name: /^7d/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /1 reply/ }).waitFor();
  await page.keyboard.press("Shift+Tab");
  for (let step = 0; step < 20 && !/1 reply/.test(await focused()); step += 1) await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("Top campaigns by spend").waitFor();
  expect(await focused()).toBe("Reply in thread");
  await page.keyboard.press("Escape");
  await thread.waitFor({ state: "detached" });
  expect(await focused()).toBe("Message #ads");
});

test.runIf(hasBrowser)(
  "two browsers see the same edits live; a reload and a restart in the middle lose nothing",
  async () => {
    const program = await startProgram();
    slowMeta(program);
    const [ana, ben] = [await openPage(program.address), await openPage(program.address, { as: "U0BEN" })];
    await say(ana, "/meta-sync act_2026110004 28d");
    const title = (page: Page) => page.locator("[data-message]:not([data-ephemeral])").first();
    await Promise.all([title(ana).waitFor(), title(ben).waitFor()]);

    // Resolves when a page shows an edit by itself, seen in the page.
    const nextEdit = (page: Page) =>
      page.evaluate(async () => {
        const blocks = document.querySelector("[data-message]:not([data-ephemeral]) .blocks");
        if (blocks === null) throw new Error("There is no message.");
        await new Promise<void>((resolve) => {
          const observer = new MutationObserver(() => {
            observer.disconnect();
            resolve();
          });
          observer.observe(blocks, { subtree: true, childList: true, characterData: true });
        });
      });
    await Promise.all([nextEdit(ana), nextEdit(ben)]);
    const shown = (page: Page) => title(page).locator(".blocks").innerText();
    await expect.poll(async () => (await shown(ana)) === (await shown(ben))).toBe(true);

    await ben.reload();
    await title(ben).waitFor();
    await program.restart();
    program.world().graph?.faults.clear();
    await Promise.all([ana, ben].map((page) => page.getByRole("heading", { name: /Sync complete/ }).waitFor()));
    await Promise.all([ana, ben].map((page) => page.getByRole("link", { name: /1 reply/ }).waitFor()));
    expect(await ana.locator("#connection").innerText()).toBe("");
    expect(program.world().slack?.threads("C0ADS")).toHaveLength(1);
    await say(ana, "/meta-sync status");
    await ana
      .getByText(/act_2026110004/)
      .last()
      .waitFor();
  },
);

test.runIf(hasBrowser)("on a phone one pane at a time, from the hint to the summary and back", async () => {
  const program = await startProgram();
  const page = await openPage(program.address, {
    context: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: "light" },
  });
  await page.getByRole("button", { name: /^Try it/ }).tap();
  await page.getByText(/Running: \d+%/).waitFor();
  await takeScreen(page, "phone-running-light");
  await page.getByRole("link", { name: /1 reply/ }).tap();
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("Top campaigns by spend").waitFor();
  expect(await page.locator("main").isVisible()).toBe(false);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await takeScreen(page, "phone-done-light");
  await thread.getByRole("link", { name: "Close the thread" }).tap();
  await page.getByRole("heading", { name: "#ads" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});
