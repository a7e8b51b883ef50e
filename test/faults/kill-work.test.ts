/** `kill -9` around the queue's messages and inside the slices: the job ends by itself, with the same rows. */
import { describeKills } from "./describe-kills.ts";
import { workPoints } from "./points.ts";

describeKills("the queue and the slices", workPoints);
