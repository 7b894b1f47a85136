import { once } from "node:events";
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** A request as S3 means it. */
export interface Seen {
  readonly kind: "list" | "get" | "head" | "put" | "delete" | "other";
  readonly path: string;
  readonly range: string | undefined;
}

/** What happens to a request; undefined lets it pass. */
export type Fault =
  | { readonly status: number; readonly code: string; readonly headers?: Record<string, string> }
  /** An answer of its own. */
  | { readonly body: string }
  /** The connection is cut after this many bytes of the answer's body; with 0, before the answer. */
  | { readonly cutAfter: number };

/** Stands before a server, counts what is asked, and fails where a test wants it to. */
export class FaultyProxy {
  readonly seen: Seen[] = [];
  /** Whether it answers for `If-None-Match` and `If-Match` of a PUT, which the server behind ignores. */
  conditions = true;
  /** Conditional writes, one after another: the last of each path. */
  readonly #writes = new Map<string, Promise<unknown>>();
  /** Decides over each request. */
  fault: (seen: Seen) => Fault | undefined | Promise<Fault | undefined> = () => undefined;

  private constructor(
    readonly server: Server,
    readonly target: number,
  ) {}

  static async start(target: number): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server, target);
    server.on("request", (asked, answer) => void proxy.#serve(asked, answer));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  count(kind: Seen["kind"]): number {
    return this.seen.filter((seen) => seen.kind === kind).length;
  }

  /** Forgets what was counted and lets everything pass again. */
  reset(): void {
    this.seen.length = 0;
    this.conditions = true;
    this.fault = () => undefined;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const seen = kindOf(asked);
    this.seen.push(seen);
    const fault = await this.fault(seen);
    if (fault !== undefined && "status" in fault) {
      answer.writeHead(fault.status, { "content-type": "application/xml", ...fault.headers });
      answer.end(
        `<Error><Code>${fault.code}</Code><Message>as the test wants it</Message></Error>`,
      );
      return;
    }
    if (fault !== undefined && "body" in fault) {
      answer.writeHead(200, { "content-type": "application/xml" });
      answer.end(fault.body);
      return;
    }
    const condition = asked.headers["if-none-match"] ?? asked.headers["if-match"];
    if (seen.kind === "put" && condition !== undefined && this.conditions) {
      const before = this.#writes.get(seen.path);
      const write = this.#onCondition(asked, answer, before, fault);
      this.#writes.set(seen.path, write);
      await write;
      return;
    }
    await this.#pass(asked, answer, fault);
  }

  /** As S3: of several writers at one key the first is let through, all others are told 412. */
  async #onCondition(
    asked: IncomingMessage,
    answer: ServerResponse,
    before: Promise<unknown> | undefined,
    fault: { readonly cutAfter: number } | undefined,
  ): Promise<void> {
    await before;
    const there = await fetch(`http://127.0.0.1:${this.target}${asked.url ?? ""}`, {
      method: "HEAD",
    });
    const etag = there.ok ? there.headers.get("etag") : null;
    const wanted = asked.headers["if-match"];
    if (wanted === undefined ? etag !== null : etag !== wanted) {
      asked.resume();
      await once(asked, "end");
      answer.writeHead(412, { "content-type": "application/xml" });
      answer.end("<Error><Code>PreconditionFailed</Code><Message>it is there</Message></Error>");
      return;
    }
    await this.#pass(asked, answer, fault);
  }

  async #pass(
    asked: IncomingMessage,
    answer: ServerResponse,
    fault: { readonly cutAfter: number } | undefined,
  ): Promise<void> {
    const { url, method, headers } = asked;
    const onward = request({ port: this.target, host: "127.0.0.1", path: url, method, headers });
    const replied = once(onward, "response") as Promise<[IncomingMessage]>;
    asked.pipe(onward);
    // The asker may be killed in mid-request: then nothing is stored.
    asked.on("close", () => asked.complete || onward.destroy());
    const reply = await replied.then(
      ([message]) => message,
      () => undefined,
    );
    if (reply === undefined) {
      answer.destroy();
      return;
    }
    if (fault?.cutAfter === 0) {
      reply.resume();
      await once(reply, "end");
      answer.destroy();
      return;
    }
    answer.writeHead(reply.statusCode ?? 500, reply.headers);
    if (fault === undefined) {
      reply.pipe(answer);
      return;
    }
    let left = fault.cutAfter;
    reply.on("data", (chunk: Buffer) => {
      if (left <= 0) return;
      answer.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) setTimeout(() => answer.socket?.destroy(), 5);
    });
    reply.on("end", () => left > 0 && answer.end());
  }
}

function kindOf({ method, url = "", headers }: IncomingMessage): Seen {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const path = decodeURIComponent(pathname);
  const kinds = {
    GET: "get",
    HEAD: "head",
    PUT: "put",
    POST: searchParams.has("delete") ? "delete" : "put",
  } as const;
  const isList = searchParams.has("list-type");
  const kind = isList
    ? "list"
    : searchParams.has("logging")
      ? "other"
      : (kinds[method as keyof typeof kinds] ?? "other");
  return { kind, path, range: headers.range };
}
