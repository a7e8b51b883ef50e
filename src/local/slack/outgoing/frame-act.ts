/** The fields that each interaction payload begins with: who, where, which app. */
import { team } from "../seed.ts";
import type { JsonObject, Person } from "../shapes.ts";
import type { Workspace } from "../workspace.ts";

export function frameAct(workspace: Workspace, person: Person): JsonObject {
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: workspace.credentials.appId,
    token: workspace.credentials.verificationToken,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** World time as payloads have it: seconds with six digits after the point. */
export function writeActionTs(nowMs: number): string {
  return `${Math.floor(nowMs / 1000)}.${String(nowMs % 1000).padStart(3, "0")}000`;
}
