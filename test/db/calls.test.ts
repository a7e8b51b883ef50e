/** How a call of the database goes wrong: deadlocks are tried again, everything else is told by what one can do about it. */
import { expect, test } from "vitest";
import { createDb } from "#src/db/index.ts";
import { describeOnBoth } from "#test/support/postgres.ts";
import { useEngines, type Engine } from "./engine.ts";

/** The database refuses the first calls with an SQLSTATE, as it does in a deadlock; then it answers. */
function dbThatFails(engine: Engine, code: string, times: number) {
  let calls = 0;
  const db = createDb({
    url: "https://project.supabase.co",
    serviceRoleKey: engine.project.keys.serviceRoleKey,
    timeoutMs: 5000,
    env: engine.env,
    metaApp: "test-app",
    fetch: async (input, init) => {
      calls += 1;
      if (calls > times) return engine.project.wire.fetch(new Request(input, init));
      return Response.json({ code, message: "made to fail", details: null, hint: null }, { status: 500 });
    },
  });
  return { db, count: () => calls };
}

describeOnBoth("calls", (open) => {
  const engineOf = useEngines(open);

  test.each(["40P01", "40001"])("%s is tried three times", async (code) => {
    const twice = dbThatFails(engineOf(), code, 2);
    expect(await twice.db.ready()).toMatchObject({ now: expect.any(String) as string });
    expect(twice.count()).toBe(3);
    const thrice = dbThatFails(engineOf(), code, 3);
    await expect(thrice.db.ready()).rejects.toMatchObject({ kind: "contended", code });
    expect(thrice.count()).toBe(3);
  });

  test.each([
    ["57014", "unavailable"],
    ["42501", "denied"],
    ["PGRST202", "missing"],
  ])("%s is told at once as %s", async (code, kind) => {
    const failing = dbThatFails(engineOf(), code, 9);
    await expect(failing.db.ready()).rejects.toMatchObject({ kind, code });
    expect(failing.count()).toBe(1);
  });
});
