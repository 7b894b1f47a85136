import { columnSqlTypes } from "../../engines/duckdb/column-types.js";
import { ident, literal } from "../../engines/sql.js";
import { present, type Target } from "../kinds/kind.js";
import type { Field } from "../layout.js";
import { record } from "../record.js";

/** A column that the user derives from another by a regular expression's first group. */
export interface Derivation {
  readonly name: string;
  readonly from: string;
  readonly regex: string;
}

/** What the record's columns are made of: typed cells `t1…tn` of the slots, raw cells `c1…cn`. */
export type Sources = Map<string, string>;

type Sql = (typed: string) => string;

/**
 * Which slots fill which column, as SQL over cells and typed values: the one of the highest rank,
 * and where a line has nothing there the next. `has` tells the slots that a line can have at all.
 */
export function columnSources(
  slots: readonly Field[],
  has: (slot: Field) => boolean = () => true,
): Sources {
  const sources: Sources = new Map();
  for (const [column, claims] of claimsOf(slots)) {
    const filled = claims.filter(({ index }) => has(slots[index] as Field));
    const parts = (filled.length > 0 ? filled : claims).map(({ sql }) => sql);
    sources.set(
      column,
      parts.length === 1 ? (parts[0] as string) : `coalesce(${parts.join(", ")})`,
    );
  }
  const used = usedSlots(slots);
  const extra = slots.flatMap((slot, index) => {
    const { native, kind } = slot;
    if (!has(slot)) return [];
    if (kind.extra !== undefined) return [{ native, sql: kind.extra(`c${index}`, `t${index}`) }];
    return used.has(index) ? [] : [{ native, sql: present(`c${index}`) }];
  });
  if (extra.length > 0) {
    // Through JSON a map is made three times as fast as by the engine's own function.
    const pairs = extra.map(({ native, sql }) => `${literal(native)}, ${sql}`).join(", ");
    sources.set("extra", `CAST(json_object(${pairs}) AS MAP(VARCHAR, VARCHAR))`);
  }
  return sources;
}

/** The slots that are first to fill a column; the others are shown in `extra`. */
export const usedSlots = (slots: readonly Field[]): Set<number> =>
  new Set(
    [...claimsOf(slots).values()].flatMap((claims) =>
      claims.filter(({ rank }) => rank === claims[0]?.rank).map(({ index }) => index),
    ),
  );

interface Claim {
  readonly rank: number;
  readonly index: number;
  readonly sql: string;
}

/** Who could fill a column, the highest rank first. */
function claimsOf(slots: readonly Field[]): Map<Target, Claim[]> {
  const claims = new Map<Target, Claim[]>();
  slots.forEach(({ kind }, index) => {
    for (const [column, sql] of Object.entries(kind.columns) as [Target, Sql][]) {
      const claim = { rank: kind.rank, index, sql: sql(`t${index}`) };
      claims.set(column, [...(claims.get(column) ?? []), claim]);
    }
  });
  for (const [column, candidates] of claims) {
    claims.set(
      column,
      candidates.toSorted((a, b) => b.rank - a.rank),
    );
  }
  return claims;
}

// Squid's own scheme is cache_object, with a line below that no standard allows.
const SCHEME = "'^[A-Za-z][A-Za-z0-9+._-]*://'";
/** What follows `scheme://`. A pattern costs ten times as much as a text: it is for rare schemes. */
const afterScheme =
  "CASE WHEN starts_with(request_target, '/') THEN NULL " +
  "WHEN starts_with(request_target, 'http://') THEN substr(request_target, 8) " +
  "WHEN starts_with(request_target, 'https://') THEN substr(request_target, 9) " +
  `WHEN regexp_matches(request_target, ${SCHEME}) THEN substr(request_target, strpos(request_target, '://') + 3) END`;
const urlScheme = "left(request_target, strpos(request_target, '://') - 1)";
// A load balancer writes http://host:80- where the client sent no path.
const urlHost =
  "CASE WHEN contains(_authority, ':') THEN regexp_replace(_authority, ':[0-9]*-?$', '') ELSE nullif(_authority, '') END";
const urlPath =
  "coalesce(nullif(split_part(substr(_url, length(_authority) + 1), '?', 1), ''), " +
  "CASE WHEN _authority <> '' AND NOT ends_with(_authority, '-') THEN '/' END)";
/** What CONNECT asks for: `host:port`, no path. */
const isAuthority =
  "NOT starts_with(request_target, '/') AND regexp_full_match(request_target, '[^/?#@ ]+:[0-9]{1,5}')";

/** What one column says about another, where the format does not say it itself. */
const implied: readonly {
  column: Target;
  from: Target;
  /** What it is made from besides. */
  needs?: Target;
  sql: string;
}[] = [
  {
    column: "time",
    from: "_date",
    sql: "in_log_zone(try_cast(_date || ' ' || _time AS TIMESTAMP))",
  },
  {
    column: "time",
    from: "_instant",
    sql: "coalesce(_instant, try_cast(_utc_date || ' ' || _utc_time AS TIMESTAMP))",
  },
  {
    column: "time",
    from: "_utc_date",
    sql: "try_cast(_utc_date || ' ' || _utc_time AS TIMESTAMP)",
  },
  {
    column: "key",
    from: "_key",
    sql: "CASE WHEN operation IN ('BATCH.DELETE.OBJECT') OR starts_with(operation, 'S3.') THEN _key ELSE _key_twice END",
  },
  {
    column: "duration_ms",
    from: "_response_ms",
    sql: "round(_request_ms + _target_ms + _response_ms, 6)",
  },
  { column: "first_byte_ms", from: "_target_ms", sql: "round(_request_ms + _target_ms, 6)" },
  { column: "request_target", from: "path", sql: "path || coalesce('?' || query, '')" },
  { column: "_url", from: "request_target", sql: afterScheme },
  { column: "_authority", from: "_url", sql: "regexp_extract(_url, '^([^/?#]*)', 1)" },
  {
    column: "path",
    from: "_authority",
    // Nearly all begin with a slash: they are asked for first.
    sql: `CASE WHEN starts_with(request_target, '/') THEN string_split(request_target, '?')[1] WHEN _url IS NOT NULL THEN ${urlPath} WHEN contains(request_target, '://') OR ${isAuthority} THEN NULL ELSE nullif(split_part(request_target, '?', 1), '') END`,
  },
  {
    column: "request_target",
    from: "_target",
    sql: "coalesce(_target, CASE WHEN contains(_path, '?') THEN _path ELSE _path || coalesce('?' || _query, '') END)",
  },
  {
    column: "query",
    from: "request_target",
    sql: "CASE WHEN contains(request_target, '?') THEN nullif(substr(request_target, strpos(request_target, '?') + 1), '') END",
  },
  {
    column: "scheme",
    from: "_scheme",
    needs: "_url",
    sql: `coalesce(_scheme, CASE WHEN _url IS NOT NULL THEN ${urlScheme} END)`,
  },
  {
    column: "scheme",
    from: "_url",
    sql: `CASE WHEN _url IS NOT NULL THEN ${urlScheme} END`,
  },
  {
    column: "host",
    from: "_server_name",
    needs: "_authority",
    sql: `coalesce(${urlHost}, _server_name)`,
  },
  {
    column: "host",
    from: "_authority",
    sql: `CASE WHEN _url IS NOT NULL THEN ${urlHost} WHEN ${isAuthority} THEN regexp_replace(request_target, ':[0-9]+$', '') END`,
  },
  { column: "epoch_s", from: "time", sql: "CAST(floor(epoch(time)) AS BIGINT)" },
  {
    column: "client_net",
    from: "client_ip",
    // Of most IPv6 addresses the first three groups can be taken as they stand: none is zero at the end.
    sql:
      "CASE WHEN contains(client_ip, ':') THEN coalesce(nullif(" +
      "regexp_extract(client_ip, '^([0-9a-f]+:[0-9a-f]+:[1-9a-f][0-9a-f]*)(?:(?::[0-9a-f]{1,4}){5}|(?::[0-9a-f]{1,4}){0,3}::[0-9a-f:]*)$', 1), '') || '::/48', net_of(client_ip)) " +
      "ELSE nullif(regexp_extract(client_ip, '^([0-9]+[.][0-9]+[.][0-9]+[.])[0-9]+$', 1), '') || '0/24' END",
  },
];

/** What a request target may say as well, where a line has no such field of its own. */
const alsoImplied: ReadonlySet<string> = new Set(["scheme", "host", "path", "query"]);

/** A column as the line has it, before what the request target says is filled in. */
const logged = (column: string): string => ident(`_logged_${column}`);

/**
 * Stages after the record's own cells: implied columns, then the user's, then the final list.
 * Columns nobody asks for are never computed: the engine drops them.
 */
export function recordStages(
  sources: Sources,
  constants: ReadonlyMap<string, string>,
  derivations: readonly Derivation[],
): { stages: string[][]; columns: Map<string, string> } {
  const completed = sources.has("request_target")
    ? new Set([...sources.keys()].filter((name) => alsoImplied.has(name)))
    : new Set<string>();
  const own = [...sources, ...constants].map(([name, sql]) =>
    completed.has(name) ? `${sql} AS ${logged(name)}` : `${sql} AS ${ident(name)}`,
  );
  const known = new Set<string>(
    [...sources.keys(), ...constants.keys()].filter((name) => !completed.has(name)),
  );
  const stages: string[][] = [own];
  for (let more = true; more;) {
    const open = implied.filter(
      ({ column, from, needs = from }) => !known.has(column) && known.has(from) && known.has(needs),
    );
    const stage = open.filter(
      ({ column }, index) => open.findIndex((earlier) => earlier.column === column) === index,
    );
    stages.push(
      stage.map(({ column, sql }) => {
        const value = completed.has(column) ? `coalesce(${logged(column)}, ${sql})` : sql;
        return `${value} AS ${ident(column)}`;
      }),
    );
    stage.forEach(({ column }) => known.add(column));
    more = stage.length > 0;
  }
  const columns = new Map<string, string>();
  for (const [name, { type }] of Object.entries(record)) {
    const sqlType = columnSqlTypes[type];
    columns.set(
      name,
      known.has(name) ? `CAST(${ident(name)} AS ${sqlType})` : `CAST(NULL AS ${sqlType})`,
    );
  }
  for (const { name, from, regex } of derivations) {
    const value = columns.get(from) ?? ident(from);
    columns.set(name, `nullif(regexp_extract(${value}, ${literal(regex)}, 1), '')`);
  }
  return { stages: stages.filter((stage) => stage.length > 0), columns };
}
