import type { Log } from "../analyses/stitch/side.js";
import { parseWhere } from "../analyses/where.js";
import type { Dialect } from "../engines/dialect.js";
import { RemoteEngine } from "../engines/remote.js";
import { findFormat } from "../formats/registry.js";
import { columnTypes } from "../formats/record.js";
import { Exit, Problem } from "../problems/problem.js";
import { filterSql, type Session } from "./session.js";

/** Which lines of a store are one of two logs. */
export interface SideFlags {
  readonly side: "front" | "back";
  readonly format?: string;
  readonly where?: readonly string[];
}

/** Lines of one format that pass a side's filter. */
interface Kind {
  readonly format: string;
  readonly lines: number;
  /** Some of them say what a cache did. */
  readonly isCached: boolean;
}

/** One of two logs of a store. */
export interface StoredLog extends Log {
  readonly lines: number;
}

/** Rows of a source that may be numbered. */
const MOST = 2 ** 34;

/**
 * Two logs of one store, each of one format. Where no format is named, the front is the one that says
 * what its cache did, and the back is the other one. Their rows are kept as tables, numbered in the
 * order of the lines.
 */
export async function storedLogs(
  session: Session,
  flags: { readonly front: SideFlags; readonly back: SideFlags },
  columns: readonly string[],
): Promise<{ front: StoredLog; back: StoredLog }> {
  mustKeep(session);
  const [front, back] = [await sideOf(session, flags.front), await sideOf(session, flags.back)];
  const possible =
    isOpen(front) && back.kinds.length === 1 ? without(front, back.kinds) : front.kinds;
  const cached = possible.filter(({ isCached }) => isCached);
  const before = only(front, cached.length === 1 ? cached : possible);
  const behind = only(back, isOpen(back) ? without(back, [before]) : back.kinds);
  return {
    front: await numbered(session, front, before, columns),
    back: await numbered(session, back, behind, columns),
  };
}

/** Nothing was said of its lines: they are not the other side's. */
const isOpen = ({ flags }: Side): boolean =>
  flags.format === undefined && flags.where === undefined;

const without = ({ kinds }: Side, others: readonly Kind[]): Kind[] =>
  kinds.filter(({ format }) => !others.some((other) => other.format === format));

/** A side's filter, and what passes it. */
interface Side {
  readonly flags: SideFlags;
  readonly filter: string;
  readonly kinds: readonly Kind[];
}

async function sideOf({ scope, derived }: Session, flags: SideFlags): Promise<Side> {
  const { db, dialect, covers, zone } = scope;
  const clock = { now: covers?.until ?? new Date(), zone };
  const where = (flags.where ?? []).map(parseWhere);
  const filter = [
    filterSql(where, columnTypes(derived), clock, dialect),
    ...(flags.format === undefined ? [] : [ofFormat(dialect, flags.format)]),
  ].join(" AND ");
  const rows = await db.rows(`SELECT log_type, count(*) AS many,
      count(cache_result) + count(hierarchy) AS cached
    FROM ${scope.requests} AS t WHERE ${filter} GROUP BY log_type ORDER BY log_type`);
  const kinds = rows.map((row) => ({
    format: String(row["log_type"]),
    lines: Number(row["many"]),
    isCached: Number(row["cached"]) > 0,
  }));
  return { flags, filter, kinds };
}

/** Lines read by a string of the user's own have the writer's name, which may be another format's alias. */
function ofFormat({ literal }: Dialect, name: string): string {
  const names = new Set([name, findFormat(name)?.name ?? name]);
  return `log_type IN (${[...names].map(literal).join(", ")})`;
}

/** The one format; a Problem where there are none, or several. */
function only({ flags: { side }, kinds }: Side, chosen: readonly Kind[]): Kind {
  const [kind, ...more] = chosen;
  if (kind !== undefined && more.length === 0) return kind;
  const held = kinds.map(({ format, lines }) => `${format} (${lines})`).join(", ");
  throw new Problem({
    code: "two-sources",
    what: `It is not clear which lines of the store are the ${side}'s log`,
    why: kinds.length === 0 ? "No line passes its format and filter" : `There are: ${held}`,
    help: `Name them: --front-format squid --back-format combined, or --${side}-where 'source=*edge*'`,
    exit: Exit.usage,
  });
}

async function numbered(
  { scope }: Session,
  { filter }: Side,
  { format, lines }: Kind,
  columns: readonly string[],
): Promise<StoredLog> {
  const { db, dialect } = scope;
  const rows = `(SELECT * FROM ${scope.requests} AS t
    WHERE ${filter} AND log_type = ${dialect.literal(format)})`;
  // Rotated files have one name, and each counts its own lines; engines that read raw logs count none.
  const [row] =
    await db.rows(`SELECT max(many - span) AS again FROM (SELECT source, count(*) AS many,
    max(line) - min(line) + 1 AS span FROM ${rows} AS t GROUP BY source) AS t`);
  const again = row?.["again"] ?? null;
  const order = again === null || Number(again) > 0 ? "r.time, r.line" : "r.line";
  const list = [...new Set([...columns, "source", "line"])].map((name) => dialect.ident(name));
  const kept = await db.keep(`SELECT ${list.map((name) => `r.${name}`).join(", ")},
      CAST(n.place * ${MOST} + row_number() OVER (PARTITION BY n.source ORDER BY ${order}) AS BIGINT) AS row_id
    FROM ${rows} AS r JOIN (SELECT source, row_number() OVER (ORDER BY source) AS place
      FROM (SELECT DISTINCT coalesce(source, '') AS source FROM ${rows} AS t) AS t) AS n
      ON coalesce(r.source, '') = n.source`);
  return { rows: kept, format, lines };
}

/** Stitching asks for the same rows many times, and gives rows back. */
function mustKeep({ scope: { db } }: Session): void {
  if (!(db instanceof RemoteEngine) || db.scratch !== undefined) return;
  throw new Problem({
    code: "no-scratch",
    what: "To stitch, the engine needs a place for tables of its own while it works",
    where: db.name,
    help: "Name a schema where you may create and drop tables: --engine 'trino://…?scratch=schema', on Athena 'athena://…?scratch=s3://bucket/prefix/' (docs/engines.md)",
    exit: Exit.usage,
  });
}
