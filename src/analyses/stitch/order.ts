import type { DuckDb } from "../../engines/duckdb/engine.js";
import { literal } from "../../engines/sql.js";
import type { Clock } from "./clock.js";
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
 * Adds `done`, the end on the front's clock, and `open`, half of what stays open; NULL where the order
 * does not tell. `written` follows the order of the lines anyway.
 */
export async function alignBack(db: DuckDb, clock: Clock): Promise<void> {
  const shift = `coalesce(o.shift, ${literal(clock.offset)})`;
  await db.run(`CREATE OR REPLACE TEMP TABLE stitch_back AS
    SELECT b.* REPLACE (b.anchor - ${shift} AS anchor, b.ended - ${shift} AS ended)
    FROM stitch_back AS b
    LEFT JOIN ${shifts(clock)} AS o ON floor(b.anchor / ${literal(clock.pieceLength)}) = o.piece`);
  await db.run(`CREATE OR REPLACE TEMP TABLE stitch_ends AS
    SELECT id, written_to, known, min(known) OVER (
      PARTITION BY written_to ORDER BY id DESC ROWS UNBOUNDED PRECEDING) AS high
    FROM (SELECT b.id, b.written_to, CASE WHEN abs(b.anchor - k.anchor) <= ${literal(clock.tolerance)} + b.slack
        THEN k.hi END AS known
      FROM stitch_back AS b LEFT JOIN (SELECT key, anchor, hi FROM stitch_front
        WHERE key IN (SELECT key FROM stitch_keys WHERE fronts = 1 AND backs = 1)) AS k
        ON b.key = k.key)`);
  const [row] = await db.rows("SELECT median(known - high) AS late FROM stitch_ends");
  const late = row?.["late"];
  const isOrdered = clock.estimated && typeof late === "number" && late <= p.inOrder * 1000;
  const ends = isOrdered
    ? `SELECT id, high, max(CASE WHEN known IS NOT NULL THEN high END) OVER (
        PARTITION BY written_to ORDER BY id ROWS UNBOUNDED PRECEDING) AS low FROM stitch_ends`
    : "SELECT id, NULL AS high, NULL AS low FROM stitch_ends";
  const isNear = `o.high - o.low <= ${literal(p.knownEnds * 1e6)}`;
  await db.run(`CREATE OR REPLACE TEMP TABLE stitch_back AS
    SELECT b.*, CASE WHEN ${isNear} THEN (o.low + o.high) / 2 END AS done,
      CASE WHEN ${isNear} THEN (o.high - o.low) / 2 END AS open,
      max(b.ended) OVER (PARTITION BY b.written_to ORDER BY b.id ROWS UNBOUNDED PRECEDING) AS written
    FROM stitch_back AS b JOIN (${ends}) AS o ON b.id = o.id`);
  await db.run("DROP TABLE stitch_ends");
}

/** The offset of every piece of time as a relation. */
function shifts({ pieces }: Clock): string {
  if (pieces.length === 0) {
    return "(SELECT CAST(NULL AS DOUBLE) AS piece, CAST(NULL AS DOUBLE) AS shift WHERE FALSE)";
  }
  const rows = pieces.map(({ at, offset }) => `(${literal(at)}, ${literal(offset)})`);
  return `(SELECT CAST(piece AS DOUBLE) AS piece, CAST(shift AS DOUBLE) AS shift
    FROM (VALUES ${rows.join(", ")}) AS v(piece, shift))`;
}
