import type { DuckDb } from "../../engines/duckdb/engine.js";
import { literal } from "../../engines/sql.js";
import { assign, type Pair } from "./assign.js";
import type { Clock } from "./clock.js";
import type { BackLine, FrontLine } from "./cost.js";
import { stitchParameters as p } from "./parameters.js";
import { numberRows, PairTable } from "./pair-table.js";

/**
 * Makes the table `stitch_pairs(front_id, back_id, lag, ambiguous)`. The engine keeps the lines whose
 * URL is in both logs and sorts them by URL and time; they pass here one URL after another, a stretch
 * of time that overlaps with no other at once, so that neither a frequent URL nor a long log is ever
 * held as a whole. `lag` is microseconds from the front's to the back's line on one clock.
 */
export async function pairLines(db: DuckDb, clock: Clock): Promise<void> {
  const table = await PairTable.create(db);
  const stretch = new Stretch(clock);
  try {
    for await (const rows of numberRows(db, linesSql(clock))) {
      for (const row of rows) for (const pair of stretch.add(row)) table.add(pair);
    }
    for (const pair of stretch.end()) table.add(pair);
  } finally {
    table.close();
  }
}

/** Lines of both logs with the back's instants on the front's clock. */
function linesSql({ pieces, pieceLength, offset }: Clock): string {
  const rows = pieces.map((piece) => `(${literal(piece.at)}, ${literal(piece.offset)})`);
  const shift = `coalesce(o.shift, ${literal(offset)})`;
  const offsets =
    rows.length === 0
      ? "(SELECT CAST(NULL AS DOUBLE) AS piece, CAST(NULL AS DOUBLE) AS shift WHERE FALSE)"
      : `(SELECT CAST(piece AS DOUBLE) AS piece, CAST(shift AS DOUBLE) AS shift
          FROM (VALUES ${rows.join(", ")}) AS v(piece, shift))`;
  return `SELECT * FROM (
    SELECT key, 0e0 AS side, id, anchor, lo, hi, took, status, bytes, agent FROM stitch_front
      WHERE key IN (SELECT key FROM stitch_back)
    UNION ALL
    SELECT key, 1e0 AS side, id, anchor - ${shift} AS anchor, anchor - ${shift} - slack AS lo,
      anchor - ${shift} + slack AS hi, took, status, bytes, agent
      FROM stitch_back LEFT JOIN ${offsets} AS o ON floor(anchor / ${literal(pieceLength)}) = o.piece
      WHERE key IN (SELECT key FROM stitch_front)) ORDER BY key, lo`;
}

/** Lines of one URL while their times overlap. */
class Stretch {
  #key = NaN;
  #reaches = -Infinity;
  #fronts: FrontLine[] = [];
  #backs: BackLine[] = [];

  constructor(readonly clock: Clock) {}

  /** Takes the next line; the pairs of the stretch that it ends, if it does. */
  add([key, side, id, anchor, lo, hi, took, status, bytes, agent]: readonly number[]): Pair[] {
    const { tolerance } = this.clock;
    const isNext =
      key !== this.#key ||
      (lo as number) > this.#reaches + tolerance ||
      this.#fronts.length + this.#backs.length >= p.heldLines;
    const pairs = isNext ? this.end() : [];
    if (isNext) {
      this.#key = key as number;
      this.#reaches = -Infinity;
    }
    const line = { id, anchor, took, status, bytes, agent } as Omit<FrontLine, "lo" | "hi">;
    if (side === 0) this.#fronts.push({ ...line, lo: lo as number, hi: hi as number });
    else this.#backs.push({ ...line, slack: ((hi as number) - (lo as number)) / 2 });
    this.#reaches = Math.max(this.#reaches, hi as number);
    return pairs;
  }

  end(): Pair[] {
    const [fronts, backs] = [this.#fronts, this.#backs];
    [this.#fronts, this.#backs] = [[], []];
    if (fronts.length === 0 || backs.length === 0) return [];
    const { tolerance, usual } = this.clock;
    return assign(fronts.toSorted(byAnchor), backs.toSorted(byAnchor), tolerance, usual);
  }
}

const byAnchor = (a: { anchor: number }, b: { anchor: number }): number => a.anchor - b.anchor;
