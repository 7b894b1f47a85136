import { BORDER } from "../expressions/escapes.js";
import type { Expression } from "../expressions/expression.js";
import {
  DEPTH,
  FRACTION,
  MARKED,
  NO_DIGITS,
  NUMBER,
  OUTER_ZEROS,
  STRING,
  SURE_DIGITS,
  TOKENS,
  TRAILING_ZEROS,
  WHOLE,
  smallNumbers,
} from "../expressions/json.js";
import { constant, one, type WriteCall } from "../expressions/writer.js";
import { literal } from "./quote.js";
import { joniPattern } from "./regex.js";

const pattern = (re2: string): string => literal(joniPattern(`(?s)${re2}`));
const whole = (re2: string): string => pattern(`\\A(?:${re2})$`);
const border = literal(BORDER);

const replaced = (text: string, re2: string, by = ""): string =>
  `regexp_replace(${text}, ${pattern(re2)}, ${literal(by)})`;
const digits = (text: string): string => replaced(replaced(text, NO_DIGITS), OUTER_ZEROS);
const isMarked = (value: string, then = ""): string =>
  `starts_with(${value}, ${literal(BORDER + then)})`;
/** The JSON of a value that is marked. */
const inner = (value: string): string => `substr(${value}, 2)`;

/** A value that stands several times in what is made of it. */
const bind = (value: string, name: string, body: string): string =>
  `element_at(transform(ARRAY[${value}], ${name} -> ${body}), 1)`;

/** A value from its JSON, whose text is bound to `t`; `whole` is its JSON in the order of the names. */
const valueOf = (json: string, ordered: string): string =>
  bind(
    `json_format(${json})`,
    "t",
    `CASE WHEN t = 'null' THEN NULL WHEN starts_with(t, '"') THEN json_extract_scalar(${json}, '$') ` +
      `WHEN starts_with(t, '{') OR starts_with(t, '[') THEN ${border} || json_format(${ordered}) ELSE t END`,
  );

/** A text that stands for no floating-point number but the one it is the shortest for. */
function marked(text: string): string {
  const shortest =
    `length(${digits("p")}) <= ${String(SURE_DIGITS)} OR ` +
    `${digits("CAST(TRY_CAST(p AS double) AS varchar)")} = ${digits("p")}`;
  const each =
    `CASE WHEN regexp_like(p, ${whole(WHOLE)}) THEN '"' || ${border} || p || '"' ` +
    `WHEN regexp_like(p, ${whole(FRACTION)}) AND (${shortest}) ` +
    `THEN '"' || ${border} || ${replaced("p", TRAILING_ZEROS, "$1")} || '"' ` +
    `WHEN regexp_like(p, ${whole(NUMBER)}) THEN '0' ELSE p END`;
  const tokens = `regexp_extract_all(${text}, ${pattern(TOKENS)})`;
  const joined = `array_join(transform(${tokens}, p -> ${each}), '')`;
  return `${border} || ${replaced(joined, "\\A[ \\t]+|[ \\t]+$")}`;
}

/** Any JSON; its objects have their names in another order, and each once. */
const parsed = (value: string): string => `try(json_parse(${inner(value)}))`;

/** The steps of a name from a column. */
const PATH = `'$["' || replace(replace(k, '\\', '\\\\'), '"', '\\"') || '"]'`;

const pairs = (value: string): string =>
  `transform_values(TRY_CAST(${parsed(value)} AS map(varchar, json)), ` +
  `(k, j) -> ${valueOf("j", `json_extract(${inner(value)}, ${PATH})`)})`;

/** Names are counted in the object's own text: what parses it leaves one of two. */
function twice(value: string): string {
  const bare = replaced(inner(value), STRING, '""');
  const own = `substr(${bare}, 2, length(${bare}) - 2)`;
  const flat = Array.from({ length: DEPTH }).reduce<string>(
    (text) => replaced(text, "\\{[^{}\\[\\]]*\\}|\\[[^{}\\[\\]]*\\]", "0"),
    own,
  );
  const names = `cardinality(TRY_CAST(${parsed(value)} AS map(varchar, json)))`;
  return `coalesce(${isMarked(value, "{")} AND regexp_count(${flat}, ':') <> ${names}, FALSE)`;
}

/** Characters beyond the first plane, which Trino writes within lists and objects as two halves. */
const halves = (text: string): string =>
  `regexp_replace(${text}, ${pattern("\\\\u(D[89AB][0-9A-F]{2})\\\\u(D[C-F][0-9A-F]{2})")}, ` +
  `m -> chr((from_base(m[1], 16) - 55296) * 1024 + from_base(m[2], 16) - 56320 + 65536))`;

const plain = (value: string): string =>
  `CASE WHEN ${isMarked(value)} THEN ${halves(replaced(inner(value), MARKED, "$1"))} ELSE ${value} END`;

/** A value as it stands among the pairs of a map. */
const shown = (value: string): string =>
  plain(
    smallNumbers((group) => `$${String(group)}`).reduce(
      (text, [from, by]) => replaced(text, from, by),
      value,
    ),
  );

/** How Trino reads JSON. */
export const jsonCalls: Readonly<Record<string, WriteCall>> = {
  json_marked: one(marked),
  json_valid: one((value) => `(${parsed(value)} IS NOT NULL)`),
  json_bare: one((value) => replaced(value, STRING, '""')),
  json_twice: one(twice),
  json_pairs: one(pairs),
  json_at: ([map, name], write) =>
    `element_at(${write(map as Expression)}, ${literal(constant(name))})`,
  json_item: ([list, index], write) => {
    const value = write(list as Expression);
    const item = `json_extract(${inner(value)}, '$[${write(index as Expression)}]')`;
    return `CASE WHEN ${isMarked(value, "[")} THEN ${valueOf(item, item)} END`;
  },
  json_plain: one(plain),
  json_rest: ([map, ...names], write) => {
    const list = names.map((name) => literal(constant(name))).join(", ");
    const rest = `map_filter(${write(map as Expression)}, (k, v) -> k NOT IN (${list}))`;
    return `transform_values(${rest}, (k, v) -> ${shown("v")})`;
  },
  json_joined: ([map, ...given], write) => {
    const parts = given.map(write);
    const [names, values] = [0, 1].map((odd) => parts.filter((_, at) => at % 2 === odd).join(", "));
    const own = `map(ARRAY[${names}], ARRAY[${values}])`;
    return `map_concat(${own}, ${write(map as Expression)})`;
  },
};
