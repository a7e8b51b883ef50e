/** A newcomer's way: from the opened page to the first summary, by clicking and by typing. */
import { expect, test } from "vitest";
import { hasBrowser, longPatienceMs, openPage, takeScreen } from "./open-page.ts";
import { useProgram } from "./program.ts";

const theProgram = useProgram();

test.runIf(hasBrowser)("from page load to the first summary are two clicks, both named on the screen", async () => {
  const program = theProgram();
  const hold = program.holdMeta(/adcreatives|level=ad&/u);
  const page = await openPage(program.address);
  let actions = 0;
  const click = async (name: RegExp, role: "button" | "link") => {
    actions += 1;
    await page.getByRole(role, { name }).click();
  };
  await takeScreen(page, "start-light");

  await click(/^Try it: \/meta-sync act_2026110004 28d$/, "button");
  await page.getByText("Only visible to you").first().waitFor();
  await program.moveToProgress(hold, "C0ADS", /\d\d% done/u);
  await page.getByText(/Running: \d\d%/).waitFor();
  await takeScreen(page, "running-light");
  hold.letGo();
  await page.getByRole("heading", { name: /Sync complete/ }).waitFor({ timeout: longPatienceMs });
  await click(/1 reply/, "link");

  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("Top campaigns by spend").waitFor();
  await thread.getByText("ROAS").first().waitFor();
  expect(actions).toBeLessThanOrEqual(3);
  await takeScreen(page, "done-light");
});

test.runIf(hasBrowser)(
  "a typed command is completed from the app's own words; Sync again starts the next job",
  async () => {
    const program = theProgram();
    const page = await openPage(program.address, { at: "C0GENERAL" });
    const box = page.getByRole("textbox", { name: "Message #general" });
    await box.pressSequentially("/me");
    await page.getByRole("option", { name: /\/meta-sync/ }).waitFor();
    await box.press("Tab");
    await box.pressSequentially("acme d");
    await page.getByRole("option", { name: /Acme DE/ }).waitFor();
    await takeScreen(page, "completion-light");
    await box.press("ArrowDown");
    await box.press("Enter");
    await page.getByRole("option", { name: "7d" }).click();
    expect(await box.inputValue()).toBe("/meta-sync act_2026110001 7d ");
    await box.press("Enter");

    await page.getByRole("link", { name: /1 reply/ }).click();
    const thread = page.getByRole("complementary", { name: "Thread" });
    await thread.getByRole("button", { name: /Sync again/ }).click();
    await thread.getByText(/Synced again by/).waitFor();
    // Asked for in the thread, so its message and its summary come there too: root, summary, and both again.
    await thread
      .getByRole("heading", { name: /Sync complete/ })
      .nth(3)
      .waitFor();
    const threads = program.world().slack?.threads("C0GENERAL");
    expect(threads?.map(({ replies }) => replies.length)).toEqual([3]);
  },
);
