/** What is measured, by name. Each starts from nothing, in processes of its own. */
import { accountIds } from "./accounts.ts";
import { startSetting, type JobFacts, type Order, type Setting } from "./setting.ts";
import { atMost, callsFigure, rowsFigure, show, type Figure } from "./table.ts";

export interface Scenario {
  title: string;
  measure(): Promise<Figure[]>;
}

async function syncOnce(
  options: Parameters<typeof startSetting>[0],
  order: Order,
): Promise<{ facts: JobFacts; peakMegabytes: number }> {
  const setting: Setting = await startSetting(options);
  try {
    const facts = await setting.sync(order);
    return { facts, peakMegabytes: setting.peakMegabytes() };
  } finally {
    await setting.stop();
  }
}

function plainFigures(facts: JobFacts): Figure[] {
  const { slices, parts, reports, warnings, trouble } = facts;
  return [
    callsFigure(facts),
    { name: "parts, reports", value: `${show(parts)}, ${show(reports)}` },
    { name: "slices", value: show(slices) },
    rowsFigure(facts.rows),
    ...warnings.map((value) => ({ name: "warning", value })),
    ...Array.from(trouble, ([event, { times, said }]) => ({
      name: "in the log",
      value: `${event} ${times} times: ${said}`,
    })),
  ];
}

async function measureMonth(): Promise<Figure[]> {
  const order = { accountId: accountIds.thousandAds, timeframe: "28d" };
  const { facts, peakMegabytes } = await syncOnce({ latency: "real" }, order);
  return [
    atMost("calls", facts.calls, 70),
    atMost("from start to succeeded", facts.seconds, 60, " s"),
    ...plainFigures(facts),
    { name: "peak memory of the worker", value: `${show(peakMegabytes)} MB` },
  ];
}

async function measureHistory(): Promise<Figure[]> {
  const order = { accountId: accountIds.history, timeframe: "maximum" };
  const { facts, peakMegabytes } = await syncOnce({ latency: "instant", variables: { SLICE_SECONDS: "5" } }, order);
  return [
    { name: "calls", value: show(facts.calls) },
    { name: "from start to succeeded", value: `${show(facts.seconds)} s` },
    ...plainFigures(facts),
    { name: "peak memory of the worker", value: `${show(peakMegabytes)} MB` },
  ];
}

async function measureMemory(): Promise<Figure[]> {
  const run = (timeframe: string) => syncOnce({ latency: "instant" }, { accountId: accountIds.bulk, timeframe });
  const small = await run("100d");
  const large = await run("1000d");
  const figuresOf = (name: string, { facts, peakMegabytes }: typeof small): Figure[] => [
    { name, value: `peak ${show(peakMegabytes)} MB, ${show(facts.seconds)} s, ${show(facts.calls)} calls` },
    ...plainFigures(facts),
  ];
  return [
    ...figuresOf("1,000 ads, 100 days", small),
    ...figuresOf("1,000 ads, 1,000 days", large),
    atMost("large over small", large.peakMegabytes / small.peakMegabytes, 1.2),
  ];
}

export const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ["month", { title: "1,000 ads over 28 days, Full tier, latency as estimated for Meta", measure: measureMonth }],
  ["history", { title: "37 months of 200 ads in slices of 5 s, no latency", measure: measureHistory }],
  ["memory", { title: "Peak memory of the worker's process at 100,000 and 1,000,000 rows", measure: measureMemory }],
]);
