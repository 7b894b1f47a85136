import type { Dimension } from "../fields.js";
import type { Measure } from "../measures.js";
import type { Scope } from "../scope.js";

/** A point of a Lorenz curve: the part of the groups, smallest first, and of the total that they make. */
export type Point = readonly [groups: number, total: number];

/** Points enough for a smooth curve. */
const POINTS = 100;

/** How a measure is spread over the groups of a field (Lorenz 1905); empty where there is nothing. */
export async function lorenz(
  { db, requests }: Scope,
  { sql: field }: Dimension,
  { sql }: Measure,
): Promise<Point[]> {
  const rows = await db.rows(`
    WITH sizes AS (SELECT CAST(${sql} AS DOUBLE) AS size FROM ${requests}
      WHERE ${field} IS NOT NULL GROUP BY ${field}),
    levels AS (SELECT size, CAST(count(*) AS DOUBLE) AS many FROM sizes WHERE size >= 0 GROUP BY size),
    reached AS (SELECT size,
        sum(many) OVER (ORDER BY size ROWS UNBOUNDED PRECEDING) AS upto,
        sum(size * many) OVER (ORDER BY size ROWS UNBOUNDED PRECEDING) AS made,
        sum(many) OVER () AS kinds, sum(size * many) OVER () AS total FROM levels),
    parts AS (SELECT upto / kinds AS x, made / total AS y FROM reached WHERE total > 0)
    SELECT max(x) AS groups_part, max(y) AS total_part FROM parts
    GROUP BY ceil(x * ${POINTS}) + ceil(y * ${POINTS})
    ORDER BY groups_part`);
  if (rows.length === 0) return [];
  return [
    [0, 0],
    ...rows.map((row): Point => [Number(row["groups_part"]), Number(row["total_part"])]),
  ];
}
