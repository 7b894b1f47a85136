import type { DuckDb } from "../../engines/duckdb/engine.js";
import { literal } from "../../engines/sql.js";
import { assign, type Pair } from "./assign.js";
import type { Clock } from "./clock.js";
import type { BackLine, FrontLine } from "./cost.js";
import { stitchParameters as p } from "./parameters.js";
import { numbersOf, PairTable, type Numbers } from "./pair-table.js";

/**
 * Makes the table `stitch_pairs(front_id, back_id, lag, ambiguous)`. The engine keeps the lines whose
 * URL is in both logs and sorts them by URL and time; they pass here one URL after another, a stretch
 * of time that overlaps with no other at once, so that neither a frequent URL nor a long log is ever
 * held as a whole. `lag` is microseconds from the front's to the back's line on one clock.
 */
export async function pairLines(db: DuckDb, clock: Clock): Promise<void> {
  const table = await PairTable.create(db);
  await db.run(onceSql(clock));
  const stretch = new Stretch(clock);
  try {
    const add = (pair: Pair): void => table.add(pair);
    for await (const rows of numbersOf(db, linesSql())) stretch.add(rows, add);
    stretch.end(add);
  } finally {
    table.close();
  }
}

/** What a line is told by; the front's `lo` and `hi` are what the back's anchor may be. */
const COLUMNS = [
  "key",
  "side",
  "id",
  "anchor",
  "lo",
  "hi",
  "done",
  "open",
  "place",
  "took",
  "status",
  "bytes",
  "agent",
  "address",
] as const;

type N = Float64Array;
/** As many as there are names. */
type Columns = readonly [N, N, N, N, N, N, N, N, N, N, N, N, N, N];

const at = (column: Float64Array, row: number): number => column[row] as number;

/** URLs that each log has only once need no comparison. */
const onceSql = (clock: Clock): string => `INSERT INTO stitch_pairs
  SELECT f.id, b.id, b.anchor - f.anchor, FALSE FROM stitch_front AS f
  JOIN stitch_back AS b ON f.key = b.key
  WHERE f.key IN (SELECT key FROM stitch_keys WHERE fronts = 1 AND backs = 1)
    AND b.anchor + b.slack >= f.lo - ${literal(clock.tolerance)}
    AND b.anchor - b.slack <= f.hi + ${literal(clock.tolerance)}`;

/** The other lines whose URL is in both logs, one URL after the other. */
function linesSql(): string {
  const both = "key IN (SELECT key FROM stitch_keys WHERE fronts > 1 OR backs > 1)";
  const shared = "took, status, bytes, agent, address";
  return `SELECT ${COLUMNS.join(", ")} FROM (
    SELECT key, 0e0 AS side, id, anchor, lo, hi, CAST(NULL AS DOUBLE) AS done,
      CAST(NULL AS DOUBLE) AS open, hi AS place, ${shared} FROM stitch_front WHERE ${both}
    UNION ALL
    SELECT key, 1e0 AS side, id, anchor, anchor - slack AS lo, anchor + slack AS hi, done, open,
      coalesce(done, written, anchor) AS place, ${shared} FROM stitch_back WHERE ${both}
    ) ORDER BY key, lo`;
}

/** Lines of one URL while their times overlap. */
class Stretch {
  #key = NaN;
  #reaches = -Infinity;
  #fronts: FrontLine[] = [];
  #backs: BackLine[] = [];

  constructor(readonly clock: Clock) {}

  /** Takes the next lines, in the order of `linesSql`; tells the pairs of every stretch that ends. */
  add({ count, columns }: Numbers, tell: (pair: Pair) => void): void {
    const { tolerance } = this.clock;
    const [keys, sides, ids, anchors, lows, highs, dones, opens, places, ...said] =
      columns as unknown as Columns;
    const [tooks, statuses, sizes, agents, addresses] = said;
    for (let row = 0; row < count; row++) {
      const [key, lo, hi] = [at(keys, row), at(lows, row), at(highs, row)];
      if (
        key !== this.#key ||
        lo > this.#reaches + tolerance ||
        this.#fronts.length + this.#backs.length >= p.heldLines
      ) {
        this.end(tell);
        this.#key = key;
        this.#reaches = -Infinity;
      }
      if (hi > this.#reaches) this.#reaches = hi;
      const shared = {
        id: at(ids, row),
        anchor: at(anchors, row),
        place: at(places, row),
        took: at(tooks, row),
        status: at(statuses, row),
        bytes: at(sizes, row),
        agent: at(agents, row),
        address: at(addresses, row),
      };
      if (at(sides, row) === 0) this.#fronts.push({ ...shared, lo, hi });
      else {
        const slack = (hi - lo) / 2;
        this.#backs.push({ ...shared, slack, done: at(dones, row), open: at(opens, row) });
      }
    }
  }

  end(tell: (pair: Pair) => void): void {
    const [fronts, backs] = [this.#fronts, this.#backs];
    if (fronts.length > 0 && backs.length > 0) {
      if (fronts.length > 1) fronts.sort(byPlace);
      if (backs.length > 1) backs.sort(byPlace);
      assign(fronts, backs, this.clock).forEach(tell);
    }
    if (fronts.length > 0) this.#fronts = [];
    if (backs.length > 0) this.#backs = [];
  }
}

type Placed = Pick<FrontLine, "place" | "id">;

/** Lines with the same place are in the order in which they were written. */
const byPlace = (a: Placed, b: Placed): number => a.place - b.place || a.id - b.id;
