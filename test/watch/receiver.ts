import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What a webhook's server answers to a request; silence when undefined. */
export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Received {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies of several shapes, judged by tests
  readonly body: any;
}

/** A webhook's server on this machine: it answers as told, the last reply again and again. */
export async function startReceiver(
  replies: Reply[] = [{ status: 200, body: "ok" }],
): Promise<{ url: string; received: Received[]; reply: (next: Reply | undefined) => void }> {
  const received: Received[] = [];
  let forced: Reply | undefined | "as told" = "as told";
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      received.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
      const reply =
        forced === "as told" ? replies[Math.min(received.length, replies.length) - 1] : forced;
      if (reply === undefined) return;
      response.writeHead(reply.status, reply.headers).end(reply.body ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received, reply: (next) => (forced = next) };
}
