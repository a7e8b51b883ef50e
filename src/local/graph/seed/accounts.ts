/** The seeded ad accounts: fixed ids, one zero-decimal currency, half-hour zones, 5 to 1,000 ads. */
export interface AccountSpec {
  /** Digits only; the node's id is `act_` plus these. */
  accountId: string;
  name: string;
  currency: string;
  /** Digits after the decimal point of the currency (0 for JPY). */
  minorDigits: number;
  timezone: string;
  country: string;
  campaigns: number;
  adSets: number;
  /** Ads that can be listed (archived ones too, deleted ones not). */
  ads: number;
  /** Ads deleted on top: never listed, still inside the totals of their parents. */
  deletedAds: number;
  /** Campaigns and ad sets deleted on top, each ad set with one of the deleted ads; the first ones in those campaigns. */
  deletedCampaigns?: number;
  deletedAdSets?: number;
  /** All ads are at least so old, instead of 45 to 890 days. */
  minAdAgeDays?: number;
  /** Price of 1,000 impressions and value of a purchase, both in minor units. */
  cpmMinor: number;
  orderValueMinor: number;
  /** Impressions of a middling ad on a middling day. */
  dailyImpressions: number;
}

export const ACCOUNT_SPECS: readonly AccountSpec[] = [
  {
    accountId: "2026110001",
    name: "Acme DE",
    currency: "EUR",
    minorDigits: 2,
    timezone: "Europe/Berlin",
    country: "DE",
    campaigns: 12,
    adSets: 24,
    ads: 60,
    deletedAds: 3,
    cpmMinor: 920,
    orderValueMinor: 6_450,
    dailyImpressions: 5_200,
  },
  {
    accountId: "2026110002",
    name: "Kumo Tokyo",
    currency: "JPY",
    minorDigits: 0,
    timezone: "Asia/Tokyo",
    country: "JP",
    campaigns: 6,
    adSets: 8,
    ads: 24,
    deletedAds: 1,
    cpmMinor: 1_150,
    orderValueMinor: 7_800,
    dailyImpressions: 8_400,
  },
  {
    accountId: "2026110003",
    name: "Chai & Co",
    currency: "INR",
    minorDigits: 2,
    timezone: "Asia/Kolkata",
    country: "IN",
    campaigns: 2,
    adSets: 3,
    ads: 5,
    deletedAds: 0,
    cpmMinor: 17_500,
    orderValueMinor: 125_000,
    dailyImpressions: 12_000,
  },
  {
    accountId: "2026110004",
    name: "Bolt Outdoor",
    currency: "USD",
    minorDigits: 2,
    timezone: "America/Los_Angeles",
    country: "US",
    campaigns: 40,
    adSets: 120,
    ads: 1_000,
    deletedAds: 8,
    deletedCampaigns: 1,
    deletedAdSets: 2,
    cpmMinor: 1_240,
    orderValueMinor: 8_900,
    dailyImpressions: 3_100,
  },
  {
    accountId: "2026110005",
    name: "Reef Surf",
    currency: "AUD",
    minorDigits: 2,
    timezone: "Australia/Lord_Howe",
    country: "AU",
    campaigns: 8,
    adSets: 12,
    ads: 40,
    deletedAds: 2,
    cpmMinor: 1_480,
    orderValueMinor: 9_700,
    dailyImpressions: 4_300,
  },
];

/** 1,000 ads over more than 1,000 days, about a million daily rows: for measurements, not among the five by default. */
export const BULK_ACCOUNT: AccountSpec = {
  accountId: "2026110099",
  name: "Bulk Store",
  currency: "USD",
  minorDigits: 2,
  timezone: "America/New_York",
  country: "US",
  campaigns: 20,
  adSets: 100,
  ads: 1_000,
  deletedAds: 0,
  minAdAgeDays: 1_060,
  cpmMinor: 1_100,
  orderValueMinor: 7_200,
  dailyImpressions: 2_600,
};
