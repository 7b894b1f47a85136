import type { DuckDb } from "../../engines/duckdb/engine.js";
import { literal } from "../../engines/sql.js";
import type { Clock } from "./clock.js";
import { offsetAt } from "./drift.js";
import { stitchParameters as p } from "./parameters.js";

/**
 * Puts the back's lines on the front's clock, and says when each one's request ended there.
 *
 * Servers write a line when its request ends. The order of the lines is therefore that of the ends,
 * however coarse the times are. Lines whose URL is in both logs only once know the moment from the
 * front, and the lines between two of them lie between the two moments: at 1,000 requests a second
 * that places lines with whole seconds within milliseconds. As the front ends after the back, a line
 * ended before the front's end of every later one, so the earliest of those is taken.
 *
 * Makes the view `stitch_aligned`, the back's lines on the front's clock, and the table
 * `stitch_ends(id, done, open, written)`: the end on the front's clock and half of what stays open, both
 * NULL where the order does not tell; `written` follows the order of the lines anyway.
 */
export async function alignBack(db: DuckDb, clock: Clock): Promise<void> {
  await db.view("stitch_aligned", alignedSql(clock));
  await db.run(`CREATE OR REPLACE TEMP TABLE stitch_known AS
    SELECT id, written_to, ended, known, min(known) OVER (
      PARTITION BY written_to ORDER BY id DESC ROWS UNBOUNDED PRECEDING) AS high
    FROM (SELECT b.id, b.written_to, b.ended,
        CASE WHEN abs(b.anchor - k.anchor) <= ${literal(clock.tolerance)} + b.slack THEN k.hi END AS known
      FROM stitch_aligned AS b LEFT JOIN (SELECT key, anchor, hi FROM stitch_front
        WHERE key IN (SELECT key FROM stitch_keys WHERE fronts = 1 AND backs = 1)) AS k
        ON b.key = k.key)`);
  const [row] = await db.rows("SELECT median(known - high) AS late FROM stitch_known");
  const late = row?.["late"];
  const isOrdered = clock.estimated && typeof late === "number" && late <= p.inOrder * 1000;
  const isNear = isOrdered ? `high - low <= ${literal(p.knownEnds * 1e6)}` : "FALSE";
  const soFar = "OVER (PARTITION BY written_to ORDER BY id ROWS UNBOUNDED PRECEDING)";
  await db.run(`CREATE OR REPLACE TEMP TABLE stitch_ends AS
    SELECT id, CASE WHEN ${isNear} THEN (low + high) / 2 END AS done,
      CASE WHEN ${isNear} THEN (high - low) / 2 END AS open, written
    FROM (SELECT id, high, max(CASE WHEN known IS NOT NULL THEN high END) ${soFar} AS low,
      max(ended) ${soFar} AS written FROM stitch_known)`);
  await db.run("DROP TABLE stitch_known");
}

/** The offset is taken for constant in short cells of the back's time. */
function alignedSql({ offset, knots }: Clock): string {
  const shifted = (shift: string): string =>
    `b.anchor - ${shift} AS anchor, b.ended - ${shift} AS ended`;
  const [first, last] = [knots[0], knots.at(-1)];
  if (first === undefined || last === undefined) {
    return `SELECT b.* REPLACE (${shifted(literal(offset))}) FROM stitch_back AS b`;
  }
  const length = Math.max((last.at - first.at) / p.cells, p.cellSeconds * 1e6);
  const count = Math.ceil((last.at - first.at) / length) + 1;
  const shifts = Array.from({ length: count }, (_, cell) =>
    literal(offsetAt({ offset, knots }, first.at + (cell + 0.5) * length)),
  );
  const cell = `floor((b.anchor - ${literal(first.at)}) / ${literal(length)})`;
  return `SELECT b.* REPLACE (${shifted("o.shift")}) FROM stitch_back AS b
    JOIN (SELECT generate_subscripts(shifts, 1) - 1 AS cell, unnest(shifts) AS shift
      FROM (SELECT [${shifts.join(", ")}]::DOUBLE[] AS shifts)) AS o
    ON greatest(0, least(${count - 1}, ${cell})) = o.cell`;
}
