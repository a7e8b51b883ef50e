/** Text for Slack: escaped, cut where people see a character end, and never markup by accident. */
import { expect, test } from "vitest";
import { buttonRow, buttonValue, jobActions, parseButtonValue } from "#src/slack/buttons.ts";
import {
  countCodePoints,
  cutMrkdwn,
  cutText,
  dateToken,
  escapeText,
  mention,
  nameText,
  plainName,
  shortenMiddle,
} from "#src/slack/text.ts";

const family = "👩‍👩‍👧‍👦";

test("the three characters of markup are escaped, once", () => {
  expect(escapeText("<!channel> & <b>")).toBe("&lt;!channel&gt; &amp; &lt;b&gt;");
  expect(escapeText("&lt;")).toBe("&amp;lt;");
});

test("text is cut by code point, and a family of four is never split", () => {
  expect(cutText("abc", 3)).toBe("abc");
  expect(cutText("abcd", 3)).toBe("ab…");
  expect(countCodePoints(family)).toBe(7);
  expect(cutText(family.repeat(2), 13)).toBe(`${family}…`);
  expect(cutText(family.repeat(2), 7)).toBe("…");
});

test("mrkdwn is not cut inside an entity or a token", () => {
  expect(cutMrkdwn("fish &amp; chips", 9)).toBe("fish …");
  expect(cutMrkdwn("by <@U0ANA> at noon", 8)).toBe("by …");
  expect(cutMrkdwn("short", 8)).toBe("short");
});

test("a long name keeps both ends", () => {
  expect(shortenMiddle("DE_Prospecting_broad_autumn_2026_creative_A")).toBe("DE_Prospecting_br…n_2026_creative_A");
  expect(countCodePoints(shortenMiddle("x".repeat(300)))).toBe(35);
  expect(shortenMiddle("x".repeat(35))).toBe("x".repeat(35));
});

test("a name is one line, without marks that turn the text around; right-to-left names are isolated", () => {
  expect(plainName("two\r\nlines\u0000 \u202e\u2066here")).toBe("two lines here");
  expect(plainName("متجر")).toBe("\u2068متجر\u2069");
  expect(plainName("\u200f \n")).toBe("(no name)");
  expect(nameText("<!channel>")).toBe("&lt;!channel&gt;");
});

test("a mention is made from an id only", () => {
  expect(mention("U0ANA")).toBe("<@U0ANA>");
  expect(mention("!channel> <x")).toBe("!channel&gt; &lt;x");
});

test("a date token carries a fallback that can't end it early", () => {
  expect(dateToken(1_795_421_520_999, "08:12 UTC")).toBe("<!date^1795421520^{date_short_pretty} at {time}|08:12 UTC>");
  expect(dateToken(0, "a|b>c", "{time}")).toBe("<!date^0^{time}|a/b&gt;c>");
});

test("a button's value is read back, and nothing else is", () => {
  const jobId = "8f3a1b2c-0000-4000-8000-000000000001";
  for (const attempt of [null, 2])
    expect(parseButtonValue(buttonValue({ jobId, attempt }))).toEqual({ jobId, attempt });
  for (const bad of ["", "a b", "{}", '{"job":"x","attempt":0}', '{"job":"x"}', "[1]", "x".repeat(101)]) {
    expect([bad, parseButtonValue(bad)]).toEqual([bad, null]);
  }
});

test("each button has its action id, a label for screen readers, and no confirm dialog", () => {
  for (const action of jobActions) {
    const row = buttonRow(action, { jobId: "j1", attempt: null }, "Acme DE", null);
    const [button] = row.type === "actions" ? row.elements : [];
    expect(button).toMatchObject({ type: "button", action_id: action, value: "j1" });
    expect(button).toHaveProperty("accessibility_label", expect.stringMatching(/: Acme DE$/));
    expect(button).not.toHaveProperty("confirm");
  }
});
