/** The data_visualization block: pie, bar, area and line charts. */
import type { JsonObject } from "../shapes.ts";
import { checkKeys, checkList, checkOneOf, checkString, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";

function checkPoint(value: unknown, at: string, found: Findings): JsonObject | undefined {
  const point = expectObject(value, at, found);
  if (point === undefined) return undefined;
  checkKeys(point, at, found, { required: ["label", "value"] });
  checkString(point["label"], `${at}/label`, found, { max: 20 });
  if (!Number.isFinite(point["value"])) found.add(`${at}/value`, "must be a number");
  return point;
}

function checkPie(chart: JsonObject, at: string, found: Findings): void {
  checkKeys(chart, at, found, { required: ["segments"] });
  for (const [index, item] of checkList(chart["segments"], `${at}/segments`, found, { max: 12 }).entries()) {
    const here = `${at}/segments/${index}`;
    const segment = checkPoint(item, here, found);
    if (segment !== undefined && Number(segment["value"]) <= 0) found.add(`${here}/value`, "must be more than 0");
  }
}

function checkAxes(chart: JsonObject, at: string, found: Findings): readonly unknown[] {
  const axes = expectObject(chart["axis_config"], `${at}/axis_config`, found);
  if (axes === undefined) return [];
  checkKeys(axes, `${at}/axis_config`, found, { required: ["categories"], optional: ["x_label", "y_label"] });
  checkString(axes["x_label"], `${at}/axis_config/x_label`, found, { max: 50 });
  checkString(axes["y_label"], `${at}/axis_config/y_label`, found, { max: 50 });
  const categories = checkList(axes["categories"], `${at}/axis_config/categories`, found, { max: 20 });
  for (const [index, category] of categories.entries()) {
    checkString(category, `${at}/axis_config/categories/${index}`, found, { max: 20 });
  }
  return categories;
}

function checkSeries(chart: JsonObject, at: string, found: Findings): void {
  checkKeys(chart, at, found, { required: ["series", "axis_config"] });
  const categories = checkAxes(chart, at, found);
  const names = new Set<unknown>();
  for (const [index, item] of checkList(chart["series"], `${at}/series`, found, { max: 12 }).entries()) {
    const here = `${at}/series/${index}`;
    const series = expectObject(item, here, found);
    if (series === undefined) continue;
    checkKeys(series, here, found, { required: ["name", "data"] });
    checkString(series["name"], `${here}/name`, found, { max: 20 });
    if (names.has(series["name"])) found.add(`${here}/name`, "must be unique");
    names.add(series["name"]);
    const points = checkList(series["data"], `${here}/data`, found, {});
    const labels = points.map((point, n) => checkPoint(point, `${here}/data/${n}`, found)?.["label"]);
    if (labels.length !== categories.length || categories.some((category) => !labels.includes(category))) {
      found.add(`${here}/data`, "must have one value for every category");
    }
  }
}

export function checkChart(block: JsonObject, at: string, found: Findings): void {
  checkKeys(block, at, found, { required: ["title", "chart"], optional: ["block_id"] });
  checkString(block["title"], `${at}/title`, found, { max: 50 });
  const chart = expectObject(block["chart"], `${at}/chart`, found);
  if (chart === undefined) return;
  checkOneOf(chart["type"], `${at}/chart/type`, found, ["pie", "bar", "area", "line"]);
  if (chart["type"] === "pie") checkPie(chart, `${at}/chart`, found);
  else checkSeries(chart, `${at}/chart`, found);
}
