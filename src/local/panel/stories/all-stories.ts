/** The stories that the panel offers; a new one is a file beside this and a row here. */
import { restatement } from "./restatement.ts";
import type { Story } from "./story.ts";
import { throttle } from "./throttle.ts";
import { tokenDeath } from "./token-death.ts";

export const stories: readonly Story[] = [tokenDeath, throttle, restatement];
