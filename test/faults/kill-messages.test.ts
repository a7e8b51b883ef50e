/** `kill -9` around the order and around everything people read: the job ends by itself, and is told once. */
import { describeKills } from "./describe-kills.ts";
import { messagePoints } from "./points.ts";

describeKills("the order and its messages", "act_2026110003 7d", messagePoints);
