import { send, responsesOf, type Exchange, type Response } from "./client.js";
import { wireOfCase, type Case } from "./cases.js";
import { grown, LogFile } from "./log-file.js";
import { wireOf, type Request } from "./request.js";
import { hasIpv6 } from "./server.js";

/** A request, what came of it, and which line of the logs must tell of it. */
export interface Told {
  readonly request: Request;
  readonly response: Response;
  readonly exchange: Exchange;
  readonly sentBytes: number;
  /** Index of the line, from 0. */
  readonly line: number;
}

export interface Played {
  /** The requests by the name of their case. */
  readonly told: ReadonlyMap<string, readonly Told[]>;
  /** How many lines each log has. */
  readonly lines: number;
}

/**
 * Plays cases one after the other, each to its end in the logs, so that lines stand in the order of
 * the requests; `lines` says how many lines a case writes where it is not one a request.
 */
export async function play(
  cases: readonly Case[],
  port: number | ((item: Case) => number),
  logs: readonly { readonly path: string }[],
  lines: (name: string) => number | undefined = () => undefined,
): Promise<Played> {
  const told = new Map<string, Told[]>();
  const files = logs.map(({ path }) => new LogFile(path));
  let count = 0;
  for (const item of cases) {
    const host = item.ipv6 === true && hasIpv6() ? "::1" : "127.0.0.1";
    const to = { host, port: typeof port === "number" ? port : port(item) };
    const exchange = await send(to, wireOfCase(item), item);
    const methods = item.requests.map(({ method }) => method ?? "GET");
    const responses = responsesOf(exchange.received, methods);
    const written = lines(item.name) ?? item.requests.length;
    await grown(files, count + written, item.name);
    told.set(
      item.name,
      item.requests.slice(0, written).map((request, index) => ({
        request,
        response: responses[index] as Response,
        exchange: { ...exchange, to: new Date() },
        sentBytes: item.requests.length === 1 ? exchange.sentBytes : wireOf(request).length,
        line: count + index,
      })),
    );
    count += written;
  }
  return { told, lines: count };
}
