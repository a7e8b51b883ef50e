/** A newcomer's way: from the opened page to the first summary, by clicking, with every action named on the screen. */
import { expect } from "vitest";
import { browserTest, openPage, startProgram, takeScreen } from "./open-page.ts";

browserTest("from page load to the first summary are two clicks, both named on the screen", async () => {
  const program = await startProgram();
  const page = await openPage(program);
  let actions = 0;
  const click = async (name: RegExp, role: "button" | "link") => {
    actions += 1;
    await page.getByRole(role, { name }).click();
  };
  await takeScreen(page, "start-light");

  await click(/^Try it: \/meta-sync act_2026110004 28d$/, "button");
  await page.getByText("Only visible to you").first().waitFor();
  await new Promise((r) => setTimeout(r, 4000));
  console.log(await page.evaluate(`[...document.querySelectorAll(".message")].map(m=>m.outerHTML+JSON.stringify(m.getBoundingClientRect())).join("\\n\\n")`));await takeScreen(page, "dbg");
  await takeScreen(page, "running-light");
  await page.getByRole("heading", { name: /Sync complete/ }).waitFor();
  await click(/1 reply/, "link");

  const thread = page.getByRole("complementary", { name: "Thread" });
  await thread.getByText("Top campaigns by spend").waitFor();
  expect(await thread.getByText("ROAS").count()).toBeGreaterThan(0);
  expect(actions).toBeLessThanOrEqual(3);
  await takeScreen(page, "done-light");
});
