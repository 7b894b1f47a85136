import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Reply = (response: ServerResponse, origin: string) => void;

/** A server that gives one prepared reply after another, and remembers what it was asked. */
export async function replies(
  list: readonly Reply[],
): Promise<{ port: number; origin: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const waiting = [...list];
  let origin = "";
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      asked.push({ method, path, headers, body: Buffer.concat(parts).toString() });
      if (method === "DELETE") response.writeHead(204).end();
      else (waiting.shift() ?? status(500))(response, origin);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  return { port, origin, asked };
}

/** A page of the protocol; `next` is the path of the following one. */
export const page =
  (fields: object, next?: string): Reply =>
  (response, origin) => {
    const body = { id: "q", ...fields, ...(next === undefined ? {} : { nextUri: origin + next }) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

export const text =
  (body: string): Reply =>
  (response) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(body);

export const status =
  (code: number, headers: Record<string, string> = {}): Reply =>
  (response) =>
    void response.writeHead(code, headers).end("no");

/** Answers nothing. */
export const silence: Reply = () => {};

/** Drops the connection. */
export const drop: Reply = (response) => void response.destroy();
