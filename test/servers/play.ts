import { send, responsesOf, type Address, type Exchange, type Response } from "./client.js";
import { wireOfCase, type Case } from "./cases.js";
import { grown, type LogFile } from "./log-file.js";
import { wireOf, type Request } from "./request.js";

/** A request, what came of it, and which line of the logs must tell of it. */
export interface Told {
  readonly request: Request;
  readonly response: Response;
  readonly exchange: Exchange;
  readonly sentBytes: number;
  /** Index of the line, from 0. */
  readonly line: number;
}

export interface PlayOptions {
  readonly addresses: Readonly<Record<string, Address>>;
  readonly logs: readonly LogFile[];
  /** How many lines a case writes; default: one a request. */
  lines?(name: string): number | undefined;
}

/**
 * Plays cases one after the other, each to its end in the logs, so that lines stand in the order of
 * the requests. The requests by the name of their case.
 */
export async function play(
  cases: readonly Case[],
  { addresses, logs, lines }: PlayOptions,
): Promise<Map<string, Told[]>> {
  const told = new Map<string, Told[]>();
  let count = 0;
  for (const item of cases) {
    const address = addresses[item.to ?? "main"];
    if (address === undefined) throw new Error(`${item.name}: no port ${item.to}`);
    const exchange = await send(address, wireOfCase(item), item);
    const methods = item.requests.map(({ method }) => method ?? "GET");
    const responses = responsesOf(exchange.received, methods);
    const written = lines?.(item.name) ?? item.requests.length;
    await grown(logs, count + written, item.name);
    told.set(
      item.name,
      item.requests.slice(0, written).map((request, index) => ({
        request,
        response: responses[index] as Response,
        exchange,
        sentBytes: item.requests.length === 1 ? exchange.sentBytes : wireOf(request).length,
        line: count + index,
      })),
    );
    count += written;
  }
  return told;
}
