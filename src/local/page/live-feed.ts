/** Server-Sent Events: each open page is told that something changed, and fetches what it shows anew. */
import type { Change } from "../slack/state/changes.ts";

/** What pages show; the rest of the changes is for the world's own panel. */
const shown: ReadonlySet<Change["kind"]> = new Set([
  "message",
  "ephemeral",
  "view",
  "home",
  "file",
  "person",
  "channel",
]);
/** Keeps the connection alive through whatever stands between; a dead one is noticed by the write that fails. */
const heartbeatMs = 15_000;
/** How long a browser waits before it connects again. */
const retryMs = 500;

const headers = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
} as const;

export class LiveFeed {
  #pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #stopListening: () => void;
  #heartbeat: NodeJS.Timeout;
  #encoder = new TextEncoder();
  #closed = false;

  constructor(onChange: (listener: (change: Change) => void) => () => void) {
    this.#stopListening = onChange((change) => {
      if (shown.has(change.kind)) this.#send(`event: change\ndata: ${JSON.stringify(change)}\n\n`);
    });
    this.#heartbeat = setInterval(() => this.#send(": here\n\n"), heartbeatMs);
    this.#heartbeat.unref();
  }

  /** One more page that listens. */
  open(): Response {
    if (this.#closed) return new Response("The world is closing.", { status: 503 });
    let own: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#pages.add(controller);
        controller.enqueue(this.#encoder.encode(`retry: ${retryMs}\nevent: hello\ndata: {}\n\n`));
      },
      cancel: () => {
        if (own !== undefined) this.#pages.delete(own);
      },
    });
    return new Response(stream, { headers });
  }

  /** Ends every connection, so that the server can close; the pages come back by themselves. */
  close(): void {
    this.#closed = true;
    this.#stopListening();
    clearInterval(this.#heartbeat);
    for (const page of this.#pages) page.close();
    this.#pages.clear();
  }

  #send(text: string): void {
    const bytes = this.#encoder.encode(text);
    for (const page of this.#pages) {
      try {
        page.enqueue(bytes);
      } catch {
        // The browser went away between two writes.
        this.#pages.delete(page);
      }
    }
  }
}
