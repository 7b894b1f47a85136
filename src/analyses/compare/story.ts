import type { Coded } from "./cells.js";
import type { Facet } from "./facets.js";
import { parameters } from "./parameters.js";
import { compared, type Question } from "./rows.js";
import type { Found } from "./search.js";

/** A value that marks a cause, or the few that together make nearly all of it. */
export interface Typical {
  readonly field: string;
  readonly values: readonly (string | null)[];
  /** Part of the cause. */
  readonly share: number;
  /** Part of everything in the baseline; null where it is next to nothing. */
  readonly baseline_share: number | null;
}

/** What a cause is like: in the incident, or in the baseline where it went away. */
export interface Story {
  readonly first: Date | null;
  readonly last: Date | null;
  readonly clients: number | null;
  readonly typical: readonly Typical[];
}

/** Number of the group that holds the whole of the other side. */
const OTHER = -1;

/** Values below this part are not asked for. */
const LEAST = 0.02;

/** A value and its part of a group. */
interface Part {
  readonly value: string;
  readonly share: number;
}

interface Group {
  readonly row: Record<string, unknown>;
  /** By facet, largest first. */
  readonly parts: readonly (readonly Part[])[];
}

/**
 * The fifth scan: within each cause, what is typical of it. A row belongs to its first cause. What rose
 * is told as it is in the incident, what fell as it was in the baseline.
 */
export async function stories(
  question: Question,
  facets: readonly Facet[],
  coded: readonly Coded[],
  found: readonly Found[],
  fell: boolean,
): Promise<Story[]> {
  if (found.length === 0) return [];
  const { db, dialect } = question.scope;
  const tests = found.map(({ terms }, at) => {
    const each = terms.map(({ facet, code }) => {
      const { facet: of, values } = coded[facet] as Coded;
      return `f${facets.indexOf(of)} = ${dialect.literal(values[code] ?? "")}`;
    });
    return `WHEN ${each.join(" AND ")} THEN ${at}`;
  });
  const { metric } = question;
  const [size, x] = metric.value === undefined ? ["count(*)", ""] : ["coalesce(sum(x), 0)", ", x"];
  const names = facets.map((_, at) => `f${at}`);
  const client = facets.findIndex(({ name }) => name === "client_ip");
  const groups = await db.rows(`
    WITH ${dialect.shared(
      "grouped",
      `SELECT cause, ${names.join(", ")}, min(time) AS first_seen, max(time) AS last_seen,
        ${client < 0 ? "0" : `count(DISTINCT client)`} AS clients, CAST(${size} AS DOUBLE) AS size
      FROM (SELECT CASE WHEN ${fell ? "w = 0" : "w > 0"} THEN ${OTHER} ${tests.join(" ")} END AS cause,
          time, ${client < 0 ? "NULL" : `f${client}`} AS client, ${names.join(", ")}${x}
        FROM ${compared(question, facets)}) AS told
      WHERE cause IS NOT NULL
      GROUP BY GROUPING SETS ((cause), ${names.map((name) => `(cause, ${name})`).join(", ")})`,
    )}
    SELECT grouped.* FROM grouped JOIN (
      SELECT cause AS whole, size AS whole_size FROM grouped
      WHERE ${names.map((name) => `${name} IS NULL`).join(" AND ")}) AS wholes ON cause = whole
    WHERE size >= ${dialect.literal(LEAST)} * whole_size`);
  const other = groupOf(OTHER, groups, facets.length);
  return found.map(({ terms }, at) => {
    const own = groupOf(at, groups, facets.length);
    return {
      first: (own.row["first_seen"] as Date | null | undefined) ?? null,
      last: (own.row["last_seen"] as Date | null | undefined) ?? null,
      clients: client < 0 ? null : Number(own.row["clients"] ?? 0),
      typical: typicalOf(
        own,
        other,
        facets,
        new Set(terms.map((term) => coded[term.facet]?.facet)),
      ),
    };
  });
}

function groupOf(cause: number, groups: readonly Record<string, unknown>[], facets: number): Group {
  const own = groups.filter((row) => Number(row["cause"]) === cause);
  const places = Array.from({ length: facets }, (_, at) => `f${at}`);
  const row = own.find((group) => places.every((name) => group[name] === null)) ?? {};
  const total = Number(row["size"] ?? 0);
  const parts = places.map((name) =>
    own
      .filter((group) => group[name] !== null)
      .map((group) => ({ value: String(group[name]), share: Number(group["size"]) / total }))
      .toSorted((a, b) => b.share - a.share || (a.value < b.value ? -1 : 1)),
  );
  return { row, parts };
}

function typicalOf(
  own: Group,
  other: Group,
  facets: readonly Facet[],
  conditions: ReadonlySet<Facet | undefined>,
): Typical[] {
  // A level of a chain says all that those above it could say.
  const told = new Map<string, number>();
  for (const [at, facet] of facets.entries()) {
    if (conditions.has(facet)) told.set(facet.chain, Math.min(at, told.get(facet.chain) ?? at));
  }
  const typical: Typical[] = [];
  for (const [at, facet] of facets.entries()) {
    if ((told.get(facet.chain) ?? Infinity) <= at) continue;
    const parts = own.parts[at] ?? [];
    const chosen = chosenOf(parts, facet);
    if (chosen.length === 0) continue;
    const share = sumOf(chosen);
    const values = new Set(chosen.map(({ value }) => value));
    const before = sumOf((other.parts[at] ?? []).filter(({ value }) => values.has(value)));
    if (share - before < parameters.typicalGain) continue;
    told.set(facet.chain, at);
    typical.push({
      field: facet.name,
      values: chosen.map(({ value }) => (value === "" ? null : value)),
      share,
      baseline_share: before === 0 ? null : before,
    });
  }
  return typical;
}

/** One value with most of it, or the few who have nearly all of it. */
function chosenOf(parts: readonly Part[], { who }: Facet): readonly Part[] {
  const [first] = parts;
  if (first === undefined) return [];
  if (first.share >= parameters.typical) return [first];
  if (who === undefined) return [];
  for (let count = 2; count <= parameters.few; count++) {
    const some = parts.slice(0, count);
    if (sumOf(some) >= parameters.nearlyAll) return some;
  }
  return [];
}

const sumOf = (parts: readonly Part[]): number =>
  Math.min(
    1,
    parts.reduce((sum, { share }) => sum + share, 0),
  );
