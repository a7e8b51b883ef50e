/** The businesses of the world: a group that owns most accounts and works for the others, which have their own. */
import type { NodeView } from "../fields.ts";
import type { AccountModel, World } from "../seed/model.ts";

export interface Business {
  id: string;
  name: string;
}

const GROUP: Business = { id: "101520261100", name: "Northlight Group" };
/** By account id: owners that are clients of the group. */
const CLIENTS: Readonly<Record<string, Business>> = {
  "2026110004": { id: "101520261103", name: "Bolt Outdoor" },
  "2026110005": { id: "101520261104", name: "Reef Surf" },
};

export function businessOf({ spec }: AccountModel): Business {
  return CLIENTS[spec.accountId] ?? GROUP;
}

export function findBusiness(id: string): Business | undefined {
  return [GROUP, ...Object.values(CLIENTS)].find((business) => business.id === id);
}

/** Those in which the system user has a role. */
export function myBusinesses(): Business[] {
  return [GROUP];
}

export function accountsOf(world: World, { id }: Business, edge: "owned" | "client"): AccountModel[] {
  if (edge === "owned") return world.accounts.filter((account) => businessOf(account).id === id);
  return id === GROUP.id ? world.accounts.filter((account) => businessOf(account).id !== id) : [];
}

export function viewBusiness({ id, name }: Business): NodeView {
  return { id, name, verification_status: "verified", vertical: "RETAIL", link: `https://www.facebook.com/${id}/` };
}
