/** For browser tests: calls to the embedded Meta wait at the world's door until the page was looked at. */
import type { World } from "#src/local/world.ts";

/** Calls that wait: what the page shows meanwhile stays there, so no test has to be quicker than the sync. */
export class Hold {
  #fits: RegExp;
  #waiting: (() => void)[] = [];
  #isOver = false;

  constructor(fits: RegExp) {
    this.#fits = fits;
  }

  /** `address`: path and query of a call. */
  async pass(address: string): Promise<void> {
    if (this.#isOver || !this.#fits.test(address)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  letOneGo(): void {
    this.#waiting.shift()?.();
  }

  /** Those that wait and all to come. */
  letGo(): void {
    this.#isOver = true;
    for (const go of this.#waiting.splice(0)) go();
  }
}

export class MetaHolds {
  #holds: Hold[] = [];

  /** From here on every call to the Meta of this world passes the holds. */
  guard(world: World): void {
    const { wire } = world;
    const answer = wire.fetch;
    wire.fetch = async (request, ...rest) => {
      const { pathname, search } = new URL(request.url);
      if (pathname.startsWith("/_world/graph/")) for (const hold of this.#holds) await hold.pass(pathname + search);
      return answer(request, ...rest);
    };
  }

  hold(fits = /./u): Hold {
    const hold = new Hold(fits);
    this.#holds.push(hold);
    return hold;
  }

  clear(): void {
    for (const hold of this.#holds.splice(0)) hold.letGo();
  }
}
