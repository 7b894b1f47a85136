import { connect } from "node:net";
import { toBuffer } from "./byte-string.js";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface SendOptions {
  /** The client goes away as soon as it has received this many bytes. */
  readonly abortAfter?: number;
  /** The client says that it has no more to send, before it has an answer. */
  readonly halfClose?: boolean;
  /** The bytes that follow after a while. */
  readonly later?: string;
}

/** What happened on one connection, as the client saw it. */
export interface Exchange {
  readonly clientIp: string;
  readonly clientPort: number;
  readonly sentBytes: number;
  readonly received: Buffer;
  readonly from: Date;
  readonly to: Date;
}

const TIMEOUT = 10_000;
/** How long a slow client waits, in milliseconds. */
export const PAUSE = 60;

/** Sends bytes exactly as they are, and reads until the server closes the connection. */
export function send(to: Address, bytes: string, options: SendOptions = {}): Promise<Exchange> {
  const { abortAfter, halfClose = false, later } = options;
  const from = new Date();
  const parts: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, allowHalfOpen: true });
    socket.setNoDelay(true);
    socket.setTimeout(TIMEOUT, () =>
      socket.destroy(new Error(`no answer to ${JSON.stringify(bytes.slice(0, 200))}`)),
    );
    let clientIp = "";
    let clientPort = 0;
    let failure: Error | undefined;
    socket.once("connect", () => {
      clientIp = socket.localAddress ?? "";
      clientPort = socket.localPort ?? 0;
      if (halfClose) socket.end(toBuffer(bytes));
      else socket.write(toBuffer(bytes));
      if (later !== undefined) setTimeout(() => socket.write(toBuffer(later)), PAUSE);
    });
    socket.on("data", (chunk) => {
      parts.push(chunk);
      size += chunk.length;
      if (abortAfter !== undefined && size >= abortAfter) socket.resetAndDestroy();
    });
    socket.on("end", () => socket.end());
    // A server that has refused a request may reset the connection with bytes still unread.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") failure = error;
    });
    socket.once("close", () => {
      if (failure !== undefined) return reject(failure);
      resolve({
        clientIp,
        clientPort,
        sentBytes: bytes.length + (later?.length ?? 0),
        received: Buffer.concat(parts),
        from,
        to: new Date(),
      });
    });
  });
}

/** A response taken apart; one of HTTP/0.9 has only a body. */
export interface Response {
  readonly status: number | undefined;
  /** What was asked for. */
  readonly bodyBytes: number;
  /** The same as it is transferred, with the lengths of chunks. */
  readonly transferredBytes: number;
  /** Head and body. */
  readonly bytes: number;
}

/** The responses to requests of these methods on one connection, in order. */
export function responsesOf(received: Buffer, methods: readonly string[]): Response[] {
  let rest = received.toString("latin1");
  return methods.map((method) => {
    const code = /^HTTP\/1\.[01] (\d{3})/.exec(rest)?.[1];
    const status = code === undefined ? undefined : Number(code);
    const headBytes = status === undefined ? 0 : rest.indexOf("\r\n\r\n") + 4;
    const head = rest.slice(0, headBytes);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    const most = rest.length - headBytes;
    const transferredBytes = method === "HEAD" ? 0 : Math.min(most, Number(length ?? most));
    const bytes = headBytes + transferredBytes;
    const body = rest.slice(headBytes, bytes);
    rest = rest.slice(bytes);
    const isChunked = /^transfer-encoding: *chunked/im.test(head);
    const bodyBytes = isChunked ? unchunked(body).length : transferredBytes;
    return { status, bodyBytes, transferredBytes, bytes };
  });
}

/** A body without the lengths of its chunks. */
function unchunked(body: string): string {
  const [line, size] = /^([0-9a-f]+)\r\n/i.exec(body) ?? [];
  if (line === undefined || size === undefined || Number.parseInt(size, 16) === 0) return "";
  const end = line.length + Number.parseInt(size, 16);
  return body.slice(line.length, end) + unchunked(body.slice(end + 2));
}
