import { unsupported } from "../dialect.js";
import {
  ASCII_UNIT,
  BORDER,
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
import { countGroups, FRACTION, IPV4_WITHIN, ZONE } from "../expressions/patterns.js";
import { isoTime, strftime, strptime, type TimeWords } from "../expressions/times.js";
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
import { trino } from "./dialect.js";
import { jsonCalls } from "./json.js";
import { joniPattern } from "./regex.js";

const { ident, literal } = trino;

const pattern = (re2: string): string => literal(joniPattern(re2.replaceAll("\\d", "[0-9]")));
const whole = (re2: string): string => pattern(`\\A(?:${re2})$`);

/** A value that stands several times in what is made of it. */
const bind = (value: string, body: (name: string) => string): string =>
  `element_at(transform(ARRAY[${value}], g -> ${body("g")}), 1)`;

/** The groups of a whole text from 1 on; NULL where it does not match. The pattern has no flags. */
function groups(text: string, source: string, count: number): string {
  const numbers = Array.from({ length: count }, (_, at) => `${BORDER}$${String(at + 1)}`);
  const replaced = `regexp_replace(${text}, ${pattern(`(?s)\\A(?:${source})$`)}, ${literal(numbers.join(""))})`;
  const found = `split(${replaced}, ${literal(BORDER)})`;
  return `element_at(transform(ARRAY[${found}], g -> CASE WHEN element_at(g, 1) = '' THEN slice(g, 2, ${String(count)}) END), 1)`;
}

const words: TimeWords = {
  groups: (text, source) => groups(text, source, countGroups(source)),
  at: (list, index) => `element_at(${list}, ${String(index)})`,
  bind,
  padLeft: (text, length) => `lpad(${text}, ${String(length)}, '0')`,
  padRight: (text, length) => `rpad(${text}, ${String(length)}, '0')`,
  lower: (text) => `lower(${text})`,
  position: (text, part) => `strpos(${text}, ${part})`,
  substring: (text, from, length) => `substr(${text}, ${String(from)}, ${String(length)})`,
  int: (text) => `TRY_CAST(${text} AS bigint)`,
  text: (number) => `CAST(${number} AS varchar)`,
  intDiv: (a, b) => `((${a}) / ${b})`,
  time: (text) => `TRY_CAST(${text} AS timestamp(6))`,
  addSeconds: (time, seconds) => `date_add('second', ${seconds}, ${time})`,
};

/** Every escape of a text as what it stands for. */
function unescaped(text: string): string {
  const singles = SINGLE.map(
    ([escape, code]) => `WHEN ${literal(escape)} THEN chr(${String(code)})`,
  ).join(" ");
  const run = `from_utf8(from_hex(replace(p, '\\x', '')))`;
  const each =
    `CASE WHEN NOT starts_with(p, '\\') THEN p WHEN regexp_like(p, ${whole(RUN)}) THEN ${run} ` +
    `WHEN regexp_like(p, ${whole(BYTE)}) THEN '\\x' || upper(substr(p, 3)) ` +
    `WHEN regexp_like(p, ${whole(ASCII_UNIT)}) THEN from_utf8(from_hex(substr(p, ${String(UNIT_BYTE)}))) ` +
    `ELSE CASE p ${singles} WHEN ${literal(NUL_UNIT)} THEN '\\x00' ELSE p END END`;
  const pieces = `regexp_extract_all(${text}, ${pattern(PIECES)})`;
  return `CASE WHEN strpos(${text}, '\\') > 0 THEN array_join(transform(${pieces}, p -> ${each}), '') ELSE ${text} END`;
}

/** Percent-decoded, NULL where that is no UTF-8; what is no escape stays. */
function urlDecoded(text: string): string {
  const bytes = `from_hex(replace(p, '%', ''))`;
  const isRun = `regexp_like(p, ${whole(PERCENT_RUN)})`;
  const pieces = `regexp_extract_all(${text}, ${pattern(PERCENT_PIECES)})`;
  return bind(
    pieces,
    (g) =>
      `CASE WHEN none_match(${g}, p -> ${isRun} AND to_utf8(from_utf8(${bytes})) <> ${bytes}) ` +
      `THEN array_join(transform(${g}, p -> CASE WHEN ${isRun} THEN from_utf8(${bytes}) ELSE p END), '') END`,
  );
}

/** All but letters, digits and `-_.~` percent-encoded. */
const urlEncoded = (text: string): string =>
  `replace(replace(replace(url_encode(${text}), '+', '%20'), '*', '%2A'), '%7E', '~')`;

/** What takes a match's place: `\1` is `$1` here, and a dollar sign stands for itself after a backslash. */
const replacement = (by: string): string =>
  literal(
    by.replaceAll(/\\(\d)|[\\$]/g, (all, group?: string) =>
      group === undefined ? `\\${all}` : `$${group}`,
    ),
  );

/** An IPv6 address, with or without its zone, or an IPv4 one; NULL for what is none. */
const address = (text: string): string =>
  `TRY_CAST(CASE WHEN strpos(${text}, '%') = 0 THEN ${text} WHEN strpos(${text}, ':') > 0 ` +
  `AND regexp_like(${text}, ${whole(`[^%]+${ZONE}`)}) THEN split_part(${text}, '%', 1) END AS ipaddress)`;

/** IPv4 that was within IPv6, of which no zone is kept. */
const MAPPED = pattern("^([0-9.]+)%.*$");

/** An IPv6 address in RFC 5952's form, or an IPv4 one within it; text that is none stays. */
const foldedIp = (text: string): string =>
  bind(
    `regexp_replace(regexp_replace(${text}, '\\A\\[(.*)\\]\\z', '$1'), ${whole(IPV4_WITHIN)}, '$1')`,
    (g) =>
      `coalesce(regexp_replace(CAST(${address(g)} AS varchar) || coalesce(regexp_extract(${g}, ${pattern(`${ZONE}$`)}), ''), ${MAPPED}, '$1'), ${g})`,
  );

/** The /48 of an IPv6 address, the /24 of an IPv4 one. */
const networkOf = (text: string): string =>
  bind(
    `CAST(${address(text)} AS varbinary)`,
    (g) =>
      `CASE WHEN substr(${g}, 1, 12) = X'00000000000000000000ffff' ` +
      `THEN CAST(CAST(substr(${g}, 1, 15) || X'00' AS ipaddress) AS varchar) || '/24' ` +
      `ELSE CAST(CAST(substr(${g}, 1, 6) || X'00000000000000000000' AS ipaddress) AS varchar) || '/48' END`,
  );

const DECIMAL = "[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]+)?";

const types: Readonly<Record<string, string>> = {
  VARCHAR: "varchar",
  BIGINT: "bigint",
  DOUBLE: "double",
  TIMESTAMP: "timestamp(6)",
};

/** Whether a text is one of these; a day is its first instant. */
const DATES = new Set(["TIMESTAMP", "TIMESTAMPTZ", "DATE"]);

const cast: ExpressionWords["cast"] = (value, type, isTry, write) => {
  const inner = write(value);
  if (isTry && type === "DOUBLE") {
    return `CASE WHEN regexp_like(${inner}, ${whole(DECIMAL)}) THEN TRY_CAST(${inner} AS double) END`;
  }
  if (isTry && DATES.has(type)) return isoTime(words, inner);
  if (isTry && type === "TIME") return isoTime(words, `'2000-01-01 ' || ${inner}`);
  if (isTry && type === "BIGINT" && !isNumber(value)) {
    const rounded = `CASE WHEN regexp_like(${inner}, ${whole(FRACTION)}) THEN CAST(round(CAST(${inner} AS double)) AS bigint) END`;
    return `coalesce(TRY_CAST(${inner} AS bigint), ${rounded})`;
  }
  if (type === "DOUBLE[]") return `transform(${inner}, x -> CAST(x AS double))`;
  if (type === "MAP(VARCHAR,VARCHAR)") {
    return value.is === "call" ? inner : `CAST(${inner} AS map(varchar, varchar))`;
  }
  const own = types[type] ?? unsupported(`Trino has no words for the type ${type}`)();
  return `${isTry ? "TRY_CAST" : "CAST"}(${inner} AS ${own})`;
};

const trim =
  (side: "BOTH" | "LEADING" | "TRAILING"): WriteCall =>
  ([text, characters], write) =>
    `trim(${side} ${characters === undefined ? "' '" : write(characters)} FROM ${write(text as Expression)})`;

const extract = matching((text, source, [group], write) => {
  const number = group === undefined ? "0" : write(group);
  return `regexp_extract(${text}, ${pattern(source)}, ${number})`;
});

const calls: Readonly<Record<string, WriteCall>> = {
  ...jsonCalls,
  coalesce: named("coalesce"),
  nullif: named("nullif"),
  abs: named("abs"),
  floor: named("floor"),
  round: named("round"),
  isfinite: named("is_finite"),
  replace: named("replace"),
  substr: named("substr"),
  strpos: named("strpos"),
  starts_with: named("starts_with"),
  ends_with: two((text, end) => `(substr(${text}, -length(${end})) = ${end})`),
  contains: two((text, part) => `(strpos(${text}, ${part}) > 0)`),
  left: two((text, length) => `substr(${text}, 1, ${length})`),
  length: named("length"),
  strlen: one((text) => `length(to_utf8(${text}))`),
  lower: named("lower"),
  trim: trim("BOTH"),
  ltrim: trim("LEADING"),
  rtrim: trim("TRAILING"),
  // NULL and not '' beyond the last part: to the formats both are no value.
  split_part: ([text, separator, index], write) =>
    `element_at(split(${write(text as Expression)}, ${write(separator as Expression)}), ${write(index as Expression)})`,
  string_split: named("split"),
  array_to_string: named("array_join"),
  len: named("cardinality"),
  list_slice([list, from, to], write) {
    const [first, last] = [write(from as Expression), write(to as Expression)];
    return `slice(${write(list as Expression)}, ${first}, greatest(${last} - ${first} + 1, 0))`;
  },
  list_sum: one((list) =>
    bind(
      list,
      (g) => `CASE WHEN cardinality(${g}) > 0 THEN reduce(${g}, 0e0, (s, x) -> s + x, s -> s) END`,
    ),
  ),
  regexp_matches: matching((text, source) => `regexp_like(${text}, ${pattern(source)})`),
  regexp_full_match: matching((text, source) => `regexp_like(${text}, ${whole(source)})`),
  // NULL and not '' where nothing matches.
  regexp_extract: extract,
  regexp_extract_all: matching((text, source) => `regexp_extract_all(${text}, ${pattern(source)})`),
  regexp_replace: matching((text, source, [by]) => {
    if (!source.startsWith("^") && !source.endsWith("$")) {
      unsupported(`Trino replaces every match of ${source}, and not the first alone`)();
    }
    return `regexp_replace(${text}, ${pattern(source)}, ${replacement(constant(by))})`;
  }),
  count_matches: matching((text, source) => `regexp_count(${text}, ${pattern(source)})`),
  groups: matching((text, source) => groups(text, source, countGroups(source))),
  unescaped: one(unescaped),
  // The mark and the return are parts of the file; no engine carries NUL safely.
  plain_text: one(
    (line) => `replace(regexp_replace(${line}, '\\A\\x{FEFF}+|\\r\\z', ''), chr(0), '\\x00')`,
  ),
  // What the engine could not read as UTF-8 it has replaced already.
  is_text: one((text) => `(strpos(${text}, chr(65533)) = 0)`),
  url_decode: one(urlDecoded),
  url_encode: one(urlEncoded),
  try: one((value) => `try(${value})`),
  fold_ip: one(foldedIp),
  net_of: one(networkOf),
  // Times are UTC: those with a zone were brought there when they were read.
  in_log_zone: one((time) => time),
  try_strptime([text, notation], write) {
    return strptime(words, write(text as Expression), constant(notation));
  },
  strftime: ([time, notation], write) =>
    strftime(words, `CAST(${write(time as Expression)} AS varchar)`, constant(notation)),
  epoch_us: one((time) => time),
  make_timestamp([value], write) {
    const inner = write(value as Expression);
    if (value?.is === "call" && value.name === "epoch_us") return inner;
    return `CAST(try(from_unixtime_nanos(CAST(${inner} AS decimal(38, 0)) * 1000)) AS timestamp(6))`;
  },
  epoch: one((time) => `to_unixtime(with_timezone(${time}, 'UTC'))`),
  json_object(args, write) {
    const parts = args.map(write);
    const [names, values] = [0, 1].map((odd) => parts.filter((_, at) => at % 2 === odd));
    return `map(ARRAY[${names?.join(", ") ?? ""}], ARRAY[${values?.map((value) => `CAST(${value} AS varchar)`).join(", ") ?? ""}])`;
  },
};

/** How Trino, and Athena, says the expressions of formats. */
export const trinoExpressions: ExpressionWords = {
  name: "Trino",
  ident,
  text: literal,
  time: (value) => `TIMESTAMP '${/^\d{5}/.test(value) ? "+" : ""}${value} 00:00:00'`,
  list: (items) => `ARRAY[${items.join(", ")}]`,
  at: (list, index) => `element_at(${list}, ${index})`,
  cast,
  calls,
};
