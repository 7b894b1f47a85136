import type { Dialect } from "../../engines/dialect.js";
import { dimension } from "../fields.js";
import { whereGlob, whereRegex, whereText } from "../where-text.js";

/** One way to divide the rows, each value a possible cause. */
export interface Facet {
  readonly name: string;
  readonly columns: readonly string[];
  /** Text, NULL where the row has none. */
  readonly sql: (dialect: Dialect) => string;
  /** Facets of one chain are levels of one thing: no cause has two of them. */
  readonly chain: string;
  /** The condition as `--where` reads it; null stands for a missing value. */
  readonly where: (value: string | null) => string;
  /** Says who, so that a few of them are named. */
  readonly who?: true;
  /** There are few values: such facets are counted together. */
  readonly few?: true;
  /** SQL: whether the row has the value, where that can be asked of a number rather than of its text. */
  readonly isValue?: (value: string) => string;
  /** SQL of the column made coarse, which says as much: the least number of each range. */
  readonly coarse?: string;
}

const column = (name: string, chain = name, who?: true): Facet => ({
  name,
  columns: [name],
  sql: (dialect) => dialect.ident(name),
  chain,
  where: (value) => whereText(name, value),
  ...(who && { who }),
});

const number = (name: string, chain = name): Facet => ({
  ...column(name, chain),
  sql: (dialect) => dialect.toText(dialect.ident(name)),
  isValue: (value) => (value === "" ? `${name} IS NULL` : `${name} = ${BigInt(value)}`),
});

const few = (facet: Facet): Facet => ({ ...facet, few: true });

/** Part of a text column, cut out or made general. */
const part = (
  name: string,
  of: string,
  sql: (dialect: Dialect) => string,
  where: (value: string) => string,
  chain = of,
): Facet => ({
  name,
  columns: [of],
  sql,
  chain,
  where: (value) => (value === null ? `${of}=` : where(value)),
});

/** Ranges of a number: from one bound up to the next. */
function ranges(
  name: string,
  of: string,
  steps: readonly (readonly [below: number, label: string])[],
): Facet {
  const cases = (write: (at: number, label: string) => string): string =>
    `CASE ${steps
      .map(([below, label], at) => {
        const test = below === Infinity ? `${of} IS NOT NULL` : `${of} < ${below}`;
        return `WHEN ${test} THEN ${write(at, label)}`;
      })
      .join(" ")} END`;
  return {
    name,
    columns: [of],
    chain: name,
    few: true,
    isValue(value) {
      const at = steps.findIndex(([, label]) => label === value);
      const [from, below] = [steps[at - 1]?.[0], steps[at]?.[0] ?? Infinity];
      if (at < 0) return `${of} IS NULL`;
      const bounds = [
        ...(from === undefined ? [] : [`${of} >= ${from}`]),
        ...(below === Infinity ? [] : [`${of} < ${below}`]),
      ];
      return bounds.join(" AND ");
    },
    coarse: cases((at) => String(steps[at - 1]?.[0] ?? 0)),
    sql: (dialect) => cases((_, label) => dialect.literal(label)),
    where(value) {
      const at = steps.findIndex(([, label]) => label === value);
      const from = steps[at - 1]?.[0];
      const below = steps[at]?.[0] ?? Infinity;
      const bounds = [
        ...(from === undefined ? [] : [`${of}>=${from}`]),
        ...(below === Infinity ? [] : [`${of}<${below}`]),
      ];
      return value === null ? `${of}=` : bounds.join(" and ");
    },
  };
}

const KIB = 1024;
const MIB = KIB * 1024;

/** Long enough to be no word: a UUID, the hex of a hash, a number. */
const IDENTITY = "[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,}|[0-9]+";
const PLACEHOLDER = "{id}";

/** The usual classes are written out: a text made anew for every row costs more than all else here. */
function classOf(dialect: Dialect): string {
  const usual = ["2", "3", "4", "5"].map((one) => `WHEN ${one} THEN '${one}xx'`).join(" ");
  const any = dimension("status_class", [], "UTC", dialect).sql;
  return `CASE ${dialect.intDiv("status", "100")} ${usual} ELSE ${any} END`;
}

/** All facets; of two names for the same rows, the one that stands first is told. */
const all: readonly Facet[] = [
  column("client_ip", "client", true),
  column("key", "path"),
  column("path"),
  column("user_agent"),
  column("query", "query"),
  column("client_net", "client"),
  column("user", "user", true),
  column("requester", "requester", true),
  column("session_id", "session_id", true),
  column("owner", "client"),
  column("as_org", "client"),
  number("asn", "client"),
  column("country", "client"),
  part(
    "path_pattern",
    "path",
    (d) => d.replaceMatches("path", IDENTITY, PLACEHOLDER),
    (value) => whereRegex("path", value.split(PLACEHOLDER), `(?:${IDENTITY})`),
  ),
  part(
    "path_prefix",
    "path",
    (d) => d.extract("path", "^(/[^/]*/[^/]*)/", 1),
    (value) => whereGlob("path", [[`${value}/`, ""]]),
  ),
  part(
    "directory",
    "path",
    (d) => d.extract("path", "^(/[^/]*)", 1),
    (value) => whereGlob("path", [[value], [`${value}/`, ""]]),
  ),
  part(
    "key_prefix",
    "key",
    (d) => d.extract("key", "^([^/]*/)", 1),
    (value) => whereGlob("key", [[value, ""]]),
    "path",
  ),
  column("host"),
  number("target_port"),
  column("referrer"),
  part(
    "referrer_host",
    "referrer",
    (d) => d.extract("referrer", "^[a-z]+://([^/:]+)", 1),
    (value) => whereRegex("referrer", [value], "", ["^[a-z]+://", "(?:[/:]|$)"]),
  ),
  few(column("operation")),
  few(column("error_code", "status")),
  few(number("status")),
  ranges("duration", "duration_ms", [
    [100, "under 0.1 s"],
    [1000, "0.1 to 1 s"],
    [10_000, "1 to 10 s"],
    [60_000, "10 to 60 s"],
    [300_000, "1 to 5 min"],
    [Infinity, "5 min or longer"],
  ]),
  ranges("size", "bytes_sent", [
    [KIB, "under 1 KiB"],
    [100 * KIB, "1 to 100 KiB"],
    [10 * MIB, "100 KiB to 10 MiB"],
    [Infinity, "10 MiB or more"],
  ]),
  part(
    "query_key",
    "query",
    (d) => d.extract("query", "^([^=&]+)", 1),
    (value) => whereRegex("query", [value], "", ["^", "(?:[=&]|$)"]),
  ),
  part(
    "extension",
    "path",
    (d) => dimension("extension", [], "UTC", d).sql,
    (value) => `path~(?i)[.]${value}$`,
  ),
  part(
    "agent",
    "user_agent",
    (d) => d.extract("user_agent", "^([^/ ]+)", 1),
    (value) => whereRegex("user_agent", [value], "", ["^", "(?:[/ ]|$)"]),
  ),
  column("target_ip"),
  column("site"),
  column("bucket"),
  few(column("method")),
  few(column("tls_cipher")),
  few(column("tls_protocol")),
  few(column("protocol")),
  few(column("scheme")),
  few(column("cache_result")),
  few(column("hierarchy")),
  few(part("status_class", "status", classOf, (value) => `status=${value}`)),
  few(column("log_type")),
];

/** Facets whose names are records' columns are called so; derived columns come after those that say who. */
export function facets(derived: readonly string[]): readonly Facet[] {
  const named = new Set(all.map(({ name }) => name));
  const own = derived.filter((name) => !named.has(name)).map((name) => column(name));
  const at = all.findIndex(({ name }) => name === "owner");
  return [...all.slice(0, at), ...own, ...all.slice(at)];
}
