/** usergroups.*: which groups there are, and who is in one. */
import { z } from "zod";
import { SlackRefusal } from "../refusal.ts";
import type { JsonObject, UserGroup } from "../shapes.ts";
import { flag, word } from "./arguments.ts";
import { defineMethod } from "./method.ts";
import type { WebApiMethod } from "./method.ts";

function showGroup(group: UserGroup, including: { users: boolean; count: boolean }): JsonObject {
  return {
    id: group.id,
    team_id: group.teamId,
    is_usergroup: true,
    name: group.name,
    description: group.description,
    handle: group.handle,
    is_external: false,
    date_delete: group.disabled ? 1_735_689_600 : 0,
    prefs: { channels: [], groups: [] },
    ...(including.users ? { users: group.users } : {}),
    ...(including.count ? { user_count: group.users.length } : {}),
  };
}

const list = defineMethod({
  tier: "tier2",
  scopes: ["usergroups:read"],
  args: z.object({
    include_users: flag.optional(),
    include_count: flag.optional(),
    include_disabled: flag.optional(),
  }),
  run: ({ workspace, args }) => {
    const including = { users: args.include_users === true, count: args.include_count === true };
    const groups = workspace.userGroups.list().filter(({ disabled }) => !disabled || args.include_disabled === true);
    return { usergroups: groups.map((group) => showGroup(group, including)) };
  },
});

const listUsers = defineMethod({
  tier: "tier2",
  scopes: ["usergroups:read"],
  args: z.object({ usergroup: word, include_disabled: flag.optional() }),
  run: ({ workspace, args }) => {
    const group = workspace.userGroups.get(args.usergroup);
    if (group === undefined || (group.disabled && args.include_disabled !== true)) {
      throw new SlackRefusal("no_such_subteam");
    }
    return { users: group.users };
  },
});

export const userGroupMethods: Record<string, WebApiMethod> = {
  "usergroups.list": list,
  "usergroups.users.list": listUsers,
};
