/** A stop lets what is under way end, and nobody else in: on real parts the queue's deliveries come from outside. */
import { expect, test } from "vitest";
import { createGate } from "#src/gate.ts";

const request = () => new Request("http://localhost/api/meta-marketing-worker", { method: "POST" });

test("a delivery under way is answered before the gate is closed; the next one is sent away for a while", async () => {
  const work = Promise.withResolvers<Response>();
  const gate = createGate(() => work.promise);
  const underWay = gate.enter(request(), {});
  let isClosed = false;
  const closed = gate.close().then(() => (isClosed = true));

  const late = await gate.enter(request(), {});
  expect([late.status, late.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(isClosed).toBe(false);
  work.resolve(new Response("done"));
  expect(await (await underWay).text()).toBe("done");
  await closed;
});

test("a door that throws doesn't hold the stop up", async () => {
  const gate = createGate(() => Promise.reject(new Error("broken")));
  await expect(Promise.resolve(gate.enter(request(), {}))).rejects.toThrow("broken");
  await gate.close();
});
