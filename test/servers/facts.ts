import { createHash } from "node:crypto";
import { expect } from "vitest";
import { logged, shown } from "./byte-string.js";
import type { Row } from "./culprit.js";
import type { Told } from "./play.js";
import { headerOf, partsOf, userOf } from "./request.js";

/** What a line must tell, by names of our own: mostly those of the record. */
export type Facts = Readonly<Record<string, unknown>>;

/** A column of the record, or `extra.NAME`, and the fact that must stand in it. */
export type Columns = Readonly<Record<string, string>>;

/** Columns that are named as their facts are. */
export const named = (...names: readonly string[]): Columns =>
  Object.fromEntries(names.map((name) => [name, name]));

/** What the client sent and received, as the record's columns should show it. */
export function factsOf({ request, response, exchange, sentBytes }: Told): Facts {
  const { path, query } = partsOf(request.target);
  const header = (name: string): string | null => logged(headerOf(request, name));
  const cookies = headerOf(request, "Cookie");
  return {
    method: request.method ?? "GET",
    request_target: shown(request.target),
    path: shown(path),
    query: logged(query),
    protocol: request.protocol ?? "HTTP/1.1",
    user_agent: header("User-Agent"),
    referrer: header("Referer"),
    cookie: header("Cookie"),
    host: header("Host")?.replace(/:\d+$/, "") ?? null,
    user: logged(userOf(request)),
    forwarded: header("X-Forwarded-For"),
    language: header("Accept-Language"),
    sid: logged(/(?:^|; )sid=([^;]*)/.exec(cookies ?? "")?.[1]),
    session: logged(/(?:^|; )JSESSIONID=([^;]*)/.exec(cookies ?? "")?.[1]),
    client_ip: exchange.clientIp,
    client_port: exchange.clientPort,
    status: response.status ?? null,
    bytes_sent: response.bodyBytes,
    bytes_sent_with_head: response.bytes,
    bytes_received: sentBytes,
    time: between(exchange.from, exchange.to, 1050),
    exact_time: between(exchange.from, exchange.to, 50),
    duration_ms: numberFrom(0, exchange.to.getTime() - exchange.from.getTime() + 50),
  };
}

/** The row as its columns are asked for, beside what must stand there. */
export function compare(row: Row | undefined, columns: Columns, facts: Facts): void {
  const wanted = Object.entries(columns).map(([column, fact]) => [column, brief(facts[fact])]);
  expect(row?.["rejected"]).toBeUndefined();
  expect(cellsOf(row, columns)).toEqual(Object.fromEntries(wanted));
}

/** What stands in these columns. */
export const cellsOf = (row: Row | undefined, columns: Columns): Facts =>
  Object.fromEntries(Object.keys(columns).map((column) => [column, brief(valueOf(row, column))]));

function valueOf(row: Row | undefined, column: string): unknown {
  if (!column.startsWith("extra.")) return row?.[column] ?? null;
  const extra = row?.["extra"] as Row | undefined;
  return extra?.[column.slice("extra.".length)] ?? null;
}

/** Text of a length that a terminal can show, still different for different texts. */
function brief(value: unknown): unknown {
  if (typeof value !== "string" || value.length <= 300) return value;
  const hash = createHash("sha1").update(value).digest("hex");
  return `${value.slice(0, 100)}… ${value.length} characters, ${hash}`;
}

/** A time in the window of a request, which servers cut and some look up only now and then. */
const between = (from: Date, to: Date, slack: number): unknown =>
  expect.toSatisfy((value: unknown) => {
    const time = Date.parse(String(value));
    return time > from.getTime() - slack && time < to.getTime() + slack;
  }, `is a time from ${from.toISOString()} to ${to.toISOString()}`);

/** A number that cannot be known to the last digit. */
export const numberFrom = (least: number, below: number): unknown =>
  expect.toSatisfy(
    (value: unknown) => typeof value === "number" && value >= least && value < below,
    `is a number from ${least} to less than ${below}`,
  );
