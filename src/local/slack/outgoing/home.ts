/** A person opens the app's Home tab: app_home_opened, so that the app can publish it. */
import type { Workspace } from "../workspace.ts";
import type { DeliveryAnswer, DeliveryOverrides } from "./deliver.ts";
import type { EventSender } from "./events.ts";
import { ActRefused, findColleague } from "./refuse-act.ts";

export interface HomeOrder {
  user: string;
  overrides?: DeliveryOverrides | undefined;
}

/** Throws ActRefused when the app has no Home tab or there is no such person here. */
export async function openHome(workspace: Workspace, events: EventSender, order: HomeOrder): Promise<DeliveryAnswer> {
  const person = findColleague(workspace, order.user);
  if (!workspace.app.homeTab) throw new ActRefused("The app has no Home tab: its manifest doesn't turn it on.");
  const nowMs = workspace.clock.now();
  const channel = workspace.channels.openDirect(person.id, workspace.credentials.botUserId, nowMs);
  const home = workspace.views.home(person.id);
  const event = {
    type: "app_home_opened",
    user: person.id,
    channel: channel.id,
    tab: "home",
    event_ts: `${(nowMs / 1000).toFixed(3)}000`,
    ...(home === undefined ? {} : { view: home.view }),
  };
  const { eventId: _eventId, ...answer } = await events.send(event, { overrides: order.overrides });
  return answer;
}
