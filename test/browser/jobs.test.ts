/** Jobs as people drive them from the page: cancel, failure and retry, a refused guest, the keyboard alone, two browsers, a restart. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { seriousFindings } from "./axe.ts";
import { eventually, expectNoOverflow, hasBrowser, openPage, readFocus, takeScreen } from "./open-page.ts";
import { useProgram } from "./program.ts";

// Each story has a conversation of its own.
const theProgram = useProgram();

async function say(page: Page, text: string): Promise<void> {
  const box = page.getByRole("textbox", { name: /^Message / });
  await box.fill(text);
  await box.press("Enter");
}

test.runIf(hasBrowser)("Cancel stops a running sync, says who and when; Retry goes on to the summary", async () => {
  const program = theProgram();
  const hold = program.holdMeta();
  const page = await openPage(program.address, { at: "C0GENERAL" });
  await say(page, "/meta-sync act_2026110001 7d");
  await page.getByRole("button", { name: /^Cancel: / }).click();
  await page.getByRole("heading", { name: /Sync cancelled/ }).waitFor();
  hold.letGo();
  await page.getByRole("link", { name: /1 reply/ }).click();
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread
    .getByText(/Cancelled by @Ana Berger/)
    .first()
    .waitFor();
  await thread.getByRole("button", { name: /^Retry: / }).click();
  await thread.getByText("Top campaigns by spend").waitFor();
  const threads = program.world().slack?.threads("C0GENERAL");
  expect(threads?.map(({ replies }) => replies.length)).toEqual([2]);
});

test.runIf(hasBrowser)("a failure says what happened and what to do, in the dark too", async () => {
  const page = await openPage(theProgram().address, { at: "D0ANA", context: { colorScheme: "dark" } });
  await say(page, "/meta-sync act_9999999999 7d");
  await page.getByRole("heading", { name: /Sync failed/ }).waitFor();
  await page.getByRole("link", { name: /1 reply/ }).click();
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("What to do").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await takeScreen(page, "failed-dark");
});

test.runIf(hasBrowser)("a guest is refused in words that only the guest sees", async () => {
  const program = theProgram();
  const guest = await openPage(program.address, { as: "U0GUEST" });
  const ana = await openPage(program.address);
  await say(guest, "/meta-sync act_2026110001 7d");
  const refusal = guest.locator("[data-ephemeral]").filter({ hasText: /guests/i });
  await refusal.waitFor();
  expect(program.world().slack?.messages("C0ADS")).toEqual([]);
  // What came to everybody after the refusal is there, the refusal isn't.
  await say(guest, "good morning");
  await ana.getByRole("listitem").filter({ hasText: "good morning" }).waitFor();
  expect(await ana.locator("[data-message]").count()).toBe(1);
});

test.runIf(hasBrowser)("by keyboard alone: command with completion, thread opened, closed by Escape", async () => {
  const page = await openPage(theProgram().address, { at: "C0ADS" });
  const pressTo = async (key: string, name: RegExp) => {
    for (let step = 0; step < 60 && !name.test(await readFocus(page)); step += 1) await page.keyboard.press(key);
    expect(await readFocus(page)).toMatch(name);
  };
  await pressTo("Tab", /^Message #ads$/);
  await page.keyboard.type("/meta-sync act_2026110001 ");
  await page.getByRole("option", { name: /^7d/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /1 reply/ }).waitFor();
  await pressTo("Shift+Tab", /1 reply/);
  await page.keyboard.press("Enter");
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("Top campaigns by spend").waitFor();
  await eventually(async () => expect(await readFocus(page)).toBe("Reply in thread"));
  await page.keyboard.press("Escape");
  await thread.waitFor({ state: "detached" });
  await eventually(async () => expect(await readFocus(page)).toBe("Message #ads"));
});

test.runIf(hasBrowser)(
  "two browsers see the same edits live; a reload and a restart in the middle lose nothing",
  async () => {
    const program = theProgram();
    const hold = program.holdMeta();
    const pages = [
      await openPage(program.address, { at: "G0PRIV" }),
      await openPage(program.address, { at: "G0PRIV", as: "U0BEN" }),
    ] as const;
    const [ana, ben] = pages;
    const texts = () =>
      Promise.all(
        pages.map((page) => page.locator("[data-message]:not([data-ephemeral]) .blocks").first().innerText()),
      );
    /** Both show the same words, and they fit; nobody loads a page anew for it. */
    const bothShow = (words: RegExp) =>
      eventually(async () => {
        const [anas = "", bens] = await texts();
        expect(anas).toMatch(words);
        expect(bens).toBe(anas);
      });
    await say(ana, "/meta-sync act_2026110001 7d");
    await bothShow(/Running: 0%/);
    await program.moveToProgress(hold, "G0PRIV");
    await bothShow(/Running: [1-9]\d?%/);

    await ben.reload();
    await bothShow(/Running: [1-9]\d?%/);
    const banners = async () => Promise.all(pages.map((page) => page.locator("#connection").innerText()));
    await program.restart(async () => {
      const lost = "Connection lost. Trying again…";
      await eventually(async () => expect(await banners()).toEqual([lost, lost]));
      await bothShow(/Running/);
    });
    await Promise.all(pages.map((page) => page.getByRole("heading", { name: /Sync complete/ }).waitFor()));
    await Promise.all(pages.map((page) => page.getByRole("link", { name: /1 reply/ }).waitFor()));
    await bothShow(/Sync complete/);
    await eventually(async () => expect(await banners()).toEqual(["", ""]));
    expect(program.world().slack?.threads("G0PRIV")).toHaveLength(1);
    await say(ana, "/meta-sync status");
    await ana
      .locator("[data-ephemeral]")
      .last()
      .getByText(/act_2026110001/)
      .waitFor();
  },
);

test.runIf(hasBrowser)("on a phone one pane at a time, from the command to the summary and back", async () => {
  const program = theProgram();
  const hold = program.holdMeta();
  const page = await openPage(program.address, {
    at: "C0GENERAL",
    context: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: "light" },
  });
  await page.getByRole("textbox", { name: "Message #general" }).fill("/meta-sync act_2026110001 2d");
  await page.getByRole("button", { name: "Send" }).tap();
  await program.moveToProgress(hold, "C0GENERAL");
  await page.getByText(/Running: [1-9]\d?%/).waitFor();
  await takeScreen(page, "phone-running-light");
  hold.letGo();
  await page.getByRole("link", { name: /1 reply/ }).tap();
  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("Top campaigns by spend").waitFor();
  await page.locator("main").waitFor({ state: "hidden" });
  await expectNoOverflow(page, 390);
  await takeScreen(page, "phone-done-light");
  await thread.getByRole("link", { name: "Close the thread" }).tap();
  await page.getByRole("heading", { name: "#general" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});
