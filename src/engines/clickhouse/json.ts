import { BORDER } from "../expressions/escapes.js";
import {
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
import type { Expression } from "../expressions/expression.js";
import { constant, one, type WriteCall } from "../expressions/writer.js";
import { literal } from "./quote.js";

const pattern = (re2: string): string => literal(`(?s)${re2}`);
const whole = (re2: string): string => pattern(`^(?:${re2})$`);
const border = literal(BORDER);

const replaced = (text: string, re2: string, by = ""): string =>
  `replaceRegexpAll(${text}, ${pattern(re2)}, ${literal(by)})`;
const digits = (text: string): string => replaced(replaced(text, NO_DIGITS), OUTER_ZEROS);
const isMarked = (value: string, then = ""): string =>
  `startsWith(${value}, ${literal(BORDER + then)})`;
/** The JSON of a value that is marked. */
const inner = (value: string): string => `substringUTF8(${value}, 2)`;

/** A value of the JSON of one, as the engine writes it. */
const valueOf = (json: string): string =>
  `multiIf(${json} IN ('null', ''), NULL, startsWith(${json}, '"'), JSONExtractString(${json}), ` +
  `match(${json}, '^[{\\\\[]'), concat(${border}, ${json}), ${json})`;

function marked(text: string): string {
  const shortest =
    `length(${digits("p")}) <= ${String(SURE_DIGITS)} OR ` +
    `${digits("toString(toFloat64OrZero(p))")} = ${digits("p")}`;
  const quoted = (n: string): string => `concat('"', ${border}, ${n}, '"')`;
  const each =
    `multiIf(match(p, ${whole(WHOLE)}), ${quoted("p")}, match(p, ${whole(FRACTION)}) AND (${shortest}), ` +
    `${quoted(`replaceRegexpOne(p, ${pattern(TRAILING_ZEROS)}, '\\\\1')`)}, match(p, ${whole(NUMBER)}), '0', p)`;
  const tokens = `extractAll(ifNull(${text}, ''), ${pattern(TOKENS)})`;
  return `concat(${border}, trim(BOTH ' \\t' FROM arrayStringConcat(arrayMap(p -> ${each}, ${tokens}))))`;
}

const pairs = (value: string): string =>
  `arrayMap(g -> mapFromArrays(arrayMap(p -> p.1, g), arrayMap(p -> ${valueOf("p.2")}, g)), ` +
  `[JSONExtractKeysAndValuesRaw(${inner(`ifNull(${value}, '')`)})])[1]`;

const plain = (value: string): string =>
  `if(${isMarked(value)}, ${replaced(inner(value), MARKED, "\\1")}, ${value})`;

/** A value as it stands among the pairs of a map. */
const shown = (value: string): string =>
  plain(
    smallNumbers((group) => `\\${String(group)}`).reduce(
      (text, [from, by]) => replaced(text, from, by),
      value,
    ),
  );

/** How ClickHouse reads JSON. */
export const jsonCalls: Readonly<Record<string, WriteCall>> = {
  json_marked: one(marked),
  json_valid: one((value) => `(isValidJSON(${inner(`ifNull(${value}, '')`)}) = 1)`),
  json_bare: one((value) => replaced(`ifNull(${value}, '')`, STRING, '""')),
  json_twice: one((value) => {
    const names = `JSONExtractKeys(${inner(`ifNull(${value}, '')`)})`;
    return `(length(${names}) > length(arrayDistinct(${names})))`;
  }),
  json_pairs: one(pairs),
  json_at: ([map, name], write) => `${write(map as Expression)}[${literal(constant(name))}]`,
  json_item: ([list, index], write) => {
    const value = write(list as Expression);
    const items = `JSONExtractArrayRaw(${inner(`ifNull(${value}, '')`)})`;
    return `if(${isMarked(value, "[")}, arrayMap(g -> ${valueOf("g")}, [${items}[${write(index as Expression)} + 1]])[1], NULL)`;
  },
  json_plain: one(plain),
  json_rest: ([map, ...names], write) => {
    const list = names.map((name) => literal(constant(name))).join(", ");
    const rest = `mapFilter((k, v) -> k NOT IN (${list}), ${write(map as Expression)})`;
    return `mapApply((k, v) -> (k, ${shown("v")}), ${rest})`;
  },
  json_joined: ([map, ...given], write) =>
    `mapConcat(map(${given.map(write).join(", ")}), ${write(map as Expression)})`,
};
