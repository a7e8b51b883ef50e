/** Campaign objectives: the six of today and two that old campaigns still carry. */
import type { ObjectiveKind } from "./model.ts";

export interface Objective {
  objective: string;
  kind: ObjectiveKind;
  word: string;
  optimizationGoal: string;
  billingEvent: string;
  clicksPerTenThousand: number;
  /** Price of 1,000 impressions against the account's, in per cent. */
  cpmPercent: number;
}

export const OBJECTIVES: readonly [Objective, ...Objective[]] = [
  objective("OUTCOME_SALES", "sales", "Sales", "OFFSITE_CONVERSIONS", 145, 120),
  objective("OUTCOME_TRAFFIC", "traffic", "Traffic", "LANDING_PAGE_VIEWS", 210, 80),
  objective("OUTCOME_LEADS", "leads", "Leads", "LEAD_GENERATION", 120, 110),
  objective("OUTCOME_AWARENESS", "awareness", "Awareness", "REACH", 40, 55),
  objective("OUTCOME_ENGAGEMENT", "engagement", "Engagement", "POST_ENGAGEMENT", 260, 60),
  objective("OUTCOME_APP_PROMOTION", "app", "App", "APP_INSTALLS", 130, 105),
  objective("OUTCOME_SALES", "sales", "Catalog", "VALUE", 155, 115),
  objective("CONVERSIONS", "sales", "Legacy conversions", "OFFSITE_CONVERSIONS", 135, 100),
  objective("LINK_CLICKS", "traffic", "Legacy clicks", "LINK_CLICKS", 190, 75),
];

function objective(
  name: string,
  kind: ObjectiveKind,
  word: string,
  optimizationGoal: string,
  clicksPerTenThousand: number,
  cpmPercent: number,
): Objective {
  return {
    objective: name,
    kind,
    word,
    optimizationGoal,
    billingEvent: "IMPRESSIONS",
    clicksPerTenThousand,
    cpmPercent,
  };
}
