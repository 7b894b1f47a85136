import type { Facet } from "./facets.js";
import { aggregates, comparedRows, facetColumns, compared, type Question } from "./rows.js";
import type { Totals } from "./totals.js";

/** Where values of some facets are counted. */
export interface Source {
  readonly facets: readonly Facet[];
  /** Has the facets as `f0`, `f1` … in their order. */
  readonly relation: string;
  /** The aggregates that `sumsOf` reads. */
  readonly sums: string;
  /** The values of these columns, under their names, where they were counted once. */
  readonly kept?: Kept;
}

/** What every combination of some columns' values adds up to; the columns are `k0`, `k1` … */
interface Kept {
  readonly columns: readonly string[];
  readonly table: string;
}

/** From so many rows on, it costs less to count columns once than to look at all rows at each step. */
const MANY_ROWS = 500_000;

/** Whether so many rows are compared that what they add up to is worth to be kept, by an engine that can. */
export const isLarge = ({ scope }: Question, { incident, baseline }: Totals): boolean =>
  scope.db.keepsTables &&
  [incident, ...baseline].reduce((sum, { rows }) => sum + rows, 0) >= MANY_ROWS;

/**
 * All sources of the facets, for as long as they are asked. Of few rows, these are the only source. Many
 * are looked at once for each column of many values and once for all others: each is grouped as it is,
 * and its parts and ranges are added up from that.
 */
export async function withSources<T>(
  question: Question,
  facets: readonly Facet[],
  large: boolean,
  use: (sources: readonly Source[]) => Promise<T>,
): Promise<T> {
  const { db } = question.scope;
  if (!large) {
    const relation = compared(question, facets);
    return use([{ facets, relation, sums: aggregates(question.metric) }]);
  }
  const tables: string[] = [];
  try {
    const sources: Source[] = [];
    for (const own of groupsOf(facets)) {
      const columns = [...new Set(own.map(columnOf))];
      const table = await db.keep(countedSql(question, own, columns));
      tables.push(table);
      sources.push(sourceOf(question, own, { columns, table }));
    }
    return await use(sources);
  } finally {
    for (const table of tables) await db.release(table);
  }
}

/** A facet is made of one column. */
const columnOf = ({ columns: [name = ""] }: Facet): string => name;

/** Facets of few values together, the others by their column. */
function groupsOf(facets: readonly Facet[]): Facet[][] {
  const groups = new Map<string, Facet[]>();
  for (const facet of facets) {
    const key = facet.few === true ? "" : columnOf(facet);
    groups.set(key, [...(groups.get(key) ?? []), facet]);
  }
  return [...groups.values()];
}

function countedSql(
  question: Question,
  facets: readonly Facet[],
  columns: readonly string[],
): string {
  const { dialect } = question.scope;
  const keys = columns.map((name, at) => {
    const coarse = facets.find((facet) => columnOf(facet) === name)?.coarse;
    return `${coarse ?? dialect.ident(name)} AS k${at}`;
  });
  const names = columns.map((_, at) => `k${at}`).join(", ");
  return `SELECT ${names}, ${aggregates(question.metric)}
    FROM ${comparedRows(question, keys)} GROUP BY ${names}`;
}

function sourceOf(question: Question, facets: readonly Facet[], kept: Kept): Source {
  const { dialect } = question.scope;
  const sums = SUMS.slice(0, question.metric.value === undefined ? 3 : undefined);
  const keys = kept.columns.map((name, at) => `${dialect.ident(name)} AS k${at}`);
  const named = kept.columns.map((name, at) => `k${at} AS ${dialect.ident(name)}`);
  // No column of a log begins with an underscore.
  const counted = sums.map((sum) => `${sum} AS _${sum}`);
  return {
    facets,
    relation: `(SELECT ${[...facetColumns(question, facets), ...keys, ...sums.map((sum) => `_${sum}`)].join(", ")}
      FROM (SELECT ${[...named, ...counted].join(", ")} FROM ${kept.table}) AS counted) AS split`,
    sums: sums.map((sum) => `sum(_${sum}) AS ${sum}`).join(", "),
    kept,
  };
}

const SUMS = ["n0", "nb", "nh", "v0", "vb", "q0", "qb"];
