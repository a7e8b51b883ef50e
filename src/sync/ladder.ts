/**
 * What takes the place of a part that was too large, rung by rung: pages of half the size, a report instead of one answer,
 * half the days, half the campaigns, fewer figures. Pure.
 */
import { countDays } from "./day.ts";
import type { Part, PartFilter, PlannedPart } from "./part.ts";
import { cutWindow, minPageSize } from "./plan.ts";
import { streams } from "./streams.ts";

/** The plan that a part was made from. */
function planOf(part: Part): PlannedPart {
  const { stream, level, since, until, breakdown, mode, filter, fields, pageSize, expectedCalls } = part;
  return { stream, level, since, until, breakdown, mode, filter, fields, pageSize, expectedCalls };
}

function canBeReport({ stream, mode, level }: Part): boolean {
  return streams[stream].kind === "insights" && mode === "get" && level !== "account";
}

/** Meta cuts one answer off after seconds; a report may take an hour. It costs its start and a look. */
function asReport(part: Part): PlannedPart {
  return { ...planOf(part), mode: "report", expectedCalls: part.expectedCalls + 2 };
}

function halfDays(part: Part, calls: number): PlannedPart[] {
  const { since, until } = part;
  if (since === null || until === null || streams[part.stream].timeIncrement !== "1") return [];
  const days = countDays({ since, until });
  if (days < 2) return [];
  const halves = cutWindow({ since, until }, Math.ceil(days / 2));
  return halves.map((half) => ({ ...planOf(part), ...half, expectedCalls: Math.ceil(calls / 2) }));
}

/**
 * What replaces a part that the hard limit cut off: two halves of its days, newest first; one day as a report; what has no
 * days (one row per window, entities) is read again in pages of half the size. Empty when nothing is left to halve.
 */
export function halvePart(part: Part): PlannedPart[] {
  // What was read until the limit says more than what was expected.
  const calls = Math.max(part.expectedCalls, part.pages);
  const halves = halfDays(part, calls);
  if (halves.length > 0) return halves;
  // A report's cursor outlives the slice, so one day of any size comes to its end.
  if (canBeReport(part) && streams[part.stream].timeIncrement === "1") return [asReport(part)];
  const { pageSize } = part;
  if (pageSize <= minPageSize) return [];
  const smaller = Math.max(minPageSize, Math.floor(pageSize / 2));
  return [{ ...planOf(part), pageSize: smaller, expectedCalls: Math.ceil((calls * pageSize) / smaller) }];
}

/**
 * Less than half the size for the next page, or null at the smallest. Never a stream's usual size: pages of that one grow,
 * and a size that was learned must not.
 */
export function halvePage(pageSize: number): number | null {
  return pageSize <= minPageSize ? null : Math.max(minPageSize, Math.floor((pageSize - 1) / 2));
}

/** What the ladder says next; `campaigns` needs their ids first (see cutByCampaigns). */
export type Rung = { kind: "parts"; parts: PlannedPart[] } | { kind: "campaigns" } | { kind: "end" };

function canCutByCampaigns(part: Part): boolean {
  if (streams[part.stream].kind !== "insights" || part.level === null || part.level === "account") return false;
  return part.filter === null || ("campaigns" in part.filter && part.filter.campaigns.length > 1);
}

/** For a part whose data Meta can't gather at once: smaller pages don't help it. */
export function cutTooLarge(part: Part): Rung {
  const isInsights = streams[part.stream].kind === "insights";
  if (canBeReport(part)) return { kind: "parts", parts: [asReport(part)] };
  const halves = halfDays(part, part.expectedCalls);
  if (halves.length > 0) return { kind: "parts", parts: halves };
  if (canCutByCampaigns(part)) return { kind: "campaigns" };
  if (isInsights && part.fields === "all") return { kind: "parts", parts: [{ ...planOf(part), fields: "lean" }] };
  return { kind: "end" };
}

/**
 * Cuts a part by campaign. `known` are the account's campaigns; those that nobody knows yet, and deleted ones, fall into the
 * piece that is all the rest. Without known ones the next rung is taken; empty when there is nothing to cut.
 */
export function cutByCampaigns(part: Part, known: readonly string[]): PlannedPart[] {
  const pieces = (filters: PartFilter[]): PlannedPart[] =>
    filters.map((filter) => ({ ...planOf(part), filter, expectedCalls: Math.ceil(part.expectedCalls / 2) }));
  if (part.filter !== null && "campaigns" in part.filter) {
    const ids = part.filter.campaigns;
    const middle = Math.ceil(ids.length / 2);
    return ids.length < 2 ? [] : pieces([{ campaigns: ids.slice(0, middle) }, { campaigns: ids.slice(middle) }]);
  }
  if (part.filter !== null) return [];
  if (known.length === 0) return part.fields === "all" ? [{ ...planOf(part), fields: "lean" }] : [];
  const groups = Math.min(known.length, 2);
  const size = Math.ceil(known.length / groups);
  const cut = Array.from({ length: groups }, (_, index) => ({
    campaigns: known.slice(index * size, (index + 1) * size),
  }));
  return pieces([...cut.filter(({ campaigns }) => campaigns.length > 0), { campaignsExcept: [...known] }]);
}
