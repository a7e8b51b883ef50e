/** The stories that the panel offers; a new one is a file beside this and a row here. */
import type { Story } from "./story.ts";
import { tokenDeath } from "./token-death.ts";

export const stories: readonly Story[] = [tokenDeath];
