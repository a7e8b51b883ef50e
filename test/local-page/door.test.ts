/** The page's door: what it serves, to whom, and what it tells a page that listens. */
import { expect, onTestFinished, test } from "vitest";
import { WorldClock } from "#src/local/clock.ts";
import { createPage } from "#src/local/page/page-door.ts";
import { startSlack } from "#src/local/slack/start-slack.ts";

const here = "http://localhost:3000";

function open() {
  const clock = new WorldClock();
  const slack = startSlack({
    clock,
    appUrl: () => here,
    fetch: () => Promise.resolve(new Response(null, { status: 200 })),
  });
  const page = createPage(slack, clock);
  onTestFinished(() => {
    page.close();
    slack.close();
    clock.stop();
  });
  const post = async (act: object) => {
    const response = await page.wire.request(`${here}/_world/page/acts`, { method: "POST", body: JSON.stringify(act) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { slack, page, get: (path: string) => page.wire.request(`${here}${path}`), post };
}

test("the document runs no script of its own text, and only scripts and styles from here", async () => {
  const { get } = open();
  const response = await get("/");
  const html = await response.text();
  expect(response.headers.get("content-security-policy")).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'",
  );
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/u);
  for (const [, address] of html.matchAll(/(?:src|href)="(\/_world\/page\/assets\/[^"]+)"/gu)) {
    expect((await get(address ?? "")).status, address).toBe(200);
  }
  expect((await get("/_world/page/assets/..%2fpage-door.ts")).status).toBe(404);
});

test("another host's name, such as a tunnel's, is shown nothing", async () => {
  const { page } = open();
  for (const path of ["/", "/_world/page/app", "/_world/page/live"]) {
    expect((await page.wire.request(`https://tunnel.example.test${path}`)).status, path).toBe(403);
  }
});

test("an address from another time opens the page: unknown people and places fall back", async () => {
  const { get } = open();
  const html = await (await get("/?as=U0GONE&at=C0GONE&thread=1.2")).text();
  expect(html).toMatch(/Acting as<\/span>[^]*Ana Berger<\/bdi> <small>workspace admin/u);
  expect(html).toContain("<bdi>#ads</bdi>");
});

test("each person sees their own conversations and their own ephemeral messages", async () => {
  const { slack, get } = open();
  const part = async (as: string, at = "C0ADS") => (await get(`/_world/page/app?as=${as}&at=${at}&since=0`)).text();
  expect(await part("U0ANA")).toContain(">budget<");
  expect(await part("U0GUEST")).not.toContain(">budget<");
  const other = await part("U0EXT");
  expect(other).toContain("#agency-shared");
  expect(other).not.toContain("<h2>Apps</h2>");
  await slack.sendCommand({ user: "U0BEN", channel: "C0ADS", command: "/meta-sync", text: "help" });
  expect(await part("U0BEN", "C0ARCH")).toContain("an archived channel");
});

test("what a person does goes to the workspace; what Slack's client forbids comes back in words", async () => {
  const { slack, post } = open();
  expect((await post({ act: "say", as: "U0ANA", channel: "C0ADS", text: "hello <b>" })).body).toEqual({});
  expect(slack.messages("C0ADS").at(-1)?.text).toBe("hello &lt;b&gt;");
  expect((await post({ act: "say", as: "U0GUEST", channel: "C0GENERAL", text: "hi" })).body["failure"]).toMatch(
    /not in/u,
  );
  expect((await post({ act: "say", as: "U0ANA", channel: "C0NOBOT", text: "/invite @meta-sync" })).body).toEqual({});
  expect(slack.channels.get("C0NOBOT")?.members).toContain("U0METASYNC");
  expect(
    (await post({ act: "say", as: "U0ANA", channel: "C0NOBOT", text: "/invite @nobody" })).body["failure"],
  ).toContain("nobody");
  const source = { channel: "C0ADS", ts: "1.000001" };
  const press = await post({ act: "press", as: "U0ANA", source, blockId: "b", actionId: "a", fields: [] });
  expect(press.body["failure"]).toContain("There is no message");
  expect((await post({ act: "fly", as: "U0ANA" })).status).toBe(400);
});

test("a page that listens is told of each change, and its connection ends with the world", async () => {
  const { slack, page, get, post } = open();
  const response = await get("/_world/page/live");
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe("retry: 500\nevent: hello\ndata: {}\n\n");
  await post({ act: "say", as: "U0ANA", channel: "C0ADS", text: "hello" });
  const { value } = (await reader?.read()) ?? {};
  expect(value).toContain("event: change");
  expect(value).toContain(`"channel":"C0ADS"`);
  page.close();
  expect(slack.messages("C0ADS")).toHaveLength(1);
  expect((await reader?.read())?.done).toBe(true);
});

test("a file is handed out as a download only", async () => {
  const { get } = open();
  expect((await get("/_world/page/files/F0NONE")).status).toBe(404);
});
