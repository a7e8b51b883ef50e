/** Names as people write them, with the traps: markup, Slack mentions, emoji, right-to-left, very long, twice the same. */
import { hashOf, pickFrom } from "./hash.ts";

const SEASONS = ["Spring", "Summer", "Autumn", "Winter", "Black Friday", "Evergreen", "Back to School"] as const;
const AUDIENCES = [
  "Lookalike 1%",
  "Broad 25-54",
  "Retargeting 30d",
  "Cart abandoners",
  "Newsletter",
  "New movers",
] as const;
const FORMATS = ["Reel 15s", "Carousel", "Static", "UGC video", "Story", "Collection"] as const;
const HOOKS = [
  "Free shipping",
  "New in",
  "Bestseller",
  "Last days",
  "Gift guide",
  "Founder story",
  "Unboxing",
] as const;

/** Names that break careless clients; each list starts at sequence 0. */
const TRICKY_CAMPAIGNS = [
  'Summer Sale ☀️ | "Hot" deals',
  "<script>alert('sale')</script>",
  "<!channel> Launch & <@U0000000> *bold* _it_ `code`",
  "حملة الصيف ٢٠٢٦",
] as const;
const TRICKY_ADS = [
  "Video 9x16 👩‍👩‍👧‍👦 – family",
  '=HYPERLINK("http://example.com")',
  "מודעה | קיץ ‏RTL",
  `Long ${"very ".repeat(70)}long name`,
  'It\'s 50% off, "today" only\\',
  "Duplicate name",
  "Duplicate name",
] as const;

export function campaignName(hash: number, sequence: number, objectiveWord: string): string {
  const tricky = TRICKY_CAMPAIGNS[sequence];
  if (tricky !== undefined) return tricky;
  return `${pickFrom(hash, SEASONS)} | ${objectiveWord} | ${pickFrom(hashOf(hash, 1), HOOKS)}`;
}

export function adSetName(hash: number, country: string): string {
  return `${country} | ${pickFrom(hash, AUDIENCES)} | ${pickFrom(hashOf(hash, 1), ["Advantage+", "Feeds", "Reels"])}`;
}

export function adName(hash: number, sequence: number): string {
  const tricky = TRICKY_ADS[sequence];
  if (tricky !== undefined) return tricky;
  return `${pickFrom(hash, HOOKS)} – ${pickFrom(hashOf(hash, 1), FORMATS)} v${1 + (hash % 4)}`;
}
