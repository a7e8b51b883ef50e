/** The page against a small app of our own: blocks, buttons, modals, App Home, hostile names, phone, keyboard. */
import { expect, test } from "vitest";
import { seriousFindings } from "./axe.ts";
import { eventually, expectFocus, expectNoOverflow, hasBrowser, openPage, takeScreen } from "./open-page.ts";
import { startSmallApp, type Payload } from "./small-app.ts";
import { sampleBlocks } from "#test/local-page/sample-blocks.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const button = (text: string, more: object = {}) => ({
  type: "button",
  action_id: text.toLowerCase(),
  text: plain(text),
  ...more,
});
/** Blocks as a message takes them: no alert, no second table, no inputs. */
const inMessages = sampleBlocks.filter(
  (block) => !["alert", "input", "carousel", "context_actions"].includes(String(block["type"])),
);

test.runIf(hasBrowser)(
  "every block is drawn, light and dark and on a phone, without serious findings of axe",
  async () => {
    const app = await startSmallApp();
    await app.call("chat.postMessage", { channel: "C0ADS", text: "All blocks", blocks: inMessages });
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await openPage(app.address, { context: { colorScheme, viewport: { width: 1280, height: 2300 } } });
      await page.getByRole("img", { name: /Spend, bar chart/ }).waitFor();
      expect(await page.getByText("can't be drawn").count()).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      await takeScreen(page, `blocks-${colorScheme}`);
    }
    const phone = await openPage(app.address, {
      context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    });
    await phone.getByRole("heading", { name: "#ads" }).waitFor();
    await expectNoOverflow(phone, 390);
    await phone.getByRole("button", { name: "Back to the channels" }).click();
    await phone.getByRole("link", { name: "general" }).click();
    await phone.getByRole("heading", { name: "#general" }).waitFor();
    await phone.getByRole("navigation", { name: "Conversations" }).waitFor({ state: "hidden" });
  },
);

test.runIf(hasBrowser)("a table sorts by its head and shows all rows on demand", async () => {
  const app = await startSmallApp();
  await app.call("chat.postMessage", {
    channel: "C0ADS",
    text: "t",
    blocks: sampleBlocks.filter((block) => block["type"] === "data_table"),
  });
  const page = await openPage(app.address);
  const rowsAre = (names: string[]) =>
    eventually(async () => expect(await page.locator("tbody tr:visible th").allInnerTexts()).toEqual(names));
  await rowsAre(["Spring", "Autumn"]);
  await page.getByRole("button", { name: "Spend" }).click();
  await rowsAre(["Autumn", "Spring"]);
  await page.getByRole("button", { name: "Spend" }).click();
  await page.getByRole("button", { name: "Show all 3 rows" }).click();
  await rowsAre(["Winter", "Spring", "Autumn"]);
});

test.runIf(hasBrowser)(
  "a button waits for its answer, asks first when it should, and says what went wrong",
  async () => {
    const app = await startSmallApp();
    const confirm = {
      title: plain("Stop it?"),
      text: plain("It can't be undone."),
      confirm: plain("Stop now"),
      deny: plain("Keep"),
    };
    const elements = [button("Slow"), button("Broken"), button("Stop", { style: "danger", confirm })];
    await app.call("chat.postMessage", { channel: "C0ADS", text: "Buttons", blocks: [{ type: "actions", elements }] });
    const answered = Promise.withResolvers<Response>();
    app.answer = (payload) => {
      const [action] = payload["actions"] as { action_id: string }[];
      if (action?.action_id === "slow") return answered.promise;
      return action?.action_id === "broken" ? new Response("no", { status: 500 }) : undefined;
    };
    const page = await openPage(app.address);
    const slow = page.getByRole("button", { name: "Slow" });
    await slow.click();
    await eventually(async () => expect(await slow.getAttribute("aria-busy")).toBe("true"));
    await slow.click({ force: true });
    answered.resolve(new Response(null, { status: 200 }));
    await eventually(async () => expect(await slow.getAttribute("aria-busy")).toBeNull());
    expect(app.received).toHaveLength(1);

    await page.getByRole("button", { name: "Broken" }).click();
    await page.getByText("This app responded with Status Code 500").waitFor();

    const stop = page.getByRole("button", { name: "Stop" });
    await stop.click();
    await page.getByRole("dialog", { name: "Stop it?" }).getByRole("button", { name: "Keep" }).click();
    expect(app.received).toHaveLength(2);
    await stop.click();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Stop now" }).click();
    await eventually(() => expect(app.received).toHaveLength(3));
    await expectFocus(stop);
  },
);

const view = {
  type: "modal",
  title: plain("New sync"),
  submit: plain("Start"),
  close: plain("Cancel"),
  blocks: [
    { type: "alert", level: "info", text: plain("A sync only reads.") },
    ...sampleBlocks.filter((block) => block["type"] === "input"),
  ],
};

function isSubmission(payload: Payload): boolean {
  return payload.type === "view_submission";
}

test.runIf(hasBrowser)(
  "a modal keeps the focus inside, shows errors at their fields, sends what was filled in, and gives the focus back",
  async () => {
    const app = await startSmallApp();
    await app.call("chat.postMessage", {
      channel: "C0ADS",
      text: "Form",
      blocks: [{ type: "actions", elements: [button("Open")] }],
    });
    app.answer = async (payload) => {
      if (payload.type === "block_actions") await app.call("views.open", { trigger_id: payload.trigger_id, view });
      const values = JSON.stringify(payload["view"] ?? {});
      if (!isSubmission(payload) || values.includes(`"value":"Spring"`)) return undefined;
      return Response.json({ response_action: "errors", errors: { name: "That name is taken." } });
    };
    const page = await openPage(app.address);
    const opener = page.getByRole("button", { name: "Open" });
    await opener.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "New sync" });
    await dialog.waitFor();
    await expectFocus(dialog.getByRole("textbox", { name: "name" }));
    expect(await seriousFindings(page)).toEqual([]);
    await takeScreen(page, "modal-light");
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press("Tab");
      expect(await page.locator("dialog:focus-within").count()).toBe(1);
    }

    await dialog.getByRole("textbox", { name: "name" }).fill("Winter");
    await dialog.getByLabel("person").selectOption("U0BEN");
    await dialog.getByLabel("B", { exact: true }).first().check();
    await dialog.getByRole("button", { name: "Start" }).click();
    await dialog.getByText("That name is taken.").waitFor();
    await takeScreen(page, "modal-error-light");
    await dialog.getByRole("textbox", { name: "name" }).fill("Spring");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await expectFocus(opener);
    const sent = app.received.findLast(isSubmission)?.["view"] as { state: { values: Record<string, unknown> } };
    expect(sent.state.values).toMatchObject({
      name: { name: { value: "Spring" } },
      person: { person: { selected_user: "U0BEN" } },
      checks: { checks: { selected_options: [{ value: "b" }] } },
      radio: { radio: { selected_option: { value: "a" } } },
    });

    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  },
);

test.runIf(hasBrowser)(
  "App Home is what the app published, its buttons work, Messages is the conversation with it",
  async () => {
    const app = await startSmallApp();
    app.answer = async (payload) => {
      const event = payload["event"] as { type?: string; user?: string } | undefined;
      const blocks = [
        { type: "header", text: plain("Your syncs") },
        { type: "section", text: { type: "mrkdwn", text: "*Acme DE* · done" }, accessory: button("Details") },
      ];
      if (event?.type === "app_home_opened")
        await app.call("views.publish", { user_id: event.user, view: { type: "home", blocks } });
      return undefined;
    };
    const page = await openPage(app.address);
    await page.getByRole("link", { name: "Meta Sync" }).click();
    await page.getByRole("heading", { name: "Your syncs" }).waitFor();
    await page.getByRole("button", { name: "Details" }).click();
    await eventually(() =>
      expect(app.received.some((payload) => payload.type === "block_actions" && payload["view"] !== undefined)).toBe(
        true,
      ),
    );
    expect(await seriousFindings(page)).toEqual([]);
    await takeScreen(page, "home-light");
    await page.getByRole("link", { name: "Messages" }).click();
    const box = page.getByRole("textbox", { name: "Message Meta Sync" });
    await box.fill("hello there");
    await box.press("Enter");
    await page.getByRole("listitem").filter({ hasText: "hello there" }).waitFor();
  },
);

test.runIf(hasBrowser)(
  "hostile names are harmless: no script runs, no address but http, nobody is called, directions stay apart",
  async () => {
    const app = await startSmallApp();
    const name = `<script>window.hit=1</script><img src=x onerror="window.hit=1"> \u202e\u05d0\u05d1\u05d2 <!channel>`;
    const escaped = name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const blocks = [
      { type: "header", text: plain(name) },
      {
        type: "section",
        text: { type: "mrkdwn", text: `1. ${escaped}: $ 10 <!channel> <javascript:window.hit=1|press>` },
      },
      { type: "actions", elements: [button("Go", { text: plain(`x ${name}`.slice(0, 75)) })] },
      { type: "markdown", text: `${name} [press](javascript:window.hit=1)` },
      { type: "table", rows: [[{ type: "raw_text", text: name }], [{ type: "raw_text", text: "b" }]] },
    ];
    await app.call("chat.postMessage", { channel: "C0ADS", text: escaped, blocks });
    app.slack.people.set("U0EVIL", { realName: name, name: "evil" });
    app.slack.channels.set("C0EVIL", { name: "evil<script>", members: ["U0ANA"] });
    const page = await openPage(app.address);
    await page.getByRole("heading", { name: /window\.hit/ }).waitFor();
    expect(await page.evaluate(() => Reflect.get(window, "hit") as unknown)).toBeUndefined();
    expect(await page.locator("#app script, #app img, a[href^='javascript']").count()).toBe(0);
    expect(
      await page
        .getByText("press")
        .first()
        .evaluate((element) => element.tagName),
    ).not.toBe("A");
    expect(await page.locator(".b-header").getAttribute("dir")).toBe("auto");
    await takeScreen(page, "hostile-light");
  },
);
