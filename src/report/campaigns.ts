/** The campaigns that spent most, with the same purchase type as the account. */
import type { Figures } from "./figures.ts";
import { type PurchaseType, purchasesOf } from "./conversions.ts";
import { parseDecimal } from "./decimal.ts";
import { roasText, shareText } from "./kpis.ts";
import { moneyText } from "./money.ts";
import { decimalCountText } from "./number-text.ts";

export interface CampaignLine {
  id: string;
  /** As the advertiser wrote it: unsafe text, each renderer escapes it. */
  name: string;
  spend: string;
  /** Share of the account's spend, "18%"; null when the account spent nothing. */
  share: string | null;
  purchases: string;
  roas: string;
}

export function buildCampaignLines(figures: Figures, type: PurchaseType | null): CampaignLine[] {
  const total = parseDecimal(figures.current.spend);
  return figures.campaigns.map((campaign) => {
    const spend = parseDecimal(campaign.spend);
    const purchases = purchasesOf(campaign, type);
    return {
      id: campaign.id,
      name: campaign.name,
      spend: moneyText(spend, figures.currency),
      share: shareText(spend, total),
      purchases: decimalCountText(purchases.count),
      roas: roasText(purchases.value, spend),
    };
  });
}
