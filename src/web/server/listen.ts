import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** Connections at once: each costs memory, whatever is asked over it. */
const CONNECTIONS = 200;

/** Milliseconds without a byte after which a client that should take or send something has gone. */
const IDLE = 45_000;

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly idle?: number;
}

/** Listens, with limits for clients that are slow on purpose, until the signal is aborted. */
export async function listen(
  routes: Hono,
  { host, port, idle = IDLE }: Place,
  signal: AbortSignal,
): Promise<{ readonly address: AddressInfo; readonly closed: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: routes.fetch,
        hostname: host,
        port,
        overrideGlobalObjects: false,
        serverOptions: {
          maxHeaderSize: 16 * 1024,
          headersTimeout: 10_000,
          requestTimeout: 20_000,
          keepAliveTimeout: 5000,
          connectionsCheckingInterval: 2000,
        },
      },
      (address) => {
        const closed = new Promise<void>((done) => server.once("close", done));
        const close = (): void => {
          server.close();
          server.closeAllConnections();
        };
        if (signal.aborted) close();
        else signal.addEventListener("abort", close, { once: true });
        resolve({ address, closed });
      },
    ) as Server;
    server.maxConnections = CONNECTIONS;
    patience(server, idle);
    server.once("error", reject);
  });
}

/** Drops who takes nothing of an answer for so long; who waits for an answer that is being made may wait. */
function patience(server: Server, idle: number): void {
  const asking = new WeakMap<Socket, number>();
  const count = (socket: Socket, by: number): void => {
    asking.set(socket, (asking.get(socket) ?? 0) + by);
  };
  server.on("request", ({ socket }, response) => {
    count(socket, 1);
    response.once("close", () => count(socket, -1));
  });
  server.setTimeout(idle, (socket) => {
    const waits = (asking.get(socket) ?? 0) > 0 && socket.writableLength === 0;
    if (waits) socket.setTimeout(idle);
    else socket.destroy();
  });
}
