import { unsupported, type ClockText, type Dialect, type ValueType } from "../dialect.js";
import { ident } from "../sql.js";
import { offsetOf } from "../zone-offset.js";
import { literal } from "./quote.js";
import { joniPattern } from "./regex.js";

const types: Record<ValueType, string> = {
  text: "varchar",
  int: "bigint",
  float: "double",
  time: "timestamp(6)",
  bool: "boolean",
};

const clocks: Record<ClockText, string> = {
  minute: "%Y-%m-%d %H:%i",
  hour: "%Y-%m-%d %H:00",
  day: "%Y-%m-%d",
  hour_of_day: "%H",
  weekday: "%a",
};

/** What the zone's clock shows at a timestamp that is UTC, as a timestamp without a zone. */
function clock(time: string, zone: string): string {
  if (zone === "UTC") return time;
  const offset = offsetOf(zone);
  if (offset !== undefined) return `date_add('minute', ${String(offset)}, ${time})`;
  return `CAST(at_timezone(with_timezone(${time}, 'UTC'), ${literal(zone)}) AS timestamp(6))`;
}

const EPOCH = "TIMESTAMP '1970-01-01 00:00:00'";
const epoch = (time: string): string => `date_diff('second', ${EPOCH}, ${time})`;

/** Trino, and Athena, which speaks the same SQL. */
export const trino: Dialect = {
  name: "Trino",
  shared: (name, sql) => `${name} AS (${sql})`,
  ident,
  literal,
  values(alias, { columns, rows }) {
    const names = columns.map(([name]) => ident(name)).join(", ");
    const casts = columns.map(
      ([name, type]) => `CAST(${ident(name)} AS ${types[type]}) AS ${ident(name)}`,
    );
    const none = `(${columns.map(() => "NULL").join(", ")})`;
    const list = rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ");
    const given = `(VALUES ${rows.length === 0 ? none : list}) AS given(${names})`;
    const which = rows.length === 0 ? " WHERE FALSE" : "";
    return `(SELECT ${casts.join(", ")} FROM ${given}${which}) AS ${alias}`;
  },
  tryInt: (text) => `TRY_CAST(${text} AS bigint)`,
  tryFloat: (text) => `TRY_CAST(${text} AS double)`,
  toText: (value) => `CAST(${value} AS varchar)`,
  isDistinct: (a, b) => `${a} IS DISTINCT FROM ${b}`,

  startsWith: (text, prefix) => `starts_with(${text}, ${prefix})`,
  contains: (text, part) => `(strpos(${text}, ${part}) > 0)`,
  substring: (text, from, length) => `substr(${text}, ${from}, ${length})`,
  splitPart: (text, separator, index) =>
    `split_part(${text}, ${literal(separator)}, ${String(index)})`,
  like(text, pieces) {
    const pattern = pieces.map((piece) => piece.replaceAll(/[%_!]/g, "!$&")).join("%");
    return `${text} LIKE ${literal(pattern)} ESCAPE '!'`;
  },
  matches: (text, pattern) => `regexp_like(${text}, ${literal(joniPattern(pattern))})`,
  extract: (text, pattern, group) =>
    `nullif(regexp_extract(${text}, ${literal(joniPattern(pattern))}, ${String(group)}), '')`,
  fingerprint: (text) => `from_big_endian_64(xxhash64(to_utf8(${text})))`,
  replaceMatches: (text, pattern, by) =>
    `regexp_replace(${text}, ${literal(joniPattern(pattern))}, ${literal(by)})`,
  urlDecode: (text) => `try(url_decode(replace(${text}, '+', '%2B')))`,
  mapValue: (map, key) => `element_at(${map}, ${literal(key)})`,
  mapJson: (map) => `json_format(CAST(${map} AS json))`,

  intDiv: (a, b) => `(${a} / ${b})`,
  random: () => "random()",

  epoch,
  // A DOUBLE of seconds is exact to a quarter of a microsecond until 2106.
  epochMicros: (time) => `CAST(round(to_unixtime(${time}) * 1e6) AS bigint)`,
  clockEpoch: (time, zone) => epoch(clock(time, zone)),
  fromEpoch: (seconds) => `date_add('second', ${seconds}, TIMESTAMP '1970-01-01 00:00:00.000000')`,
  addSeconds: (time, seconds) => `date_add('second', ${seconds}, ${time})`,
  clockText: (time, zone, text) => `date_format(${clock(time, zone)}, '${clocks[text]}')`,
  timeText: (time) => `CAST(CAST(${time} AS timestamp(6)) AS varchar)`,

  approxDistinct: (value) => `approx_distinct(${value})`,
  quantile: unsupported(
    "Trino has no exact quantile as an aggregate: rank the rows by row_number(), or take the approximate one",
  ),
  approxQuantile: (value, part) => `approx_percentile(${value}, ${String(part)})`,
  argMax: (value, by) =>
    `max_by(${value}, ROW(${by}, ${value})) FILTER (WHERE ${value} IS NOT NULL AND ${by} IS NOT NULL)`,
  anyValue: (value) => `any_value(${value})`,
  distinctSmall: (value) =>
    `coalesce(bit_count(bitwise_or_agg(CAST(power(2, ${value}) AS bigint)), 64), 0)`,
  anyTrue: (condition) => `coalesce(bool_or(${condition}), FALSE)`,
  list: (value) => `array_agg(${value}) FILTER (WHERE ${value} IS NOT NULL)`,
  distinctList: (value) => `array_agg(DISTINCT ${value}) FILTER (WHERE ${value} IS NOT NULL)`,
  approxTopK: (value, k) =>
    `map_keys(approx_most_frequent(${String(k)}, ${value}, ${String(k * 100)}))`,

  inIpv6: (address, cidr) =>
    `(strpos(${address}, ':') > 0 AND coalesce(contains(${literal(cidr)}, TRY_CAST(${address} AS ipaddress)), FALSE))`,
};
