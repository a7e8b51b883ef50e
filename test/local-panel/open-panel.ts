/** The world panel over a test world: what its page would read and send. */
import { Hono } from "hono";
import { expect } from "vitest";
import { z } from "zod";
import { panelDoor, panelPath } from "#src/local/panel/door.ts";
import type { PanelState } from "#src/local/panel/state.ts";
import type { TestWorld } from "#test/support/world.ts";

const spoken = z.object({ said: z.string() });

export interface Panel {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The JSON that the page reads; `query` filters what was received. */
  look(query?: string): Promise<PanelState>;
  /** An act that must succeed; the sentence it answers. */
  act(path: string, body: object): Promise<string>;
  /** An act as it comes; its status and the text of its answer. */
  try(path: string, body: unknown): Promise<{ status: number; text: string }>;
}

const post = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** `ask` answers requests for paths below the panel's. */
export function readPanel(ask: Panel["request"]): Panel {
  return {
    request: ask,
    look: async (query = "") => (await (await ask(`/state${query}`)).json()) as PanelState,
    act: async (path, body) => {
      const answer = await ask(path, post(body));
      const text = await answer.text();
      expect(answer.status, text).toBe(200);
      return spoken.parse(JSON.parse(text)).said;
    },
    try: async (path, body) => {
      const answer = await ask(path, post(body));
      return { status: answer.status, text: await answer.text() };
    },
  };
}

/** Stories follow without a pause for readers. */
export function openPanel({ clock, slack, queue, graph, postgres }: TestWorld): Panel {
  const door = panelDoor({ clock, slack, postman: null, queue, graph, database: postgres }, 0);
  const app = new Hono().route(panelPath, door);
  return readPanel(async (path, init) => app.request(`${panelPath}${path}`, init));
}
