/** The `fields` parameter: a comma list or a JSON array, with nested braces, checked against Meta's field tables. */
import nodeFields from "./data/node-fields.json" with { type: "json" };
import { GraphError, notServedHere, unknownField } from "./graph-error.ts";
import { parseJson } from "./graph-call.ts";

export type NodeType = keyof typeof nodeFields;

export interface AskedField {
  name: string;
  /** Fields in braces behind it; undefined without braces. */
  children: AskedField[] | undefined;
}

/** Fields that are nodes themselves, by node type. */
const NESTED: Partial<Record<NodeType, Record<string, NodeType>>> = {
  Ad: { creative: "AdCreative", campaign: "Campaign", adset: "AdSet" },
  AdSet: { campaign: "Campaign" },
};
const EDGES = new Set(["campaigns", "adsets", "ads", "adcreatives", "insights", "activities"]);

/** Values by field name; a nested node is a function, made only when asked. */
export type NodeView = Record<string, unknown>;

/** Parses `fields`; an empty list when absent. Throws code 2500 for broken braces. */
export function parseFields(text: string | undefined): AskedField[] {
  if (text === undefined || text.trim() === "") return [];
  const json = parseJson(text);
  const list = Array.isArray(json) ? json.map(String).join(",") : text;
  return splitTopLevel(list).map(parseField);
}

/** Throws Meta's code 100 at the first field that the node type doesn't have. */
export function checkFields(fields: readonly AskedField[], type: NodeType): void {
  const known = new Set<string>(nodeFields[type]);
  for (const field of fields) {
    const child = NESTED[type]?.[field.name];
    if (EDGES.has(field.name) && !known.has(field.name)) {
      throw notServedHere(`Expanding the edge ${field.name} inside fields`, "Read the edge by its own path.");
    }
    if (!known.has(field.name)) throw unknownField(field.name, type);
    if (field.children === undefined) continue;
    if (child === undefined)
      throw notServedHere(`Choosing inside the field ${field.name}`, "Ask for it without braces.");
    checkFields(field.children, child);
  }
}

/** Picks the asked fields of a view, `id` always among them; what is undefined is left out, as Meta leaves out nulls. */
export function projectFields(view: NodeView, fields: readonly AskedField[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const field of fields) {
    const value = valueOf(view[field.name], field.children);
    if (value !== undefined) picked[field.name] = value;
  }
  picked["id"] = view["id"];
  return picked;
}

function valueOf(value: unknown, children: AskedField[] | undefined): unknown {
  if (typeof value !== "function") return value;
  return projectFields(value() as NodeView, children ?? []);
}

function parseField(text: string): AskedField {
  const brace = text.indexOf("{");
  if (brace === -1) return { name: nameOf(text), children: undefined };
  if (!text.endsWith("}")) throw syntaxError(text);
  return { name: nameOf(text.slice(0, brace)), children: splitTopLevel(text.slice(brace + 1, -1)).map(parseField) };
}

/** Modifiers like `.limit(5)` are only meaningful on edges, which aren't expanded here: the bare name is enough. */
function nameOf(text: string): string {
  const name = text.trim().split(".")[0] ?? "";
  if (!/^\w+$/.test(name)) throw syntaxError(text);
  return name;
}

function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index];
    if (letter === "{" || letter === "(") depth += 1;
    if (letter === "}" || letter === ")") depth -= 1;
    if (depth < 0) throw syntaxError(text);
    if (letter === "," && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  if (depth !== 0) throw syntaxError(text);
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== "");
}

function syntaxError(near: string): GraphError {
  return new GraphError({ code: 2500, message: `Syntax error in the fields parameter near "${near.slice(0, 40)}"` });
}
