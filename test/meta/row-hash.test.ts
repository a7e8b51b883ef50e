/** What counts as a change of a row: everything but what moves by itself. */
import { describe, expect, it } from "vitest";
import { makeRows } from "#src/meta/rows.ts";
import { streams, type TargetTable } from "#src/sync/streams.ts";
import { ad, adDay, adSet, campaign, contextOf, creative, yenAccount } from "./graph-objects.ts";

const daily = contextOf({ level: "ad", since: "2026-10-01", until: "2026-10-07" });

describe("row_hash", () => {
  function hashOf(table: TargetTable, object: object): string | undefined {
    const { volatile } = Object.values(streams).find((stream) => stream.table === table) ?? { volatile: [] };
    return makeRows(table, [object], { ...daily, volatile }).rows[0]?.row_hash;
  }

  it("doesn't depend on the order of keys or of actions, or on numbers being bare", () => {
    const turned = Object.fromEntries(Object.entries(adDay).toReversed());
    const same = { ...turned, actions: adDay.actions.toReversed(), impressions: 9708 };
    expect(hashOf("insights_daily", same)).toBe(hashOf("insights_daily", adDay));
  });

  it("doesn't depend on the order of actions that have no column either", () => {
    const views = [
      { action_type: "video_view", value: "1" },
      { action_type: "post", value: "2" },
    ];
    const turned = { ...adDay, video_play_actions: views.toReversed() };
    expect(hashOf("insights_daily", { ...adDay, video_play_actions: views })).toBe(hashOf("insights_daily", turned));
  });

  const specs = creative.object_story_spec;

  it.each([
    ["campaigns", campaign, { special_ad_categories: ["CREDIT", "HOUSING"] }],
    ["ad_sets", adSet, { attribution_spec: adSet.attribution_spec.toReversed() }],
    ["ads", ad, { tracking_specs: [{ fb_pixel: ["42"], "action.type": ["post", "like"] }] }],
    [
      "creatives",
      creative,
      { object_story_spec: { link_data: { ...specs.link_data, picture: "https://b.example/t/5_n.jpg?oe=9&oh=2" } } },
    ],
  ] as const)("of %s doesn't depend on the order of a set or on a nested image's signature", (table, object, again) => {
    expect(hashOf(table, { ...object, ...again })).toBe(hashOf(table, object));
  });

  it.each([
    ["campaigns", campaign, { budget_remaining: "1" }],
    ["ad_accounts", yenAccount, { amount_spent: "1", balance: "2", timezone_offset_hours_utc: 10 }],
    ["creatives", creative, { image_url: "https://scontent.example/a.jpg?oh=2", thumbnail_url: undefined }],
  ] as const)("of %s doesn't change with volatile fields, which are stored all the same", (table, object, volatile) => {
    const changed = { ...object, ...volatile };
    expect(hashOf(table, changed)).toBe(hashOf(table, object));
    const { rows } = makeRows(table, [changed], contextOf());
    expect(rows[0]?.raw).toEqual(changed);
  });

  it.each([
    ["campaigns", campaign, { name: "Winter" }],
    ["campaigns", campaign, { daily_budget: "5001" }],
    ["creatives", creative, { unknown_field: 1 }],
    [
      "creatives",
      creative,
      { object_story_spec: { link_data: { ...specs.link_data, picture: "https://a.example/t/6_n.jpg?oh=1&oe=2" } } },
    ],
    [
      "creatives",
      creative,
      {
        object_story_spec: {
          link_data: { ...specs.link_data, child_attachments: specs.link_data.child_attachments.toReversed() },
        },
      },
    ],
    ["insights_daily", adDay, { spend: "53.396" }],
    ["insights_daily", adDay, { actions: [{ action_type: "purchase", value: "5" }] }],
    ["insights_daily", adDay, { quality_ranking: "AVERAGE" }],
  ] as const)("of %s changes with everything else (%#)", (table, object, change) => {
    expect(hashOf(table, { ...object, ...change })).not.toBe(hashOf(table, object));
  });
});
