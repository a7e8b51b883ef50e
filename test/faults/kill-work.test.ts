/** `kill -9` around the queue's messages and inside the slices: the job ends by itself, with the same rows. */
import { describeKills } from "./describe-kills.ts";
import { pagePoints, reportPoints, workPoints } from "./points.ts";

describeKills("the queue and the slices", "act_2026110003 7d", workPoints);
describeKills("the pages of one part", "act_2026110001 28d", pagePoints);
describeKills("the reports that Meta makes", "act_2026110001 90d", reportPoints);
