/** The `filtering` parameter, on edges and on insights: ids, names, statuses and times of an entity or its parents. */
import { z } from "zod";
import { invalidParameter } from "./graph-error.ts";
import { type GraphCall, readJsonParam } from "./graph-call.ts";
import type { AccountModel, AdSetModel, CampaignModel, AdModel } from "./seed/model.ts";

export type FilterKind = "campaign" | "adset" | "ad";

export interface Filter {
  kind: FilterKind;
  attribute: Attribute;
  operator: Operator;
  values: string[];
}

type Attribute = "id" | "name" | "effective_status" | "updated_time" | "created_time";
type Operator = "EQUAL" | "NOT_EQUAL" | "IN" | "NOT_IN" | "GREATER_THAN" | "LESS_THAN" | "CONTAIN" | "NOT_CONTAIN";

const CHOICE: Operator[] = ["EQUAL", "NOT_EQUAL", "IN", "NOT_IN"];
/** Time fields take only these two (reference: edges' params). */
const TIME: Operator[] = ["GREATER_THAN", "LESS_THAN"];
const OPERATORS: Record<Attribute, Operator[]> = {
  id: CHOICE,
  effective_status: CHOICE,
  name: [...CHOICE, "CONTAIN", "NOT_CONTAIN"],
  updated_time: TIME,
  created_time: TIME,
};

const COMPARE: Record<Operator, (actual: string, values: string[]) => boolean> = {
  EQUAL: (actual, values) => values.includes(actual),
  IN: (actual, values) => values.includes(actual),
  NOT_EQUAL: (actual, values) => !values.includes(actual),
  NOT_IN: (actual, values) => !values.includes(actual),
  GREATER_THAN: (actual, values) => Number(actual) > Number(values[0]),
  LESS_THAN: (actual, values) => Number(actual) < Number(values[0]),
  CONTAIN: contains,
  NOT_CONTAIN: (actual, values) => !contains(actual, values),
};

const scalar = z.union([z.string(), z.number()]).transform(String);
const filterList = z.array(
  z.object({
    field: z.string(),
    operator: z.string(),
    value: z.union([scalar.transform((one) => [one]), z.array(scalar)]),
  }),
);

/** The filters of a call; a field without prefix belongs to `ownKind`. Throws code 100 for what isn't supported. */
export function readFilters(call: GraphCall, ownKind: FilterKind): Filter[] {
  const expected = "a JSON array of {field, operator, value}";
  const list = readJsonParam(call, "filtering", filterList, expected) ?? [];
  return list.map(({ field, operator, value }) => {
    const [prefix, name] = field.includes(".") ? field.split(".", 2) : [ownKind, field];
    const attribute = Object.keys(OPERATORS).find((known) => known === name) as Attribute | undefined;
    const kind = (["campaign", "adset", "ad"] as const).find((known) => known === prefix);
    const known = attribute && OPERATORS[attribute].find((one) => one === operator);
    if (attribute === undefined || kind === undefined || known === undefined || isBelow(kind, ownKind)) {
      throw invalidParameter(`Filtering field '${field}' with operation '${operator.toLowerCase()}' is not supported`);
    }
    return { kind, attribute, operator: known, values: value };
  });
}

/** True if the entity at that position passes all filters. */
export function passesFilters(
  account: AccountModel,
  kind: FilterKind,
  index: number,
  filters: readonly Filter[],
): boolean {
  return filters.every((filter) => {
    const entity = entityFor(account, kind, index, filter.kind);
    return entity !== undefined && passes(entity, filter);
  });
}

function passes(entity: CampaignModel | AdSetModel | AdModel, { attribute, operator, values }: Filter): boolean {
  return COMPARE[operator](attributeOf(entity, attribute), values);
}

function contains(actual: string, values: string[]): boolean {
  return values.some((value) => actual.toLowerCase().includes(value.toLowerCase()));
}

/** Times compare as unix seconds. */
function attributeOf(entity: CampaignModel | AdSetModel | AdModel, attribute: Attribute): string {
  if (attribute === "updated_time") return String(Math.floor(entity.updatedMs / 1000));
  if (attribute === "created_time") return String(Math.floor(entity.createdMs / 1000));
  return attribute === "effective_status" ? entity.effectiveStatus : entity[attribute];
}

function entityFor(account: AccountModel, own: FilterKind, index: number, wanted: FilterKind) {
  if (own === "campaign") return wanted === "campaign" ? account.campaigns[index] : undefined;
  if (own === "adset") {
    const adSet = account.adSets[index];
    return wanted === "adset" ? adSet : adSet && account.campaigns[adSet.campaign];
  }
  const ad = account.ads[index];
  if (wanted === "ad" || ad === undefined) return ad;
  return wanted === "adset" ? account.adSets[ad.adSet] : account.campaigns[ad.campaign];
}

function isBelow(kind: FilterKind, own: FilterKind): boolean {
  const order: FilterKind[] = ["campaign", "adset", "ad"];
  return order.indexOf(kind) > order.indexOf(own);
}
