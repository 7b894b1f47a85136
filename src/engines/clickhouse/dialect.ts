import type { ClockText, Dialect, ValueType } from "../dialect.js";
import { offsetOf } from "../zone-offset.js";
import { ident, literal } from "./quote.js";

const types: Record<ValueType, string> = {
  text: "Nullable(String)",
  int: "Nullable(Int64)",
  float: "Nullable(Float64)",
  time: "Nullable(DateTime64(6, 'UTC'))",
  bool: "Nullable(Bool)",
};

const clocks: Record<ClockText, string> = {
  minute: "%Y-%m-%d %H:%i",
  hour: "%Y-%m-%d %H:00",
  day: "%Y-%m-%d",
  hour_of_day: "%H",
  weekday: "%a",
};

const epoch = (time: string): string => `intDiv(toUnixTimestamp64Micro(${time}), 1000000)`;

/** The timestamp with which UTC shows what the zone's clock shows: fixed offsets have no name here. */
function shifted(time: string, zone: string): string {
  const offset = offsetOf(zone);
  return offset === undefined ? time : `addMinutes(${time}, ${String(offset)})`;
}

/** `.` stands for no newline, as with RE2 by itself; ClickHouse would let it. */
const pattern = (re2: string): string => literal(`(?-s)${re2}`);

/** ClickHouse; a session needs the settings of `clickhouseSettings`. */
export const clickhouse: Dialect = {
  name: "ClickHouse",
  shared: (name, sql) => `${name} AS (${sql})`,
  ident,
  literal,
  values(alias, { columns, rows }) {
    const structure = columns.map(([name, type]) => `${ident(name)} ${types[type]}`).join(", ");
    const list = rows.map((row) => `(${row.map(literal).join(", ")})`);
    const none = columns.map(([name, type]) => `CAST(NULL AS ${types[type]}) AS ${ident(name)}`);
    if (rows.length === 0) return `(SELECT ${none.join(", ")} WHERE FALSE) AS ${alias}`;
    return `values(${[literal(structure), ...list].join(", ")}) AS ${alias}`;
  },
  tryInt: (text) => `toInt64OrNull(${text})`,
  tryFloat: (text) => `toFloat64OrNull(${text})`,
  toText: (value) => `toString(${value})`,
  isDistinct: (a, b) => `NOT coalesce(${a} = ${b}, ${a} IS NULL AND ${b} IS NULL)`,

  startsWith: (text, prefix) => `startsWith(${text}, ${prefix})`,
  contains: (text, part) => `(position(${text}, ${part}) > 0)`,
  substring: (text, from, length) => `substringUTF8(${text}, ${from}, ${length})`,
  splitPart: (text, separator, index) =>
    `arrayElement(splitByString(${literal(separator)}, assumeNotNull(${text})), ${String(index)})`,
  like(text, pieces) {
    const escaped = pieces.map((piece) => piece.replaceAll(/[%_\\]/g, "\\$&")).join("%");
    return `${text} LIKE ${literal(escaped)}`;
  },
  matches: (text, re2) => `match(${text}, ${pattern(re2)})`,
  extract: (text, re2, group) =>
    `nullif(regexpExtract(${text}, ${pattern(re2)}, ${String(group)}), '')`,
  fingerprint: (text) => `sipHash64(${text})`,
  replaceMatches: (text, re2, by) => `replaceRegexpAll(${text}, ${pattern(re2)}, ${literal(by)})`,
  urlDecode: (text) => `decodeURLComponent(${text})`,
  mapValue: (map, key) => `${map}[${literal(key)}]`,
  mapJson: (map) => `toJSONString(${map})`,

  intDiv: (a, b) => `intDiv(${a}, ${b})`,
  random: () => "randCanonical()",

  epoch,
  epochMicros: (time) => `toUnixTimestamp64Micro(${time})`,
  clockEpoch(time, zone) {
    if (zone === "UTC") return epoch(time);
    if (offsetOf(zone) !== undefined) return epoch(shifted(time, zone));
    return `(${epoch(time)} + timeZoneOffset(toTimeZone(${time}, ${literal(zone)})))`;
  },
  fromEpoch: (seconds) => `fromUnixTimestamp64Micro(toInt64((${seconds}) * 1000000), 'UTC')`,
  addSeconds: (time, seconds) => `addSeconds(${time}, ${seconds})`,
  clockText(time, zone, text) {
    const named = offsetOf(zone) === undefined ? zone : "UTC";
    return `formatDateTime(${shifted(time, zone)}, '${clocks[text]}', ${literal(named)})`;
  },
  timeText: (time) => `toString(${time})`,

  approxDistinct: (value) => `uniq(${value})`,
  quantile: (value, part) => `quantileExactInclusive(${String(part)})(${value})`,
  approxQuantile: (value, part) => `quantileTDigest(${String(part)})(${value})`,
  argMax: (value, by) =>
    `argMax(${value}, (${by}, ${value})) FILTER (WHERE ${value} IS NOT NULL AND ${by} IS NOT NULL)`,
  anyValue: (value) => `any(${value})`,
  distinctSmall: (value) => `bitCount(groupBitOr(bitShiftLeft(toUInt64(1), ${value})))`,
  anyTrue: (condition) => `(countIf(${condition}) > 0)`,
  list: (value) => `groupArray(${value})`,
  distinctList: (value) => `groupUniqArray(${value})`,
  approxTopK: (value, k) => `topK(${String(k)})(${value})`,

  inIpv6: (address, cidr) =>
    `if(isIPv6String(assumeNotNull(${address})) AND ${address} IS NOT NULL, isIPAddressInRange(assumeNotNull(${address}), ${literal(cidr)}), FALSE)`,
};
