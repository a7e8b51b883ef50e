/** Who looks, and what passes between people and app: another organisation, files, shortcuts, menus, an edit that got lost on its way. */
import { expect, test } from "vitest";
import { eventually, hasBrowser, openPage, takeScreen } from "./open-page.ts";
import { startSmallApp } from "./small-app.ts";

test.runIf(hasBrowser)(
  "people to act as: another's view, another organisation, a guest; files, edits and ephemerals",
  async () => {
    const app = await startSmallApp();
    const { ts } = (await app.call("chat.postMessage", { channel: "C0ADS", text: "first words" })) as { ts: string };
    const page = await openPage(app.address);
    await page.getByText("first words").waitFor();
    await app.call("chat.update", { channel: "C0ADS", ts, text: "second words" });
    await page.getByText("second words").waitFor();
    await page.getByText("(edited)").waitFor();
    await app.call("chat.postEphemeral", { channel: "C0ADS", user: "U0ANA", text: "for Ana alone" });
    const only = page.getByRole("listitem").filter({ hasText: "for Ana alone" });
    await only.getByText("Only visible to you").waitFor();
    await takeScreen(page, "ephemeral-light");
    await only.getByRole("button", { name: "Dismiss message" }).click();
    await only.waitFor({ state: "hidden" });

    await page.getByRole("group").filter({ hasText: "Ana Berger" }).locator("summary").click();
    await page.getByRole("link", { name: /Gus Guest guest/ }).click();
    await page.getByText("second words").waitFor();
    await eventually(async () => expect(await page.getByText("for Ana alone").count()).toBe(0));
    expect(
      await page.getByRole("navigation", { name: "Conversations" }).getByRole("link").allInnerTexts(),
    ).not.toContain("budget");
  },
);

test.runIf(hasBrowser)(
  "a shared file is a row with a download; a shortcut of the app is in the box's menu",
  async () => {
    const app = await startSmallApp();
    const csv = "day,spend\n2026-11-15,10\n";
    const upload = await app.call("files.getUploadURLExternal", { filename: "spend.csv", length: csv.length });
    const sent = await fetch(String(upload["upload_url"]), { method: "POST", body: csv });
    expect(sent.status).toBe(200);
    await app.call("files.completeUploadExternal", {
      files: [{ id: upload["file_id"], title: "Spend by day" }],
      channel_id: "C0ADS",
      initial_comment: "Here it is",
    });
    const page = await openPage(app.address);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download Spend by day" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("spend.csv");
    await takeScreen(page, "file-light");

    await page.getByLabel("Shortcuts").click();
    await page.getByRole("button", { name: "New note" }).click();
    await eventually(() => expect(app.received.some((payload) => payload.type === "shortcut")).toBe(true));
  },
);

const plain = (text: string) => ({ type: "plain_text", text });
const option = (text: string) => ({ text: plain(text), value: text.toLowerCase() });

test.runIf(hasBrowser)(
  "menus in a message: a fixed one, one whose options the app gives, people, the three dots; each choice reaches the app",
  async () => {
    const app = await startSmallApp();
    const menu = (type: string, name: string, more: object) => ({
      type,
      action_id: name,
      ...(type === "overflow" ? {} : { placeholder: plain(name) }),
      ...more,
    });
    const elements = [
      menu("static_select", "Level", { options: [option("Campaign"), option("Ad")] }),
      menu("external_select", "Account", { min_query_length: 2 }),
      menu("users_select", "Person", {}),
      menu("overflow", "more", { options: [option("Hide"), option("Forget")] }),
    ];
    await app.call("chat.postMessage", { channel: "C0ADS", text: "Menus", blocks: [{ type: "actions", elements }] });
    app.answer = (payload) =>
      payload.type === "block_suggestion"
        ? Response.json({ options: [option("Acme DE"), option("Acme FR")] })
        : undefined;
    const page = await openPage(app.address);
    const chosen = (name: string) =>
      app.received
        .filter(({ type }) => type === "block_actions")
        .flatMap((payload) => payload["actions"] as Record<string, unknown>[])
        .findLast((action) => action["action_id"] === name);
    await page.getByRole("combobox", { name: "Level" }).selectOption("Ad");
    await eventually(() => expect(chosen("Level")).toMatchObject({ selected_option: { value: "ad" } }));
    await page.getByRole("searchbox", { name: "Search Account" }).pressSequentially("ac");
    await page.getByRole("combobox", { name: "Account", exact: true }).selectOption("Acme FR");
    await eventually(() => expect(chosen("Account")).toMatchObject({ selected_option: { value: "acme fr" } }));
    await page.getByRole("combobox", { name: "Person" }).selectOption("Ben Cole");
    await eventually(() => expect(chosen("Person")).toMatchObject({ selected_user: "U0BEN" }));
    await page.getByLabel("More actions").click();
    await takeScreen(page, "menus-light");
    await page.getByRole("button", { name: "Forget" }).click();
    await eventually(() => expect(chosen("more")).toMatchObject({ selected_option: { value: "forget" } }));
    expect(await page.locator(".failure:not(:empty)").count()).toBe(0);
  },
);

test.runIf(hasBrowser)(
  "someone of another organisation is in the shared conversation alone, is marked for the others, and can press what stands there",
  async () => {
    const app = await startSmallApp();
    const blocks = [{ type: "actions", elements: [{ type: "button", action_id: "go", text: plain("Go") }] }];
    await app.call("chat.postMessage", { channel: "C0SHARED", text: "For both", blocks });
    const eve = await openPage(app.address, { as: "U0EXT", at: "C0SHARED" });
    const ana = await openPage(app.address, { at: "C0SHARED" });
    const links = eve.getByRole("navigation", { name: "Conversations" }).getByRole("link");
    await eventually(async () =>
      expect(await links.allInnerTexts()).toEqual([expect.stringContaining("agency-shared")]),
    );
    await eve.getByRole("textbox", { name: "Message #agency-shared" }).fill("hello from outside");
    await eve.getByRole("button", { name: "Send" }).click();
    const line = ana.getByRole("listitem").filter({ hasText: "hello from outside" });
    await line.getByText("OTHER ORGANISATION").waitFor();
    await eve.getByRole("button", { name: "Go" }).click();
    await eventually(() =>
      expect(app.received.findLast(({ type }) => type === "block_actions")).toMatchObject({
        user: { id: "U0EXT", team_id: "T0OTHER" },
      }),
    );
    await takeScreen(ana, "stranger-light");
  },
);

test.runIf(hasBrowser)("an edit whose fetch gets lost is fetched again, with nothing new to remind of it", async () => {
  const app = await startSmallApp();
  const { ts } = (await app.call("chat.postMessage", { channel: "C0ADS", text: "first words" })) as { ts: string };
  const page = await openPage(app.address);
  await page.getByText("first words").waitFor();
  await page.route("**/_world/page/app?*", (route) => route.abort("connectionreset"));
  await app.call("chat.update", { channel: "C0ADS", ts, text: "second words" });
  await page.getByText("Connection lost. Trying again…").waitFor();
  await page.unroute("**/_world/page/app?*");
  await page.getByText("second words").waitFor();
  await eventually(async () => expect(await page.locator("#connection").innerText()).toBe(""));
});
