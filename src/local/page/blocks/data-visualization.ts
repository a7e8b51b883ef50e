/** The data_visualization block: bars, lines, areas and pies as SVG, with the figures as words beside. */
import type { JsonObject } from "../../slack/shapes.ts";
import { isObject, listObjects, spell } from "../../slack/values.ts";
import { html, type Markup } from "../markup.ts";

interface Point {
  label: string;
  value: number;
}
interface Series {
  name: string;
  points: Point[];
}

const width = 480;
const height = 220;
const edge = { left: 44, right: 8, top: 8, bottom: 28 };
const inner = { width: width - edge.left - edge.right, height: height - edge.top - edge.bottom };
const round = (value: number): number => Math.round(value * 10) / 10;

function readPoints(value: unknown): Point[] {
  return listObjects(value).map((point) => {
    const number = Number(point["value"]);
    return { label: spell(point["label"]), value: Number.isFinite(number) ? number : 0 };
  });
}

/** The data in the order of the axis. */
function readSeries(chart: JsonObject, categories: readonly string[]): Series[] {
  return listObjects(chart["series"]).map((series) => {
    const points = readPoints(series["data"]);
    const ordered = categories.map((label) => ({
      label,
      value: points.find((point) => point.label === label)?.value ?? 0,
    }));
    return { name: spell(series["name"]), points: categories.length === 0 ? points : ordered };
  });
}

function shortNumber(value: number): string {
  return new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

interface Scale {
  x: (index: number) => number;
  y: (value: number) => number;
  step: number;
  low: number;
  high: number;
}

function makeScale(series: readonly Series[], count: number): Scale {
  const values = series.flatMap((one) => one.points.map((point) => point.value));
  const high = Math.max(0, ...values) || 1;
  const low = Math.min(0, ...values);
  const step = inner.width / Math.max(1, count);
  return {
    step,
    low,
    high,
    x: (index) => round(edge.left + step * (index + 0.5)),
    y: (value) => round(edge.top + inner.height * (1 - (value - low) / (high - low))),
  };
}

function drawAxes(scale: Scale, labels: readonly string[]): Markup {
  const marks = [scale.low, (scale.low + scale.high) / 2, scale.high].map(
    (value) =>
      html`<line
          class="grid"
          x1="${edge.left}"
          x2="${width - edge.right}"
          y1="${scale.y(value)}"
          y2="${scale.y(value)}"
        />
        <text class="tick" x="${edge.left - 6}" y="${scale.y(value) + 4}" text-anchor="end"
          >${shortNumber(value)}</text
        >`,
  );
  const every = Math.ceil(labels.length / 8);
  const names = labels.map((label, index) =>
    index % every === 0
      ? html`<text class="tick" x="${scale.x(index)}" y="${height - 8}" text-anchor="middle">${label}</text>`
      : "",
  );
  return html`${marks}${names}`;
}

function drawBars(series: readonly Series[], scale: Scale): Markup {
  const bar = (scale.step * 0.7) / Math.max(1, series.length);
  return html`${series.map((one, order) =>
    one.points.map((point, index) => {
      const top = Math.min(scale.y(point.value), scale.y(0));
      const x = round(scale.x(index) - scale.step * 0.35 + bar * order);
      const size = round(Math.abs(scale.y(point.value) - scale.y(0)));
      return html`<rect
        class="tone-${order % 12}"
        x="${x}"
        y="${top}"
        width="${round(bar)}"
        height="${size}"
        rx="2"
      />`;
    }),
  )}`;
}

function drawLines(series: readonly Series[], scale: Scale, filled: boolean): Markup {
  return html`${series.map((one, order) => {
    const points = one.points.map((point, index) => `${scale.x(index)},${scale.y(point.value)}`);
    const foot = `${scale.x(one.points.length - 1)},${scale.y(0)} ${scale.x(0)},${scale.y(0)}`;
    return html`${filled ? html`<polygon class="tone-${order % 12} area" points="${points.join(" ")} ${foot}" />` : ""}
      <polyline class="tone-${order % 12} line" fill="none" points="${points.join(" ")}" />`;
  })}`;
}

function drawPie(points: readonly Point[]): Markup {
  const total = points.reduce((sum, point) => sum + Math.max(0, point.value), 0) || 1;
  const [cx, cy, radius] = [width / 2, height / 2, height / 2 - 10];
  let turned = 0;
  const slices = points.map((point, index) => {
    const share = Math.max(0, point.value) / total;
    const at = (part: number): string => {
      const angle = 2 * Math.PI * part - Math.PI / 2;
      return `${round(cx + radius * Math.cos(angle))} ${round(cy + radius * Math.sin(angle))}`;
    };
    const from = turned;
    turned += share;
    if (share > 0.999) return html`<circle class="tone-${index % 12}" cx="${cx}" cy="${cy}" r="${radius}" />`;
    const path = `M ${cx} ${cy} L ${at(from)} A ${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(turned)} Z`;
    return html`<path class="tone-${index % 12}" d="${path}" />`;
  });
  return html`${slices}`;
}

function drawPicture(chart: JsonObject, series: readonly Series[], labels: readonly string[]): Markup {
  if (chart["type"] === "pie") return drawPie(readPoints(chart["segments"]));
  const scale = makeScale(series, labels.length);
  const body = chart["type"] === "bar" ? drawBars(series, scale) : drawLines(series, scale, chart["type"] === "area");
  return html`${drawAxes(scale, labels)}${body}`;
}

/** What the picture says, for whoever can't see it. */
function describe(title: string, kind: string, series: readonly Series[]): string {
  const lines = series.map(({ name, points }) => {
    const figures = points.map((point) => `${point.label} ${point.value}`).join(", ");
    return name === "" ? figures : `${name}: ${figures}`;
  });
  return `${title}, ${kind} chart. ${lines.join("; ")}`;
}

export function drawDataVisualization(block: JsonObject): Markup {
  const chart = isObject(block["chart"]) ? block["chart"] : {};
  const axes = isObject(chart["axis_config"]) ? chart["axis_config"] : {};
  const categories = Array.isArray(axes["categories"]) ? axes["categories"].map(spell) : [];
  const isPie = chart["type"] === "pie";
  const series = isPie ? [{ name: "", points: readPoints(chart["segments"]) }] : readSeries(chart, categories);
  const labels = categories.length > 0 ? categories : (series[0]?.points.map((point) => point.label) ?? []);
  const names = isPie ? labels : series.map((one) => one.name);
  const title = spell(block["title"] ?? "");
  const axisWords = [axes["y_label"], axes["x_label"]].map((label) => spell(label)).filter((label) => label !== "");
  return html`<figure class="b-chart">
    <figcaption>
      <bdi>${title}</bdi>${axisWords.length > 0 ? html` <small>${axisWords.join(" by ")}</small>` : ""}
    </figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${describe(title, spell(chart["type"]), series)}">
      ${drawPicture(chart, series, labels)}
    </svg>
    <ul class="legend">
      ${names.map((name, index) => html`<li><i class="dot tone-${index % 12}" aria-hidden="true"></i><bdi>${name}</bdi></li>`)}
    </ul>
  </figure>`;
}
