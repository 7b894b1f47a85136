import { columnTypes } from "../../formats/record.js";
import type { Scope } from "../scope.js";
import { whereColumns, whereSql, type Where } from "../where.js";
import type { Prices, ServicePrices } from "./prices.js";

/** A UTC day's traffic. */
export interface DayUse {
  readonly day: string;
  readonly requests: number;
  readonly bytes_sent: number;
  /** What of it is billed. */
  readonly billed_bytes: number;
  /** Billed requests, by the entries of the price list. */
  readonly billed_requests: readonly number[];
  /** What is not billed, by the entries of that list. */
  readonly free: readonly { readonly requests: number; readonly bytes_sent: number }[];
}

/** Columns of the record that the filters of a price file ask. */
export function priceColumns({ services }: Prices): string[] {
  const filters = Object.values(services).flatMap(({ requests, not_billed: free }) => [
    ...requests.flatMap(({ where }) => where ?? []),
    ...free.map(({ where }) => where),
  ]);
  return filters.flatMap((where) => whereColumns(where, columnTypes()));
}

/** SQL of what the filters of a service say; each request belongs to the first that it passes. */
export function billing({ dialect }: Pick<Scope, "dialect">, prices: ServicePrices) {
  const sql = (where: Where | undefined): string =>
    where === undefined
      ? "TRUE"
      : `coalesce(${whereSql(where, columnTypes(), { dialect })}, FALSE)`;
  const firstOf = (conditions: readonly string[], at: number): string =>
    [
      ...conditions.slice(0, at).map((condition) => `NOT (${condition})`),
      `(${conditions[at] ?? ""})`,
    ].join(" AND ");
  const free = prices.not_billed.map(({ where }) => sql(where));
  const classes = prices.requests.map(({ where }) => sql(where));
  const noRequest = prices.not_billed.flatMap(({ what }, at) =>
    what === "everything" ? [free[at] ?? ""] : [],
  );
  const none = (conditions: readonly string[]): string =>
    conditions.length === 0 ? "TRUE" : `NOT (${conditions.map((one) => `(${one})`).join(" OR ")})`;
  return {
    /** Whether a request's bytes are billed. */
    bytes: none(free),
    /** Whether it belongs to an entry of the requests' prices. */
    requests: classes.map((_, at) => `${none(noRequest)} AND ${firstOf(classes, at)}`),
    free: free.map((_, at) => firstOf(free, at)),
  };
}

const sum = (condition: string): string =>
  `CAST(coalesce(sum(bytes_sent) FILTER (WHERE ${condition}), 0) AS BIGINT)`;
const count = (condition: string): string => `count(*) FILTER (WHERE ${condition})`;

/** Traffic by UTC days, in order; one scan. */
export async function daysOf(scope: Scope, prices: ServicePrices): Promise<DayUse[]> {
  const { db, dialect, requests } = scope;
  const { bytes, requests: classes, free } = billing(scope, prices);
  const columns = [
    "count(*) AS requests",
    `${sum("TRUE")} AS bytes_sent`,
    `${sum(bytes)} AS billed_bytes`,
    ...classes.map((condition, at) => `${count(condition)} AS class_${String(at)}`),
    ...free.flatMap((condition, at) => [
      `${count(condition)} AS free_requests_${String(at)}`,
      `${sum(condition)} AS free_bytes_${String(at)}`,
    ]),
  ];
  const rows = await db.rows(
    `SELECT ${dialect.clockText("time", "UTC", "day")} AS day_text, ${columns.join(", ")}
    FROM ${requests} WHERE time IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => ({
    day: String(row["day_text"]),
    requests: Number(row["requests"]),
    bytes_sent: Number(row["bytes_sent"]),
    billed_bytes: Number(row["billed_bytes"]),
    billed_requests: classes.map((_, at) => Number(row[`class_${String(at)}`])),
    free: free.map((_, at) => ({
      requests: Number(row[`free_requests_${String(at)}`]),
      bytes_sent: Number(row[`free_bytes_${String(at)}`]),
    })),
  }));
}
