import { base64 } from "./byte-string.js";

/** A request as it goes over the wire; all texts are byte strings. */
export interface Request {
  /** Default: GET. */
  readonly method?: string;
  readonly target: string;
  /** Default: HTTP/1.1; empty for HTTP/0.9, which has no headers either. */
  readonly protocol?: string;
  /** Host and Connection are added where they are not named; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/** The value of a header that is sent, without the blanks around it, which do not count. */
export function headerOf(request: Request, name: string): string | undefined {
  const [, value] =
    headersOf(request).find(([known]) => known.toLowerCase() === name.toLowerCase()) ?? [];
  return value?.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** The user name that a request's Basic authentication gives: what stands before the first colon. */
export function userOf(request: Request): string | undefined {
  const header = headerOf(request, "Authorization") ?? headerOf(request, "Proxy-Authorization");
  const sent = header && Buffer.from(header.slice("Basic ".length), "base64").toString("latin1");
  return sent?.slice(0, sent.indexOf(":"));
}

/** The value of an `Authorization` header. */
export const basic = (user: string): string => `Basic ${base64(`${user}:secret`)}`;

/** The bytes of a request. */
export function wireOf(request: Request): string {
  const { method = "GET", target, protocol = "HTTP/1.1", body = "" } = request;
  if (protocol === "") return `${method} ${target}\r\n`;
  const lines = [`${method} ${target} ${protocol}`];
  for (const [name, value] of headersOf(request)) lines.push(`${name}: ${value}`);
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function headersOf({ protocol = "HTTP/1.1", headers = {}, body }: Request): [string, string][] {
  if (protocol === "") return [];
  const all = {
    Host: "localhost",
    ...(body === undefined ? {} : { "Content-Length": String(body.length) }),
    ...headers,
    Connection: "Connection" in headers ? headers["Connection"] : "close",
  };
  return Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** What a target asks for: its path, without scheme and host, and its query. */
export function partsOf(target: string): { path: string; query: string | undefined } {
  const asked = target.replace(/^https?:\/\/[^/]*/, "");
  const question = asked.indexOf("?");
  return question < 0
    ? { path: asked, query: undefined }
    : { path: asked.slice(0, question), query: asked.slice(question + 1) };
}
