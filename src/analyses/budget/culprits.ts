import type { Dimension } from "../fields.js";
import type { Scope } from "../scope.js";
import { timeOf } from "./calendar.js";
import { billing } from "./days.js";
import type { MonthDays } from "./forecast.js";
import { BUDGET } from "./parameters.js";
import type { ServicePrices } from "./prices.js";

/** One of those who take most of a month's bytes. */
export interface Taker {
  /** Its fields' values, by their names. */
  readonly values: Readonly<Record<string, string | number | null>>;
  readonly requests: number;
  /** Billed bytes of the month so far. */
  readonly bytes: number;
  /** Those of them on days without a spike. */
  readonly usual: number;
  /** Billed bytes of as many days before the month; null where the log does not reach there. */
  readonly before: number | null;
}

const plain = (value: unknown): string | number | null =>
  value === null || value === undefined
    ? null
    : typeof value === "number" || typeof value === "string"
      ? value
      : value instanceof Date
        ? value.toISOString()
        : JSON.stringify(value);

/** Who takes most of what is billed in the days until `known`, and what they took before; one scan. */
export async function takersOf(
  scope: Scope,
  fields: readonly Dimension[],
  prices: ServicePrices,
  { from, until }: MonthDays,
  { first, spikes }: { readonly first: number; readonly spikes: readonly number[] },
): Promise<Taker[]> {
  const { db, dialect, requests } = scope;
  const { ident, literal } = dialect;
  const [begin, start, end] = [2 * from - until, from, until].map((day) => literal(timeOf(day)));
  const bytes = (condition: string): string =>
    `CAST(coalesce(sum(bytes_sent) FILTER (WHERE ${condition}), 0) AS BIGINT)`;
  const month = `time >= ${start ?? ""}`;
  const spiky = spikes.map(
    (day) => `(time >= ${literal(timeOf(day))} AND time < ${literal(timeOf(day + 1))})`,
  );
  const usual = spiky.length === 0 ? month : `${month} AND NOT (${spiky.join(" OR ")})`;
  const names = fields.map(({ name }) => ident(name));
  const rows = await db.rows(`
    SELECT ${fields.map(({ name, sql }) => `${sql} AS ${ident(name)}`).join(", ")},
      count(*) FILTER (WHERE ${month}) AS taken_requests, ${bytes(month)} AS taken_bytes,
      ${bytes(usual)} AS usual_bytes,
      ${bytes(`NOT (${month})`)} AS before_bytes
    FROM ${requests} WHERE time >= ${begin ?? ""} AND time < ${end ?? ""}
      AND (${billing(scope, prices).bytes})
    GROUP BY ${fields.map((_, at) => String(at + 1)).join(", ")}
    ORDER BY taken_bytes DESC, ${names.join(", ")} LIMIT ${String(BUDGET.culprits)}`);
  return rows
    .map((row) => ({
      values: Object.fromEntries(fields.map(({ name }) => [name, plain(row[name])])),
      requests: Number(row["taken_requests"]),
      bytes: Number(row["taken_bytes"]),
      usual: Number(row["usual_bytes"]),
      before: first <= 2 * from - until ? Number(row["before_bytes"]) : null,
    }))
    .filter(({ bytes: taken }) => taken > 0);
}
