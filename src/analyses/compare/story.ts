import type { Coded } from "./cells.js";
import type { Facet } from "./facets.js";
import { parameters } from "./parameters.js";
import { compared, type Question, type Sums } from "./rows.js";
import type { Found } from "./search.js";
import { largeValues } from "./singles.js";
import type { Source } from "./sources.js";

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

/** Parts by facet, largest first. */
type Parts = readonly (readonly Part[])[];

interface Group {
  readonly row: Record<string, unknown>;
  readonly parts: Parts;
}

/** What stories are told of. */
export interface Told {
  readonly question: Question;
  readonly sources: readonly Source[];
  readonly facets: readonly Facet[];
  readonly coded: readonly Coded[];
  /** All rows together. */
  readonly total: Sums;
  /** What rose is told as it is in the incident, what fell as it was in the baseline. */
  readonly fell: boolean;
}

/** Within each cause, what is typical of it. A row belongs to its first cause. */
export async function stories(told: Told, found: readonly Found[]): Promise<Story[]> {
  if (found.length === 0) return [];
  const { question, sources, facets, coded } = told;
  // What was counted once need not be counted again.
  const isCounted = sources.every(({ kept }) => kept !== undefined);
  const groups = await question.scope.db.rows(groupsSql(told, found, !isCounted));
  const other = isCounted ? await otherParts(told) : groupOf(OTHER, groups, facets.length).parts;
  const hasClients = facets.some(({ name }) => name === "client_ip");
  return found.map(({ terms }, at) => {
    const own = groupOf(at, groups, facets.length);
    return {
      first: (own.row["first_seen"] as Date | null | undefined) ?? null,
      last: (own.row["last_seen"] as Date | null | undefined) ?? null,
      clients: hasClients ? Number(own.row["clients"] ?? 0) : null,
      typical: typicalOf(
        own.parts,
        other,
        facets,
        new Set(terms.map((term) => coded[term.facet]?.facet)),
      ),
    };
  });
}

function groupsSql(
  { question, facets, coded, fell }: Told,
  found: readonly Found[],
  withOther: boolean,
): string {
  const { dialect } = question.scope;
  const tests = found.map(({ terms }, at) => {
    const each = terms.map(({ facet, code }) => {
      const { facet: of, values } = coded[facet] as Coded;
      return `f${facets.indexOf(of)} = ${dialect.literal(values[code] ?? "")}`;
    });
    return `WHEN ${each.join(" AND ")} THEN ${at}`;
  });
  const [own, others] = fell ? ["w > 0", "w = 0"] : ["w = 0", "w > 0"];
  const other = withOther ? `WHEN ${others} THEN ${OTHER} ` : "";
  const rows = withOther ? "" : ` WHERE ${own}`;
  const { metric } = question;
  const [size, x] = metric.value === undefined ? ["count(*)", ""] : ["coalesce(sum(x), 0)", ", x"];
  const names = facets.map((_, at) => `f${at}`);
  const client = facets.findIndex(({ name }) => name === "client_ip");
  return `
    WITH ${dialect.shared(
      "grouped",
      `SELECT cause, ${names.join(", ")}, min(time) AS first_seen, max(time) AS last_seen,
        ${client < 0 ? "0" : `count(DISTINCT client)`} AS clients, CAST(${size} AS DOUBLE) AS size
      FROM (SELECT CASE ${other}${tests.join(" ")} END AS cause,
          time, ${client < 0 ? "NULL" : `f${client}`} AS client, ${names.join(", ")}${x}
        FROM ${compared(question, facets)}${rows}) AS told
      WHERE cause IS NOT NULL
      GROUP BY GROUPING SETS ((cause), ${names.map((name) => `(cause, ${name})`).join(", ")})`,
    )}
    SELECT grouped.* FROM grouped JOIN (
      SELECT cause AS whole, size AS whole_size FROM grouped
      WHERE ${names.map((name) => `${name} IS NULL`).join(" AND ")}) AS wholes ON cause = whole
    WHERE size >= ${dialect.literal(LEAST)} * whole_size`;
}

/** The parts of the whole other side, from what was counted. */
async function otherParts({ question, sources, facets, total, fell }: Told): Promise<Parts> {
  const sum = `${question.metric.value === undefined ? "n" : "v"}${fell ? "0" : "b"}` as keyof Sums;
  const whole = total[sum];
  if (whole === 0) return facets.map(() => []);
  const least = question.scope.dialect.literal(LEAST * whole);
  const found = await largeValues(question, sources, facets, `${sum} >= ${least}`);
  return facets.map((facet) =>
    found
      .filter((single) => single.facet === facet)
      .map(({ value, sums }) => ({ value, share: sums[sum] / whole }))
      .toSorted(byShare),
  );
}

const byShare = (a: Part, b: Part): number => b.share - a.share || (a.value < b.value ? -1 : 1);

function groupOf(cause: number, groups: readonly Record<string, unknown>[], facets: number): Group {
  const own = groups.filter((row) => Number(row["cause"]) === cause);
  const places = Array.from({ length: facets }, (_, at) => `f${at}`);
  const row = own.find((group) => places.every((name) => group[name] === null)) ?? {};
  const total = Number(row["size"] ?? 0);
  const parts = places.map((name) =>
    own
      .filter((group) => group[name] !== null)
      .map((group) => ({ value: String(group[name]), share: Number(group["size"]) / total }))
      .toSorted(byShare),
  );
  return { row, parts };
}

function typicalOf(
  own: Parts,
  other: Parts,
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
    const parts = own[at] ?? [];
    const chosen = chosenOf(parts, facet);
    if (chosen.length === 0) continue;
    const share = sumOf(chosen);
    const values = new Set(chosen.map(({ value }) => value));
    const before = sumOf((other[at] ?? []).filter(({ value }) => values.has(value)));
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
