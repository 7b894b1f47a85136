import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Connections at once: each costs memory, whatever is asked over it. */
const CONNECTIONS = 200;

/** Listens, with limits for clients that are slow on purpose, until the signal is aborted. */
export async function listen(
  routes: Hono,
  { host, port }: { readonly host: string; readonly port: number },
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
    // A client that takes nothing of its answer for so long has gone.
    server.setTimeout(45_000);
    server.once("error", reject);
  });
}
