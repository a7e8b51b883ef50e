/** One HTTP server for everything: starts listening before the parts are there, so that they can be told the port. */
import { serve } from "@hono/node-server";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

const closeGraceMs = 2000;

export type FetchHandler = (request: Request, env: object) => Response | Promise<Response>;

/** PORT was chosen, and another program listens there. */
class PortInUseError extends Error {
  override readonly name = "PortInUseError";

  constructor(port: number, cause: unknown) {
    super(
      `Port ${port} is in use by another program. Stop that program, or set PORT to another number (0 takes any free one).`,
      { cause },
    );
  }
}

export interface Listening {
  port: number;
  /** From here on requests go to `handler`; before they are answered 503. */
  open(handler: FetchHandler): void;
  /** Takes no new connection and waits for the answers under way. */
  close(): Promise<void>;
}

function listenOn(port: number, hostname: string, handle: FetchHandler): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: handle, port, hostname }, (info: AddressInfo) => {
      resolve({ server: server as Server, port: info.port });
    });
    server.once("error", reject);
  });
}

/** `isPortChosen` false: another free port is taken when the usual one is in use. */
export async function listen(options: { port: number; isPortChosen: boolean; publicly: boolean }): Promise<Listening> {
  // The embedded world must not be reachable from outside.
  const hostname = options.publicly ? "0.0.0.0" : "127.0.0.1";
  let handler: FetchHandler = () => new Response("Starting", { status: 503, headers: { "Retry-After": "1" } });
  const handle: FetchHandler = (request, env) => handler(request, env);
  const { server, port } = await listenOn(options.port, hostname, handle).catch((error: unknown) => {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    if (options.isPortChosen) throw new PortInUseError(options.port, error);
    return listenOn(0, hostname, handle);
  });
  return {
    port,
    open: (next) => {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // A page that listens for edits never ends its connection by itself.
        setTimeout(() => server.closeAllConnections(), closeGraceMs).unref();
      }),
  };
}
