import { unsupported } from "../dialect.js";
import {
  ASCII_UNIT,
  BYTE,
  NUL_UNIT,
  PERCENT_PIECES,
  PERCENT_RUN,
  PIECES,
  RUN,
  SINGLE,
  UNIT_BYTE,
} from "../expressions/escapes.js";
import type { Expression } from "../expressions/expression.js";
import { isoTime, strftime, strptime, type TimeWords } from "../expressions/times.js";
import { FRACTION, IPV4_WITHIN, ZONE } from "../expressions/patterns.js";
import {
  constant,
  isNumber,
  matching,
  named,
  one,
  two,
  type ExpressionWords,
  type WriteCall,
} from "../expressions/writer.js";
import { clickhouse } from "./dialect.js";
import { jsonCalls } from "./json.js";

const { ident, literal } = clickhouse;

/** `.` stands for no newline unless the pattern says so; `\d` is the same in all. */
const pattern = (re2: string): string => literal(`(?-s)${re2}`);
const whole = (re2: string): string => pattern(`^(?:${re2})$`);

/** Lists are never NULL here: an empty one stands for it. */
const filled = (text: string): string => `ifNull(${text}, '')`;

/** A value that stands several times in what is made of it. */
const bind = (value: string, body: (name: string) => string): string =>
  `arrayMap(g -> ${body("g")}, [${value}])[1]`;

const groups = (text: string, source: string): string =>
  `extractGroups(${filled(text)}, ${literal(`(?s)^(?:${source})$`)})`;

const words: TimeWords = {
  groups,
  at: (list, index) => `${list}[${String(index)}]`,
  bind,
  padLeft: (text, length) => `leftPad(${text}, ${String(length)}, '0')`,
  padRight: (text, length) => `rightPad(${text}, ${String(length)}, '0')`,
  lower: (text) => `lower(${text})`,
  position: (text, part) => `position(${text}, ${part})`,
  substring: (text, from, length) => `substring(${text}, ${String(from)}, ${String(length)})`,
  int: (text) => `toInt64OrNull(${text})`,
  text: (number) => `toString(${number})`,
  intDiv: (a, b) => `intDiv(${a}, ${b})`,
  // A day that the calendar does not have would come out as another one.
  time: (text) =>
    bind(
      text,
      (g) =>
        `if(ifNull(toString(toDateTime64OrNull(${g}, 6, 'UTC')) = ${g}, FALSE), toDateTime64OrNull(${g}, 6, 'UTC'), NULL)`,
    ),
  addSeconds: (time, seconds) => `addSeconds(${time}, ${seconds})`,
};

function unescaped(text: string): string {
  const singles = SINGLE.map(
    ([escape, code]) => `p = ${literal(escape)}, char(${String(code)})`,
  ).join(", ");
  const each =
    `multiIf(NOT startsWith(p, '\\\\'), p, match(p, ${whole(RUN)}), unhex(replaceAll(p, '\\\\x', '')), ` +
    `match(p, ${whole(BYTE)}), concat('\\\\x', upper(substring(p, 3))), ` +
    `match(p, ${whole(ASCII_UNIT)}), unhex(substring(p, ${String(UNIT_BYTE)})), p = ${literal(NUL_UNIT)}, '\\\\x00', ${singles}, p)`;
  const pieces = `extractAll(${filled(text)}, ${literal(`(?s)${PIECES}`)})`;
  return `if(ifNull(position(${text}, '\\\\') > 0, FALSE), arrayStringConcat(arrayMap(p -> ${each}, ${pieces})), ${text})`;
}

/** Percent-decoded, NULL where that is no UTF-8; what is no escape stays. */
function urlDecoded(text: string): string {
  const isRun = `match(p, ${whole(PERCENT_RUN)})`;
  const decoded = `if(${isRun}, unhex(replaceAll(p, '%', '')), p)`;
  const pieces = `extractAll(${filled(text)}, ${literal(`(?s)${PERCENT_PIECES}`)})`;
  const joined = `arrayStringConcat(arrayMap(p -> ${decoded}, ${pieces}))`;
  return bind(joined, (g) => `if(isValidUTF8(${g}) AND ${text} IS NOT NULL, ${g}, NULL)`);
}

/** IPv4 within IPv6, as the engine writes it; of such an address no zone is kept. */
const MAPPED = "'^::ffff:([0-9.]+)(?:%.*)?$'";

const withoutZone = (address: string): string =>
  `replaceRegexpOne(${address}, ${pattern(`${ZONE}$`)}, '')`;
const zoneOf = (address: string): string => `extract(${address}, ${pattern(`${ZONE}$`)})`;

const foldedIp = (text: string): string =>
  bind(
    `replaceRegexpOne(replaceRegexpOne(${filled(text)}, '^\\\\[(.*)\\\\]$', '\\\\1'), ${whole(IPV4_WITHIN)}, '\\\\1')`,
    (g) =>
      `if(isIPv6String(${withoutZone(g)}), replaceRegexpOne(concat(${addressText(`assumeNotNull(IPv6StringToNumOrNull(${withoutZone(g)}))`)}, ${zoneOf(g)}), ${MAPPED}, '\\\\1'), ${g})`,
  );

/** `::102:304`, where the engine would write `::1.2.3.4`. */
function addressText(address: string): string {
  const group = (from: number): string =>
    `lower(replaceRegexpOne(hex(substring(${address}, ${String(from)}, 2)), '^0{1,3}', ''))`;
  return `if(match(IPv6NumToString(${address}), '^::[0-9]+[.]'), concat('::', ${group(13)}, ':', ${group(15)}), IPv6NumToString(${address}))`;
}

const networkOf = (text: string): string =>
  bind(
    withoutZone(filled(text)),
    (g) =>
      `if(isIPv6String(${g}), concat(IPv6NumToString(toFixedString(concat(substring(toString(assumeNotNull(IPv6StringToNumOrNull(${g}))), 1, 6), repeat(char(0), 10)), 16)), '/48'), NULL)`,
  );

/** Rounded, halves away from zero; the engine's own rounds them to even. */
function awayFromZero(number: string, digits = "0"): string {
  const unit = `1e${digits}`;
  return bind(number, (g) => `sign(${g}) * floor(abs(${g}) * ${unit} + 0.5) / ${unit}`);
}

const DECIMAL = "[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]+)?";

const types: Readonly<Record<string, string>> = {
  VARCHAR: "Nullable(String)",
  BIGINT: "Nullable(Int64)",
  DOUBLE: "Nullable(Float64)",
  TIMESTAMP: "Nullable(DateTime64(6, 'UTC'))",
  "MAP(VARCHAR,VARCHAR)": "Map(String, Nullable(String))",
};

/** Whether a text is one of these; a day is its first instant. */
const DATES = new Set(["TIMESTAMP", "TIMESTAMPTZ", "DATE"]);

const cast: ExpressionWords["cast"] = (value, type, isTry, write) => {
  if (type === "MAP(VARCHAR,VARCHAR)" && value.is === "word")
    return `CAST(map() AS ${types[type]})`;
  const inner = write(value);
  if (isTry && type === "BIGINT" && isNumber(value)) return `accurateCastOrNull(${inner}, 'Int64')`;
  if (isTry && type === "BIGINT") {
    const nearest = `accurateCastOrNull(${awayFromZero(`toFloat64OrNull(${inner})`)}, 'Int64')`;
    const rounded = `if(match(${filled(inner)}, ${whole(FRACTION)}), ${nearest}, NULL)`;
    return `coalesce(toInt64OrNull(${inner}), ${rounded})`;
  }
  if (isTry && type === "DOUBLE") {
    return `if(match(${filled(inner)}, ${whole(DECIMAL)}), toFloat64OrNull(${inner}), NULL)`;
  }
  if (isTry && DATES.has(type)) return isoTime(words, inner);
  if (isTry && type === "TIME") return isoTime(words, `'2000-01-01 ' || ${inner}`);
  if (type === "DOUBLE[]") return `arrayMap(x -> toFloat64(x), ${inner})`;
  const own = types[type] ?? unsupported(`ClickHouse has no words for the type ${type}`)();
  return `CAST(${inner} AS ${own})`;
};

const trim =
  (side: "BOTH" | "LEADING" | "TRAILING"): WriteCall =>
  ([text, characters], write) =>
    `trim(${side} ${characters === undefined ? "' '" : write(characters)} FROM ${write(text as Expression)})`;

/** The first and last microsecond that the engine's times have. */
const [FIRST, LAST] = ["-2208988800000000", "10413791999999999"];

const calls: Readonly<Record<string, WriteCall>> = {
  ...jsonCalls,
  coalesce: named("coalesce"),
  nullif: named("nullIf"),
  abs: named("abs"),
  floor: named("floor"),
  round: ([value, digits], write) =>
    awayFromZero(write(value as Expression), digits?.is === "number" ? digits.raw : "0"),
  isfinite: named("isFinite"),
  replace: named("replaceAll"),
  substr: named("substringUTF8"),
  strpos: named("positionUTF8"),
  starts_with: named("startsWith"),
  ends_with: named("endsWith"),
  contains: two((text, part) => `(position(${text}, ${part}) > 0)`),
  left: two((text, length) => `substringUTF8(${text}, 1, ${length})`),
  length: named("lengthUTF8"),
  strlen: named("length"),
  lower: named("lowerUTF8"),
  trim: trim("BOTH"),
  ltrim: trim("LEADING"),
  rtrim: trim("TRAILING"),
  split_part([text, separator, index], write) {
    const own = write(text as Expression);
    const parts = `splitByString(${write(separator as Expression)}, ${filled(own)})`;
    return `if(${own} IS NULL, NULL, arrayElement(${parts}, ${write(index as Expression)}))`;
  },
  string_split: two(
    (text, separator) => `if(${text} IS NULL, [], splitByString(${separator}, ${filled(text)}))`,
  ),
  array_to_string: two(
    (list, separator) => `if(empty(${list}), NULL, arrayStringConcat(${list}, ${separator}))`,
  ),
  len: named("length"),
  list_slice([list, from, to], write) {
    const [first, last] = [write(from as Expression), write(to as Expression)];
    return `arraySlice(${write(list as Expression)}, ${first}, greatest(${last} - ${first} + 1, 0))`;
  },
  list_sum: one((list) => `if(empty(${list}), NULL, arraySum(${list}))`),
  regexp_matches: matching((text, source) => `match(${text}, ${pattern(source)})`),
  regexp_full_match: matching((text, source) => `match(${text}, ${whole(source)})`),
  regexp_extract: matching(
    (text, source, [group], write) =>
      `regexpExtract(${text}, ${pattern(source)}, ${group === undefined ? "0" : write(group)})`,
  ),
  regexp_extract_all: matching((text, source) => `extractAll(${filled(text)}, ${pattern(source)})`),
  regexp_replace: matching(
    (text, source, [by], write) =>
      `replaceRegexpOne(${text}, ${pattern(source)}, ${write(by as Expression)})`,
  ),
  count_matches: matching((text, source) => `countMatches(${filled(text)}, ${pattern(source)})`),
  groups: matching((text, source) => groups(text, source)),
  unescaped: one(unescaped),
  // The mark and the return are parts of the file; no engine carries NUL safely.
  plain_text: one(
    (line) => `replaceAll(replaceRegexpAll(${line}, '^\\\\x{FEFF}+|\\\\r$', ''), '\\0', '\\\\x00')`,
  ),
  is_text: one((text) => `isValidUTF8(${filled(text)})`),
  url_decode: one(urlDecoded),
  url_encode: named("encodeURLComponent"),
  try: one((value) => value),
  fold_ip: one(foldedIp),
  net_of: one(networkOf),
  // Times are UTC: those with a zone were brought there when they were read.
  in_log_zone: one((time) => time),
  try_strptime([text, notation], write) {
    return strptime(words, write(text as Expression), constant(notation));
  },
  strftime: ([time, notation], write) =>
    strftime(words, `toString(${write(time as Expression)})`, constant(notation)),
  epoch_us: one((time) => time),
  make_timestamp([value], write) {
    const inner = write(value as Expression);
    if (value?.is === "call" && value.name === "epoch_us") return inner;
    return bind(
      inner,
      (g) =>
        `if(ifNull(${g} BETWEEN ${FIRST} AND ${LAST}, FALSE), fromUnixTimestamp64Micro(assumeNotNull(${g}), 'UTC'), NULL)`,
    );
  },
  epoch: one((time) => `(toUnixTimestamp64Micro(${time}) / 1000000)`),
  json_object(args, write) {
    const parts = args.map((arg, at) =>
      at % 2 === 0 ? write(arg) : `CAST(${write(arg)} AS Nullable(String))`,
    );
    return `map(${parts.join(", ")})`;
  },
};

/** A text that is a year of four or five digits, a month and a day, brought into the engine's range. */
const timeLiteral = (value: string): string =>
  Number.parseInt(value, 10) < 1900
    ? "toDateTime64('1900-01-01 00:00:00', 6, 'UTC')"
    : Number.parseInt(value, 10) > 2299
      ? "toDateTime64('2299-12-31 23:59:59.999999', 6, 'UTC')"
      : `toDateTime64('${value} 00:00:00', 6, 'UTC')`;

/** How ClickHouse says the expressions of formats. */
export const clickhouseExpressions: ExpressionWords = {
  name: "ClickHouse",
  ident,
  text: literal,
  time: timeLiteral,
  list: (items) => `[${items.join(", ")}]`,
  at: (list, index) => `if(length(${list}) >= ${index}, ${list}[${index}], NULL)`,
  cast,
  calls,
};
