import { isError } from "../failing.js";
import type { Facet } from "../compare/facets.js";
import { within } from "../compare/rows.js";
import type { Scope, Window } from "../scope.js";
import { binSql, type Bins } from "./bins.js";
import type { BinSeries, Cube, Kept } from "./cube.js";
import { pageFacets } from "./dimensions.js";
import { largestOf, sumsOfSides, type LargeValues, type Three, type TwoTimes } from "./largest.js";

/**
 * Requests, bytes and errors of every value of every field in every bin, kept by the engine: times of
 * whole bins are added up from these, exactly, without looking at the rows again.
 */
export interface Cells {
  readonly bins: Bins;
  readonly series: BinSeries;
  readonly facets: readonly Facet[];
  /** Of each facet: a table of cells, and one of the values, numbered in their order. */
  readonly tables: readonly FacetTables[];
  /** Every row of the log lies in it. */
  readonly window: Window;
}

interface FacetTables {
  readonly cells: string;
  readonly labels: string;
}

/**
 * One scan of two or three columns for each field that has values; fields that are parts of others are
 * made from those. Undefined where the engine keeps nothing, and where no field has a value.
 */
export async function cellsOf(
  { db, dialect, requests, window }: Scope,
  bins: Bins,
  derived: readonly string[],
): Promise<Cells | undefined> {
  if (!db.keepsTables || window === undefined) return undefined;
  const all = pageFacets(derived);
  const columns = [...new Set(all.flatMap((facet) => facet.columns))];
  const [some = {}] = await db.rows(
    `SELECT ${columns.map((name, at) => `count(${dialect.ident(name)}) AS c${at}`).join(", ")}
     FROM ${requests} WHERE time IS NOT NULL`,
  );
  const present = columns.filter((_, at) => Number(some[`c${at}`]) > 0);
  const facets = all.filter((facet) => facet.columns.every((name) => present.includes(name)));
  const [first] = present;
  if (first === undefined) return undefined;
  const tables = new Map<Facet, FacetTables>();
  let series: BinSeries | undefined;
  try {
    for (const name of present) {
      // Names that no column can have: a derived one begins with a letter.
      const field = dialect.ident(name);
      const column = await db.keep(
        `SELECT _place, ${field}, CAST(count(*) AS INTEGER) AS _n,
           CAST(coalesce(sum(bytes_sent), 0) AS DOUBLE) AS _s,
           CAST(count(*) FILTER (WHERE ${isError}) AS INTEGER) AS _e
         FROM (SELECT CAST(${binSql(bins, dialect)} AS SMALLINT) AS _place, *
           FROM ${requests} WHERE time IS NOT NULL) AS placed
         GROUP BY _place, ${field}`,
      );
      try {
        series ??= seriesOf(
          bins,
          await db.rows(
            `SELECT _place AS place, sum(_n) AS n, sum(_s) AS s, sum(_e) AS e FROM ${column} GROUP BY _place`,
          ),
        );
        for (const facet of facets.filter(({ columns: [own] }) => own === name)) {
          tables.set(facet, await tablesOf(db, column, facet.sql(dialect)));
        }
      } finally {
        await db.release(column);
      }
    }
  } catch (error) {
    await dropTables(db, [...tables.values()]).catch(() => undefined);
    throw error;
  }
  const made = facets.map((facet) => tables.get(facet) as FacetTables);
  return series && { bins, series, facets, tables: made, window };
}

/** The cells of one facet, from those of its column. */
async function tablesOf(db: Scope["db"], column: string, sql: string): Promise<FacetTables> {
  const split = await db.keep(
    `SELECT _place AS place, coalesce(${sql}, '') AS label, sum(_n) AS n, sum(_s) AS s, sum(_e) AS e
     FROM ${column} GROUP BY ALL`,
  );
  try {
    const labels = await db.keep(
      `SELECT CAST(row_number() OVER (ORDER BY label) AS INTEGER) AS id, label
       FROM (SELECT DISTINCT label FROM ${split}) AS each`,
    );
    try {
      const cells = await db.keep(
        `SELECT place, id, CAST(n AS INTEGER) AS n, s, CAST(e AS INTEGER) AS e
         FROM ${split} JOIN ${labels} USING (label)`,
      );
      return { cells, labels };
    } catch (error) {
      await db.release(labels);
      throw error;
    }
  } finally {
    await db.release(split);
  }
}

/** Forgets cells that nobody asks any more. */
export const dropCells = (db: Scope["db"], { tables }: Cells): Promise<void> =>
  dropTables(db, tables);

async function dropTables(db: Scope["db"], tables: Cells["tables"]): Promise<void> {
  for (const { cells, labels } of tables) {
    await db.release(cells);
    await db.release(labels);
  }
}

function seriesOf({ count }: Bins, rows: readonly Record<string, unknown>[]): BinSeries {
  const empty = (): number[] => Array.from({ length: count }, () => 0);
  const series = { requests: empty(), bytes_sent: empty(), errors: empty() };
  for (const row of rows) {
    const bin = Number(row["place"]);
    series.requests[bin] = Number(row["n"]);
    series.bytes_sent[bin] = Number(row["s"]);
    series.errors[bin] = Number(row["e"]);
  }
  return series;
}

/** What of a time are whole bins, and the pieces of it that cut some. */
interface Pieces {
  readonly bins: readonly number[];
  readonly cut: readonly Window[];
}

/** Before the first row and after the last there is nothing to cut. */
function piecesOf({ bins: { from, step, count }, window }: Cells, time: Window): Pieces {
  const size = step * 1000;
  const place = (edge: Date): number =>
    Math.min(count, Math.max(0, (edge.getTime() - from) / size));
  const begin = time.from <= window.from ? 0 : place(time.from);
  const end = time.until >= window.until ? count : place(time.until);
  const [first, last] = [Math.ceil(begin), Math.floor(end)];
  const at = (bin: number): Date => new Date(from + bin * size);
  if (first > last) return { bins: [], cut: begin < end ? [time] : [] };
  return {
    bins: Array.from({ length: last - first }, (_, bin) => first + bin),
    cut: [
      ...(begin < first ? [{ from: time.from, until: at(first) }] : []),
      ...(last < end ? [{ from: at(last), until: time.until }] : []),
    ],
  };
}

/** Two times as the bins that lie in each, and as the pieces that cut one. */
export interface SidesInBins {
  readonly incident: Pieces;
  readonly baseline: Pieces;
  /** There are no pieces: the rows need not be looked at. */
  readonly whole: boolean;
}

/** Undefined where times overlap in pieces, so that a row would count twice. */
export function sidesInBins(
  cells: Cells,
  { incident, baseline }: TwoTimes,
): SidesInBins | undefined {
  const own = piecesOf(cells, incident);
  const each = baseline.map((time) => piecesOf(cells, time));
  const other = {
    bins: [...new Set(each.flatMap(({ bins }) => bins))],
    cut: each.flatMap(({ cut }) => cut),
  };
  const whole = own.cut.length + other.cut.length === 0;
  const sorted = [incident, ...baseline].toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const overlap = sorted.some((time, at) => at > 0 && time.from < (sorted[at - 1]?.until ?? 0));
  return whole || !overlap ? { incident: own, baseline: other, whole } : undefined;
}

/** SQL: whether a row lies in one of some pieces. */
const inPieces = (dialect: Scope["dialect"], { cut }: Pieces): string =>
  cut.map((piece) => within(dialect, piece)).join(" OR ") || "FALSE";

/** SQL: rows in pieces of bins, with what is known of each. */
function cutRows(
  { dialect, requests }: Scope,
  facets: readonly Facet[],
  { incident, baseline }: SidesInBins,
  counts: "all" | "times",
): string {
  const [i, b] = [inPieces(dialect, incident), inPieces(dialect, baseline)];
  const fields = facets.map((facet, at) => `coalesce(${facet.sql(dialect)}, '') AS f${at}`);
  return `SELECT ${[...fields, ""].join(", ")}1 AS n, CAST(bytes_sent AS DOUBLE) AS s,
      CASE WHEN ${isError} THEN 1 ELSE 0 END AS e,
      ${counts === "times" ? "TRUE" : "FALSE"} AS in_a, (${i}) AS in_i, (${b}) AS in_b
    FROM ${requests} WHERE ${i} OR ${b}`;
}

/** What two times add up to. */
export async function totalsInCells(
  scope: Scope,
  { series }: Cells,
  sides: SidesInBins,
): Promise<{ readonly incident: Three; readonly baseline: Three }> {
  const sum = ({ bins }: Pieces, more: readonly number[]): Three => {
    const of = (values: readonly number[], rest = 0): number =>
      bins.reduce((all, at) => all + (values[at] ?? 0), rest);
    return [
      of(series.requests, more[0]),
      of(series.bytes_sent, more[1]),
      of(series.errors, more[2]),
    ];
  };
  const [row = {}] = sides.whole
    ? []
    : await scope.db.rows(
        `SELECT ${sumsOfSides(["i", "b"], "n", "s", "e")}
         FROM (${cutRows(scope, [], sides, "times")}) AS cut`,
      );
  const rest = (side: string): number[] =>
    ["n", "s", "e"].map((of) => Number(row[`${of}${side}`] ?? 0));
  return { incident: sum(sides.incident, rest("i")), baseline: sum(sides.baseline, rest("b")) };
}

/**
 * As `largestValues`, from the cells: in the two times, and in all the time or in both together. Of the
 * rows, only those in bins that the times cut are looked at.
 */
export async function largestInCells(
  scope: Scope,
  { facets, tables, bins }: Cells,
  places: SidesInBins | undefined,
  most: number,
  only: "all" | "times",
): Promise<LargeValues[]> {
  const sides = new Map<number, [incident: number, baseline: number]>();
  if (only === "all") for (let at = 0; at < bins.count; at++) sides.set(at, [0, 0]);
  const mark = (pieces: Pieces | undefined, side: 0 | 1): void => {
    for (const at of pieces?.bins ?? []) {
      const flags = sides.get(at) ?? [0, 0];
      flags[side] = 1;
      sides.set(at, flags);
    }
  };
  mark(places?.incident, 0);
  mark(places?.baseline, 1);
  const names = ["a", ...(places === undefined ? [] : ["i", "b"])];
  // One that is no bin, so that there is a list.
  const list = [[-1, [0, 0]] as const, ...sides].map(
    ([at, flags]) => `(${at}, ${flags.join(" = 1, ")} = 1)`,
  );
  const isCut = places?.whole === false;
  const sums = sumsOfSides(names, "n", "s", "e");
  const grouped = tables.map(({ cells, labels: named }, kind) => {
    const known = `SELECT id, n, s, e, in_a, in_i, in_b FROM ${cells} JOIN sides USING (place)`;
    const more = `SELECT id, n, s, e, in_a, in_i, in_b FROM cut JOIN ${named} ON label = f${kind}`;
    const rows = isCut ? `${known} UNION ALL ${more}` : known;
    return `SELECT ${kind} AS kind, id, ${sums} FROM (${rows}) AS counted GROUP BY id`;
  });
  const labels = tables.map(
    (table, kind) => `SELECT ${kind} AS kind, id, label FROM ${table.labels}`,
  );
  return largestOf(
    scope,
    facets,
    {
      sides: names,
      before: `${isCut ? `cut AS MATERIALIZED (${cutRows(scope, facets, places, only)}),` : ""}
        sides AS (SELECT CAST(p AS SMALLINT) AS place, TRUE AS in_a, in_i, in_b
        FROM (VALUES ${list.join(", ")}) AS listed(p, in_i, in_b)),`,
      grouped: grouped.join(" UNION ALL "),
      labels: labels.join(" UNION ALL "),
    },
    most,
  );
}

/** The cells of some values, in the order of the bins. */
export async function cubeInCells(
  { db, dialect }: Scope,
  { facets, tables, series }: Cells,
  kept: readonly Kept[],
): Promise<Cube> {
  const cells = kept.map(({ values }) => values.map((): [number, number, number, number][] => []));
  const asked = kept.flatMap(({ facet, values }, at) => {
    const table = tables[facets.indexOf(facet)];
    if (table === undefined || values.length === 0) return [];
    const list = values.map(dialect.literal).join(", ");
    return [
      `SELECT ${at} AS kind, label, place, n, s, e FROM ${table.cells}
       JOIN (SELECT id, label FROM ${table.labels} WHERE label IN (${list})) AS named USING (id)`,
    ];
  });
  if (asked.length === 0) return { series, cells };
  const places = kept.map(({ values }) => new Map(values.map((value, at) => [value, at])));
  for await (const rows of db.streamRows(`${asked.join(" UNION ALL ")} ORDER BY place`)) {
    for (const [kind, label, ...numbers] of rows) {
      const value = places[Number(kind)]?.get(String(label));
      const [bin = 0, n = 0, s = 0, e = 0] = numbers.map(Number);
      if (value !== undefined) cells[Number(kind)]?.[value]?.push([bin, n, s, e]);
    }
  }
  return { series, cells };
}
