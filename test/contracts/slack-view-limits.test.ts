/** Every limit of modals and Home tabs in the local Slack, and which block may stand where. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf } from "../../src/local/slack/checks/blocks.ts";
import { plain, mrkdwn, x, times, section, input, field, container } from "./slack-builders.ts";
import { openBench, refusal } from "./slack-setup.ts";
import type { Bench } from "./slack-setup.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const modal = (more: object, blocks: readonly object[] = []) => ({
  type: "modal",
  title: plain("x"),
  submit: plain("Go"),
  blocks,
  ...more,
});
const home = (more: object, blocks: readonly object[] = []) => ({ type: "home", blocks, ...more });

/** Limits of views; `make` builds the whole view. */
const inViews: readonly [name: string, limit: number, make: (size: number) => object, pointer: string][] = [
  ["modal title", 24, (n) => modal({ title: plain(x(n)) }), "/view/title/text"],
  ["submit", 24, (n) => modal({ submit: plain(x(n)) }), "/view/submit/text"],
  ["close", 24, (n) => modal({ close: plain(x(n)) }), "/view/close/text"],
  ["private_metadata", 3000, (n) => modal({ private_metadata: x(n) }), "/view/private_metadata"],
  ["callback_id", 255, (n) => modal({ callback_id: x(n) }), "/view/callback_id"],
  ["external_id", 255, (n) => modal({ external_id: x(n) }), "/view/external_id"],
  [
    "modal blocks",
    100,
    (n) =>
      modal(
        {},
        times(n, () => ({ type: "divider" })),
      ),
    "/view/blocks",
  ],
  [
    "home blocks",
    100,
    (n) =>
      home(
        {},
        times(n, () => ({ type: "divider" })),
      ),
    "/view/blocks",
  ],
  ["home private_metadata", 3000, (n) => home({ private_metadata: x(n) }), "/view/private_metadata"],
  ["alert", 200, (n) => modal({}, [{ type: "alert", text: plain(x(n)) }]), "/view/blocks/0/text/text"],
  [
    "files",
    10,
    (n) => modal({}, [input({ element: { type: "file_input", max_files: n } })]),
    "/view/blocks/0/element/max_files",
  ],
  [
    "lines",
    100,
    (n) => modal({}, [input({ element: { type: "rich_text_input", max_lines: n } })]),
    "/view/blocks/0/element/max_lines",
  ],
  [
    "focus",
    1,
    (n) =>
      modal(
        {},
        times(n, () => field({ focus_on_load: true })),
      ),
    "/view/blocks",
  ],
];

describe("in views", () => {
  const open = (view: object) => refusal(bench.client.apiCall("views.open", { trigger_id: "1.2.never", view }));
  const publish = (view: object) => refusal(bench.client.apiCall("views.publish", { user_id: "U0ANA", view }));
  // Slack looks at the view first: one that is in order gets as far as the trigger.
  test.each(inViews)("%s: %d is taken, one more is not", async (_name, limit, make, pointer) => {
    const send = "title" in make(1) ? open : publish;
    expect(["ok", "invalid_trigger_id"]).toContain((await send(make(limit))).error);
    const over = await send(make(limit + 1));
    expect(over.error).toBe("invalid_arguments");
    expect(over.messages.join("\n")).toContain(`[json-pointer:${pointer}]`);
  });

  test("250 kB in all", async () => {
    const full = times(81, () => section({ text: mrkdwn(x(3000)) }));
    const filled = (bytes: number) => {
      const empty = JSON.stringify(home({}, [...full, section({ text: mrkdwn("") })])).length;
      return home({}, [...full, section({ text: mrkdwn(x(bytes - empty)) })]);
    };
    expect((await publish(filled(250_000))).error).toBe("ok");
    expect((await publish(filled(250_001))).error).toBe("view_too_large");
  });

  test("characters are counted, not their halves", async () => {
    expect((await open(modal({ title: plain("😀".repeat(24)) }))).error).toBe("invalid_trigger_id");
    expect((await open(modal({ title: plain("😀".repeat(25)) }))).error).toBe("invalid_arguments");
  });

  test("a form needs a submit button, a modal a title, and a Home tab neither", async () => {
    const form = { type: "modal", title: plain("x"), blocks: [input({})] };
    expect((await open(form)).messages).toEqual(["[ERROR] missing required field: submit [json-pointer:/view]"]);
    expect((await open({ type: "modal", blocks: [] })).messages).toEqual([
      "[ERROR] missing required field: title [json-pointer:/view]",
    ]);
    expect((await publish(home({ title: plain("x") }))).messages.join()).toContain("[json-pointer:/view/title]");
    expect((await publish(home({}, [input({})]))).error).toBe("ok");
    expect((await publish(modal({}))).messages.join()).toContain("unsupported type: modal [json-pointer:/view/type]");
  });
});

const onlyInMessages = [
  "markdown",
  "table",
  "data_table",
  "data_visualization",
  "task_card",
  "plan",
  "card",
  "carousel",
  "container",
  "context_actions",
];

describe("where blocks may stand", () => {
  test.each(onlyInMessages)("%s: messages only", async (type) => {
    expect(Object.keys(blocksOf.message)).toContain(type);
    const inModal = { trigger_id: "1.2.never", view: modal({}, [{ type }]) };
    const { messages } = await refusal(bench.client.apiCall("views.open", inModal));
    expect(messages.join()).toContain(`unsupported type: ${type} [json-pointer:/view/blocks/0/type]`);
    const onHome = { user_id: "U0ANA", view: home({}, [{ type }]) };
    const refused = await refusal(bench.client.apiCall("views.publish", onHome));
    expect(refused.messages.join()).toContain(`unsupported type: ${type}`);
  });

  test("alerts in modals only; a field for files too", async () => {
    expect(Object.keys(blocksOf.modal)).toContain("alert");
    expect(Object.keys(blocksOf.home)).not.toContain("alert");
    const files = input({ element: { type: "file_input" } });
    const refused = await refusal(bench.client.apiCall("views.publish", { user_id: "U0ANA", view: home({}, [files]) }));
    expect(refused.messages.join()).toContain(
      "unsupported type: file_input [json-pointer:/view/blocks/0/element/type]",
    );
  });

  test("a container holds no progress, cards or tables of the newer kind", async () => {
    for (const type of ["plan", "task_card", "card", "data_table", "markdown", "container"]) {
      const blocks = [container({ child_blocks: [{ type }] })];
      const refused = await refusal(bench.client.apiCall("chat.postMessage", { channel: "C0ADS", text: "x", blocks }));
      expect(refused.messages.join()).toContain(
        `unsupported type: ${type} [json-pointer:/blocks/0/child_blocks/0/type]`,
      );
    }
  });
});
