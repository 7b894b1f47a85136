import type { Dialect } from "../engines/dialect.js";
import { embedded } from "../engines/embedded.js";
import type { ColumnType } from "../formats/record.js";
import { nearest } from "../outputs/nearest.js";
import {
  badWhere,
  type Condition,
  type Operator,
  type Where,
  type WhereValue,
} from "./where-ast.js";
import { addressText, likeAddress, parseNetwork } from "./where-ip.js";
import {
  badValue,
  decimal,
  EXAMPLE,
  KIND,
  MOST_INT,
  plainText,
  timeWindow,
  wholeNumber,
  type Bound,
  type WhereOptions,
} from "./where-value.js";

/**
 * The SQL of filters that must all hold, for use after WHERE, alone or beside AND. A row whose field
 * is missing is kept by `!=` and `!~`, and by no other comparison. An unknown field or a value of the wrong type is a Problem. Without filters
 * it is TRUE.
 *
 * `method!=GET` → `"method" IS DISTINCT FROM 'GET'`
 */
export function whereSql(
  filters: Where | readonly Where[],
  columns: ReadonlyMap<string, ColumnType>,
  options: WhereOptions = {},
): string {
  const { dialect = embedded } = options;
  const list: readonly Where[] = "conditions" in filters ? [filters] : filters;
  const parts = list.flatMap((where) =>
    where.conditions.map((condition) => {
      const place = columnOf(where, condition, columns, dialect);
      const bound = { where, condition, options, dialect, ...place };
      return writers[condition.operator](bound);
    }),
  );
  return parts.length === 0 ? "TRUE" : parts.join(" AND ");
}

/**
 * The columns that a filter reads; of `extra.NAME` the column `extra`. Unknown fields are a Problem.
 */
export function whereColumns(where: Where, columns: ReadonlyMap<string, ColumnType>): string[] {
  return where.conditions.map((condition) => columnOf(where, condition, columns, embedded).name);
}

const writers: Record<Operator, (bound: Bound) => string> = {
  "=": (bound) => anyOf(bound).sql,
  "!=": noneOf,
  "~": matches,
  "!~": (bound) => not(matches(bound)),
  "<": (bound) => compared(bound, "<"),
  "<=": (bound) => compared(bound, "<="),
  ">": (bound) => compared(bound, ">"),
  ">=": (bound) => compared(bound, ">="),
};

/** True also where the field is missing; without IS NOT TRUE, which not every engine has. */
const not = (sql: string): string => `NOT coalesce(${sql}, FALSE)`;

function columnOf(
  where: Where,
  { field }: Condition,
  columns: ReadonlyMap<string, ColumnType>,
  dialect: Dialect,
): { name: string; column: string; type: Exclude<ColumnType, "map"> } {
  const { name } = field;
  const type = columns.get(name);
  if (type !== undefined && type !== "map") return { name, column: dialect.ident(name), type };
  const [map = "", ...key] = field.name.split(".");
  if (key.length > 0 && columns.get(map) === "map") {
    const column = dialect.mapValue(dialect.ident(map), key.join("."));
    return { name: map, column, type: "text" };
  }
  if (type === "map") {
    throw badWhere(where.text, field, {
      code: "where-field-unknown",
      what: `"${field.name}" holds many fields`,
      help: `name one of them, as in ${field.name}.NAME=VALUE`,
    });
  }
  const near = nearest(field.name, columns.keys());
  const guess = near === undefined ? "" : `did you mean ${near}? `;
  throw badWhere(where.text, field, {
    code: "where-field-unknown",
    what: `there is no field "${field.name}"`,
    help: `${guess}the fields are ${[...columns.keys()].join(", ")}`,
  });
}

/** `only` is the one value when there is nothing but a comparison with it. */
function anyOf(bound: Bound): { sql: string; only?: string } {
  const { column, condition } = bound;
  if (condition.values.length === 0) return { sql: `${column} IS NULL` };
  const tests = condition.values.map((value) => equal[bound.type](bound, value));
  const exact = tests.flatMap((test) => ("is" in test ? [test.is] : []));
  const others = tests.flatMap((test) => ("sql" in test ? [test.sql] : []));
  const [only] = exact;
  if (only !== undefined && tests.length === 1) return { sql: `${column} = ${only}`, only };
  const all = exact.length === 0 ? others : [`${column} IN (${exact.join(", ")})`, ...others];
  return { sql: all.length === 1 ? (all[0] ?? "") : `(${all.join(" OR ")})` };
}

function noneOf(bound: Bound): string {
  const { column, condition } = bound;
  if (condition.values.length === 0) return `${column} IS NOT NULL`;
  const { sql, only } = anyOf(bound);
  return only === undefined ? not(sql) : bound.dialect.isDistinct(column, only);
}

/** Equal to one value, or any other SQL that is true of what was asked for. */
type Test = { is: string } | { sql: string };

const equal: Record<Bound["type"], (bound: Bound, value: WhereValue) => Test> = {
  text(bound, value) {
    return like(bound, value) ?? { is: bound.dialect.literal(value.pieces[0]) };
  },
  ip(bound, value) {
    const { column, dialect } = bound;
    const [text] = value.pieces;
    const pattern = like(bound, value);
    if (pattern !== undefined) return pattern;
    const network = parseNetwork(text);
    if (network?.kind === "ipv4") return { sql: inIpv4(bound, network.first, network.last) };
    if (network !== undefined) {
      return { sql: dialect.inIpv6(column, network.cidr) };
    }
    const address = addressText(text);
    if (address === undefined && !value.quoted && likeAddress(text)) {
      throw badValue(bound, value, text.includes("/") ? "a block of addresses" : "an address");
    }
    return { is: dialect.literal(address ?? text) };
  },
  int(bound, value) {
    const text = plainText(bound, value);
    const [, digits, places] = /^(\d{1,17})(x+)$/i.exec(value.quoted ? "" : text) ?? [];
    if (digits === undefined || places === undefined) return { is: wholeNumber(bound, value) };
    const size = 10n ** BigInt(places.length);
    const first = BigInt(digits) * size;
    if (first + size > MOST_INT) throw badValue(bound, value, "a whole number");
    const { literal } = bound.dialect;
    const last = literal(first + size - 1n);
    return { sql: `${bound.column} BETWEEN ${literal(first)} AND ${last}` };
  },
  float: (bound, value) => ({ is: decimal(bound, value) }),
  time(bound, value) {
    const { since, until } = timeWindow(bound, value);
    const { literal } = bound.dialect;
    const parts = [
      ...(since === undefined ? [] : [`${bound.column} >= ${literal(since)}`]),
      ...(until === undefined ? [] : [`${bound.column} < ${literal(until)}`]),
    ];
    return { sql: `(${parts.join(" AND ")})` };
  },
};

/** A text with wildcards; undefined when it has none. */
function like({ column, dialect }: Bound, { pieces }: WhereValue): { sql: string } | undefined {
  return pieces.length === 1 ? undefined : { sql: dialect.like(column, pieces) };
}

/** Four numbers up to 255 without leading zeros; nothing else is an IPv4 address in a row. */
const IPV4 = String.raw`^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.|$)){4}$`;

/**
 * An address as a number between two others. The octets that both have in common are compared as text
 * first: that is twenty times faster and leaves few rows for the arithmetic.
 */
function inIpv4({ column, dialect }: Bound, first: number, last: number): string {
  const { literal } = dialect;
  const weights = [16_777_216, 65_536, 256, 1];
  const octets = (n: number): number[] => weights.map((weight) => Math.floor(n / weight) % 256);
  const ends = octets(last);
  const differing = octets(first).findIndex((octet, at) => octet !== ends[at]);
  const common = ends.slice(0, differing < 0 ? 3 : differing).map((octet) => `${String(octet)}.`);
  const number = weights
    .map((weight, at) => {
      const part = dialect.tryInt(dialect.splitPart(column, ".", at + 1));
      return `${part} * ${String(weight)}`;
    })
    .join(" + ");
  const tests = [
    ...(common.length === 0 ? [] : [dialect.startsWith(column, literal(common.join("")))]),
    `${number} BETWEEN ${literal(first)} AND ${literal(last)}`,
    dialect.matches(column, IPV4),
  ];
  return `(${tests.join(" AND ")})`;
}

function matches({ column, condition, dialect, type, where }: Bound): string {
  if (type !== "text" && type !== "ip") {
    throw badWhere(where.text, condition, {
      code: "where-value",
      what: `a regular expression searches text, and ${condition.field.name} is ${KIND[type]}`,
      help: EXAMPLE[type](condition.field.name),
    });
  }
  const [pattern] = condition.values[0]?.pieces ?? [""];
  return dialect.matches(column, pattern);
}

function compared(bound: Bound, operator: "<" | "<=" | ">" | ">="): string {
  const { column, condition, dialect, type, where } = bound;
  const [value] = condition.values;
  if (value === undefined || type === "text" || type === "ip") {
    throw badWhere(where.text, condition, {
      code: "where-value",
      what: `"${operator}" compares numbers and times, and ${condition.field.name} is ${KIND[type]}`,
      help: EXAMPLE[type](condition.field.name),
    });
  }
  if (type !== "time") {
    const number = type === "int" ? wholeNumber(bound, value) : decimal(bound, value);
    return `${column} ${operator} ${number}`;
  }
  const { since, until = since } = timeWindow(bound, value);
  // After a unit means after all of it, up to a unit means with all of it.
  const edges = { "<": since, "<=": until, ">": until, ">=": since } as const;
  const edge = edges[operator];
  if (edge === undefined) throw badValue(bound, value, "one time");
  return `${column} ${operator.startsWith("<") ? "<" : ">="} ${dialect.literal(edge)}`;
}
