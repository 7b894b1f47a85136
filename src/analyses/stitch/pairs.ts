import type { DuckDb } from "../../engines/duckdb/engine.js";
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
    for await (const rows of numberRows(db, linesSql())) {
      for (const row of rows) for (const pair of stretch.add(row)) table.add(pair);
    }
    for (const pair of stretch.end()) table.add(pair);
  } finally {
    table.close();
  }
}

/** Lines of both logs of one URL after the other. The front's `lo` and `hi` are what the back's anchor may be. */
function linesSql(): string {
  const shared = "took, status, bytes, agent, address";
  return `SELECT * FROM (
    SELECT key, 0e0 AS side, id, anchor, lo, hi, CAST(NULL AS DOUBLE) AS done,
      CAST(NULL AS DOUBLE) AS open, hi AS place, ${shared} FROM stitch_front
      WHERE key IN (SELECT key FROM stitch_back)
    UNION ALL
    SELECT key, 1e0 AS side, id, anchor, anchor - slack AS lo, anchor + slack AS hi, done, open,
      coalesce(done, written, anchor) AS place, ${shared} FROM stitch_back
      WHERE key IN (SELECT key FROM stitch_front)) ORDER BY key, lo`;
}

/** key, side, id, anchor, lo, hi, done, open, place, took, status, bytes, agent, address */
type Row = readonly [N, N, N, N, N, N, N, N, N, N, N, N, N, N];
type N = number;

/** Lines of one URL while their times overlap. */
class Stretch {
  #key = NaN;
  #reaches = -Infinity;
  #fronts: FrontLine[] = [];
  #backs: BackLine[] = [];

  constructor(readonly clock: Clock) {}

  /** Takes the next line; the pairs of the stretch that it ends, if it does. */
  add(row: readonly number[]): Pair[] {
    const [key, side, id, anchor, lo, hi, done, open, place, ...said] = row as Row;
    const [took, status, bytes, agent, address] = said;
    const { tolerance } = this.clock;
    const isNext =
      key !== this.#key ||
      lo > this.#reaches + tolerance ||
      this.#fronts.length + this.#backs.length >= p.heldLines;
    const pairs = isNext ? this.end() : [];
    if (isNext) {
      this.#key = key;
      this.#reaches = -Infinity;
    }
    const line = { id, anchor, place, took, status, bytes, agent, address };
    if (side === 0) this.#fronts.push({ ...line, lo, hi });
    else this.#backs.push({ ...line, slack: (hi - lo) / 2, done, open });
    this.#reaches = Math.max(this.#reaches, hi);
    return pairs;
  }

  end(): Pair[] {
    const [fronts, backs] = [this.#fronts, this.#backs];
    [this.#fronts, this.#backs] = [[], []];
    if (fronts.length === 0 || backs.length === 0) return [];
    return assign(fronts.toSorted(byPlace), backs.toSorted(byPlace), this.clock);
  }
}

type Placed = Pick<FrontLine, "place" | "id">;

/** Lines with the same place are in the order in which they were written. */
const byPlace = (a: Placed, b: Placed): number => a.place - b.place || a.id - b.id;
