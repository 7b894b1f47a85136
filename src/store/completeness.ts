import type { DuckDb } from "../engines/duckdb/engine.js";

/** An hour in which fewer objects than usual arrived. */
export interface ThinHour {
  readonly log_type: string;
  /** Its beginning, ISO. */
  readonly hour: string;
  readonly objects: number;
  /** Median of the same hour of the other days. */
  readonly usual: number;
}

/** How complete a log type is, by the hours between its first and last row. */
export interface Completeness {
  readonly log_type: string;
  readonly hours: number;
  /** Those of which it is known what is usual: three days have that hour of the day. */
  readonly known: number;
  /** Hours with less than half of the usual number of objects. */
  readonly thin: number;
}

/** Days that must have an hour before it is known what is usual. */
const LEAST_DAYS = 3;
/** No object is taken to cover more than this; a longer one has a wrong time in it. */
const MOST_HOURS = 24 * 400;

/**
 * Compares the objects that cover an hour with the usual number at that hour of the day, from the
 * objects' own first and last times. The first and last hour of a log are left out: they are cut.
 */
export async function completeness(
  db: DuckDb,
  objects: string,
): Promise<{ byType: Completeness[]; thin: ThinHour[] }> {
  await db.run(`CREATE OR REPLACE TEMP TABLE hours_seen AS
    WITH spans AS (
      SELECT format, date_trunc('hour', CAST(replace("from", 'Z', '') AS TIMESTAMP)) AS first,
        date_trunc('hour', CAST(replace("until", 'Z', '') AS TIMESTAMP)) AS last
      FROM ${objects} WHERE "from" IS NOT NULL AND "until" IS NOT NULL),
    sane AS (SELECT * FROM spans WHERE date_diff('hour', first, last) BETWEEN 0 AND ${MOST_HOURS}),
    seen AS (SELECT format, unnest(generate_series(first, last, INTERVAL 1 HOUR)) AS hour FROM sane),
    counted AS (SELECT format, hour, count(*) AS objects FROM seen GROUP BY ALL),
    bounds AS (SELECT format, min(first) AS first, max(last) AS last FROM sane GROUP BY ALL
      HAVING date_diff('hour', min(first), max(last)) BETWEEN 2 AND ${10 * MOST_HOURS}),
    every_hour AS (SELECT format, unnest(generate_series(first + INTERVAL 1 HOUR, last - INTERVAL 1 HOUR,
      INTERVAL 1 HOUR)) AS hour FROM bounds),
    filled AS (SELECT e.format, e.hour, coalesce(c.objects, 0) AS objects
      FROM every_hour AS e LEFT JOIN counted AS c USING (format, hour)),
    usual AS (SELECT format, hour(hour) AS clock, median(objects) AS usual
      FROM filled GROUP BY ALL HAVING count(*) >= ${LEAST_DAYS})
    SELECT f.format AS log_type, f.hour, f.objects, u.usual,
      coalesce(u.usual > 0 AND f.objects < u.usual / 2, false) AS thin
    FROM filled AS f LEFT JOIN usual AS u ON u.format = f.format AND u.clock = hour(f.hour)`);
  const byType =
    await db.rows(`SELECT log_type, count(*) AS hours, count(usual) AS known, count(*) FILTER (WHERE thin) AS thin
    FROM hours_seen GROUP BY 1 ORDER BY 1`);
  const thin =
    await db.rows(`SELECT log_type, strftime(hour, '%Y-%m-%dT%H:%M:%SZ') AS hour, objects, usual
    FROM hours_seen WHERE thin ORDER BY hours_seen.hour DESC, log_type LIMIT 100`);
  await db.run("DROP TABLE hours_seen");
  return { byType: byType as unknown as Completeness[], thin: thin as unknown as ThinHour[] };
}
