import type { ClockText, Dialect, ValueType } from "../dialect.js";
import { ident, literal } from "../sql.js";
import { localOf } from "./zones.js";

const types: Record<ValueType, string> = {
  text: "VARCHAR",
  int: "BIGINT",
  float: "DOUBLE",
  time: "TIMESTAMP",
  bool: "BOOLEAN",
};

const clocks: Record<ClockText, string> = {
  minute: "%Y-%m-%d %H:%M",
  hour: "%Y-%m-%d %H:00",
  day: "%Y-%m-%d",
  hour_of_day: "%H",
  weekday: "%a",
};

/** The embedded engine. */
export const duckdb: Dialect = {
  name: "DuckDB",
  shared: (name, sql) => `${name} AS MATERIALIZED (${sql})`,
  ident,
  literal,
  values(alias, { columns, rows }) {
    const names = columns.map(([name]) => ident(name)).join(", ");
    const none = columns.map(([, type]) => `CAST(NULL AS ${types[type]})`).join(", ");
    const list = rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ");
    const from = rows.length === 0 ? `(SELECT ${none} WHERE FALSE)` : `(VALUES ${list})`;
    return `${from} AS ${alias}(${names})`;
  },
  tryInt: (text) => `TRY_CAST(${text} AS BIGINT)`,
  tryFloat: (text) => `TRY_CAST(${text} AS DOUBLE)`,
  toText: (value) => `CAST(${value} AS VARCHAR)`,
  isDistinct: (a, b) => `${a} IS DISTINCT FROM ${b}`,

  startsWith: (text, prefix) => `starts_with(${text}, ${prefix})`,
  contains: (text, part) => `contains(${text}, ${part})`,
  substring: (text, from, length) => `substring(${text}, ${from}, ${length})`,
  splitPart: (text, separator, index) =>
    `split_part(${text}, ${literal(separator)}, ${String(index)})`,
  like(text, pieces) {
    const pattern = pieces.map((piece) => piece.replaceAll(/[%_!]/g, "!$&")).join("%");
    return `${text} LIKE ${literal(pattern)} ESCAPE '!'`;
  },
  matches: (text, pattern) => `regexp_matches(${text}, ${literal(pattern)})`,
  extract: (text, pattern, group) =>
    `nullif(regexp_extract(${text}, ${literal(pattern)}, ${String(group)}), '')`,
  fingerprint: (text) => `hash(${text})`,
  replaceMatches: (text, pattern, by) =>
    `regexp_replace(${text}, ${literal(pattern)}, ${literal(by)}, 'g')`,
  urlDecode: (text) => `url_decode(${text})`,
  mapValue: (map, key) => `${map}[${literal(key)}]`,
  mapJson: (map) => `CAST(to_json(${map}) AS VARCHAR)`,

  intDiv: (a, b) => `(${a} // ${b})`,
  random: () => "random()",

  epoch: (time) => `(epoch_us(${time}) // 1000000)`,
  epochMicros: (time) => `epoch_us(${time})`,
  clockEpoch: (time, zone) => `(epoch_us(${localOf(time, zone)}) // 1000000)`,
  fromEpoch: (seconds) => `make_timestamp((${seconds}) * 1000000)`,
  addSeconds: (time, seconds) => `(${time} + to_seconds(${seconds}))`,
  clockText: (time, zone, text) => `strftime(${localOf(time, zone)}, '${clocks[text]}')`,
  timeText: (time) => `CAST(${time} AS VARCHAR)`,

  approxDistinct: (value) => `approx_count_distinct(${value})`,
  quantile: (value, part) => `quantile_cont(${value}, ${String(part)})`,
  approxQuantile: (value, part) => `approx_quantile(${value}, ${String(part)})`,
  argMax: (value, by) =>
    `arg_max(${value}, (${by}, ${value})) FILTER (WHERE ${value} IS NOT NULL AND ${by} IS NOT NULL)`,
  anyValue: (value) => `any_value(${value})`,
  distinctSmall: (value) => `coalesce(bit_count(bit_or(CAST(1 AS BIGINT) << (${value}))), 0)`,
  anyTrue: (condition) => `coalesce(bool_or(${condition}), FALSE)`,
  list: (value) => `list(${value}) FILTER (WHERE ${value} IS NOT NULL)`,
  distinctList: (value) => `list(DISTINCT ${value}) FILTER (WHERE ${value} IS NOT NULL)`,
  approxTopK: (value, k) => `approx_top_k(${value}, ${String(k)})`,

  inIpv6: (address, cidr) => `(contains(${address}, ':') AND ip_in(${address}, ${literal(cidr)}))`,
};
