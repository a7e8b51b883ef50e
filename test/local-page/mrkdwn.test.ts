/** mrkdwn as HTML: what is markup becomes markup, everything else stays text and harmless. */
import { array, assert, constantFrom, property } from "fast-check";
import { expect, test } from "vitest";
import { drawMarkdown } from "#src/local/page/text/markdown.ts";
import { drawMrkdwn } from "#src/local/page/text/mrkdwn.ts";
import { flat, reader } from "./reader.ts";

/** On one line: the templates break long tags. */
const draw = (text: string): string =>
  drawMrkdwn(text, reader)
    .toString()
    .replaceAll(/\s*\n\s*/gu, " ");

test.each([
  ["*bold* _italic_ ~gone~ `code`", "<b>bold</b> <i>italic</i> <s>gone</s> <code>code</code>"],
  ["*bold with _italic_*", "<b>bold with <i>italic</i></b>"],
  ["snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"],
  ["`*not bold*`", "<code>*not bold*</code>"],
  ["one\ntwo", "one<br />two"],
  ["&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"],
  ["&gt; said\n&gt; twice\nthen", "<blockquote>said<br />twice</blockquote>then"],
  ["```\n*as* it is\n```", "<pre>*as* it is</pre>"],
  [
    "<https://example.test/a?b=1&amp;c=2|a *label*>",
    `<a href="https://example.test/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"><bdi>a *label*</bdi></a>`,
  ],
  [
    "<mailto:a@example.test|mail>",
    `<a href="mailto:a@example.test" target="_blank" rel="noopener noreferrer"><bdi>mail</bdi></a>`,
  ],
  [":rocket: :no_such_sign:", "🚀 :no_such_sign:"],
  ["✅ done", `<img class="emoji" src="/_world/page/assets/emoji-check.svg" alt="✅" width="18" height="18" /> done`],
  ["a\u202eb\u2068c\u2069", "ab\u2068c\u2069"],
  ["<@U0ANA>", `<span class="mention own">@<bdi>Ana Berger</bdi></span>`],
  ["<@U0NOBODY|someone>", `<span class="mention">@<bdi>someone</bdi></span>`],
  ["<#C0ADS>", `<a class="mention" href="/?as=U0ANA&amp;at=C0ADS" data-nav>#<bdi>ads</bdi></a>`],
  [
    "<!channel> <!subteam^S1|@team>",
    `<span class="mention">@<bdi>channel</bdi></span> <span class="mention">@<bdi>team</bdi></span>`,
  ],
])("%j", (text, expected) => {
  expect(draw(text)).toBe(expected);
});

test("hostile text stays text: tags, javascript: and data: addresses, names with markup", () => {
  expect(draw("<script>alert(1)</script>")).toBe("scriptalert(1)/script");
  expect(draw("&lt;script&gt;alert(1)&lt;/script&gt;")).toBe("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(draw("<javascript:alert(1)|press me>")).toBe("press me");
  expect(draw("<data:text/html;base64,AAAA|x>")).toBe("x");
  expect(draw("<@U0BEN>")).toContain("Ben &lt;b&gt;Cole&lt;/b&gt;");
  expect(draw(`<https://example.test/"onmouseover="alert(1)|x>`)).not.toContain(`"onmouseover`);
});

test("a date token is told in the reader's zone, and by its fallback when it can't be read", () => {
  const at = Date.parse("2026-11-14T23:30:00Z") / 1000;
  expect(draw(`<!date^${at}^{date_short_pretty} at {time}|fallback>`)).toBe(
    `<time datetime="2026-11-14T23:30:00.000Z">today at 00:30</time>`,
  );
  const inNewYork = { ...reader, zone: "America/New_York", locale: "en-US" };
  expect(drawMrkdwn(`<!date^${at}^{date_long_pretty}, {time}|fallback>`, inNewYork).toString()).toContain(
    "yesterday, 6:30 PM",
  );
  expect(draw("<!date^1400000000^{date_num} {time_secs}|x>")).toContain("2014-05-13 18:53:20");
  expect(draw("<!date^1400000000^{date}|x>")).toContain("May 13th, 2014");
  expect(draw("<!date^nonsense^{date}|said so>")).toBe("said so");
  expect(draw("<!date^99999999999999^{date}|too far>")).toBe("too far");
});

test("whatever is written, no tag appears but those of the drawing, and no address but http, https, mailto", () => {
  const tags = /<(?!\/?(?:a|b|i|s|br|code|pre|blockquote|span|bdi|time|img|p|ul|ol|li|hr)\b)/u;
  const pieces = constantFrom(
    "<",
    ">",
    "|",
    "*",
    "_",
    "`",
    "```",
    "&lt;",
    "&gt; ",
    "\n",
    "javascript:",
    "https://a.test/",
    '"',
    "'",
    "<!",
    "<@",
    "script",
    "](",
    "[",
    "**",
    "x",
  );
  assert(
    property(array(pieces, { maxLength: 14 }), (parts) => {
      const text = parts.join("");
      for (const html of [draw(text), drawMarkdown(text).toString()]) {
        expect(html).not.toMatch(tags);
        expect(html).not.toMatch(/href="(?!https?:|mailto:|\/\?)/u);
      }
    }),
    { numRuns: 2000 },
  );
});

test("the markdown block: headings, lists, quotes, fences, links", () => {
  const text =
    "# Title\n\nsome **bold** and [link](https://a.test/x)\n\n- one\n- *two*\n\n1. first\n\n> said\n\n```sql\nselect *\n```\n[bad](javascript:alert)";
  expect(flat(drawMarkdown(text))).toBe(
    flat(
      `<p class="md-heading"><b>Title</b></p><p>some <b>bold</b> and <a href="https://a.test/x" target="_blank" rel="noopener noreferrer"><bdi>link</bdi></a></p>` +
        `<ul><li>one</li><li><i>two</i></li></ul><ol><li>first</li></ol><blockquote>said</blockquote><pre>select *</pre><p>bad</p>`,
    ),
  );
});
