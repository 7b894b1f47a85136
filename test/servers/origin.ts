import { createServer, type Server } from "node:http";

/** How long the origin takes for `/slow`, in milliseconds. */
export const SLOW = 50;

/** A server behind the one that is tested; it answers with what its path asks for. */
export async function startOrigin(port = 0): Promise<{ port: number; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://origin");
    response.setHeader("Cache-Control", pathname.endsWith("/cached") ? "max-age=60" : "no-store");
    const answer = (): void => {
      if (pathname.endsWith("/chunked")) {
        response.write("one ");
        response.end("two");
      } else if (pathname.endsWith("/big.bin")) {
        response.end(Buffer.alloc(BIG, "x"));
      } else {
        const body = Buffer.from("hello from the origin\n".repeat(20));
        response.statusCode = pathname.endsWith("/missing") ? 404 : 200;
        response.setHeader("Content-Length", body.length);
        response.end(body);
      }
    };
    request.resume();
    if (pathname.endsWith("/slow")) setTimeout(answer, SLOW);
    else request.once("end", answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The size of a download that does not fit into the buffers between server and client. */
export const BIG = 30_000_000;
