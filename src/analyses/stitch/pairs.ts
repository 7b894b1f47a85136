import type { DuckDb } from "../../engines/duckdb/engine.js";
import { literal } from "../../engines/sql.js";
import { assign } from "./assign.js";
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
    const add: Tell = (...pair) => table.add(...pair);
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

/** Told of every pair; `lag` is that of `stitch_pairs`. */
type Tell = (front: number, back: number, lag: number, ambiguous: boolean) => void;

/**
 * Lines of one URL while their times overlap. Most stretches are one line of each log, or of one log
 * only: lines stay where they came until there is something to choose between.
 */
class Stretch {
  #key = NaN;
  #reaches = -Infinity;
  #fronts = 0;
  #backs = 0;
  /** The lines' columns and rows, the one beside the other. */
  readonly #columns: Columns[] = [];
  readonly #rows: number[] = [];

  constructor(readonly clock: Clock) {}

  /** Takes the next lines, in the order of `linesSql`; tells the pairs of every stretch that ends. */
  add({ count, columns: numbers }: Numbers, tell: Tell): void {
    const { tolerance } = this.clock;
    const columns = numbers as unknown as Columns;
    const [keys, sides, , , lows, highs] = columns;
    for (let row = 0; row < count; row++) {
      const [key, lo, hi] = [at(keys, row), at(lows, row), at(highs, row)];
      if (
        key !== this.#key ||
        lo > this.#reaches + tolerance ||
        this.#fronts + this.#backs >= p.heldLines
      ) {
        this.end(tell);
        this.#key = key;
        this.#reaches = -Infinity;
      }
      if (hi > this.#reaches) this.#reaches = hi;
      if (at(sides, row) === 0) this.#fronts += 1;
      else this.#backs += 1;
      this.#columns.push(columns);
      this.#rows.push(row);
    }
  }

  end(tell: Tell): void {
    if (this.#fronts === 1 && this.#backs === 1) this.#only(tell);
    else if (this.#fronts > 0 && this.#backs > 0) this.#several(tell);
    this.#columns.length = 0;
    this.#rows.length = 0;
    this.#fronts = 0;
    this.#backs = 0;
  }

  /** One line of each log: a pair, if they can be. */
  #only(tell: Tell): void {
    const [one, other] = this.#columns as [Columns, Columns];
    const [a, b] = this.#rows as [number, number];
    const isFirst = at(one[SIDE], a) === 0;
    const [front, f, back, k] = isFirst ? [one, a, other, b] : [other, b, one, a];
    const { tolerance } = this.clock;
    // A back line's bounds are its anchor, give or take its slack.
    if (at(back[HI], k) < at(front[LO], f) - tolerance) return;
    if (at(back[LO], k) > at(front[HI], f) + tolerance) return;
    const lag = at(back[ANCHOR], k) - at(front[ANCHOR], f);
    tell(at(front[ID], f), at(back[ID], k), lag, false);
  }

  #several(tell: Tell): void {
    const fronts: FrontLine[] = [];
    const backs: BackLine[] = [];
    for (const [place, columns] of this.#columns.entries()) {
      const row = this.#rows[place] as number;
      if (at(columns[SIDE], row) === 0) fronts.push(frontLine(columns, row));
      else backs.push(backLine(columns, row));
    }
    if (fronts.length > 1) fronts.sort(byPlace);
    if (backs.length > 1) backs.sort(byPlace);
    for (const { front, back, ambiguous } of assign(fronts, backs, this.clock)) {
      tell(front.id, back.id, back.anchor - front.anchor, ambiguous);
    }
  }
}

/** Places of the columns that tell a pair where there is nothing to choose. */
const [SIDE, ID, ANCHOR, LO, HI] = [1, 2, 3, 4, 5] as const;

function frontLine(columns: Columns, row: number): FrontLine {
  return { ...said(columns, row), lo: at(columns[LO], row), hi: at(columns[HI], row) };
}

function backLine(columns: Columns, row: number): BackLine {
  const slack = (at(columns[HI], row) - at(columns[LO], row)) / 2;
  return { ...said(columns, row), slack, done: at(columns[6], row), open: at(columns[7], row) };
}

/** What both logs say of a line. */
function said(columns: Columns, row: number): Omit<FrontLine, "lo" | "hi"> {
  const [, , ids, anchors, , , , , places, tooks, statuses, sizes, agents, addresses] = columns;
  return {
    id: at(ids, row),
    anchor: at(anchors, row),
    place: at(places, row),
    took: at(tooks, row),
    status: at(statuses, row),
    bytes: at(sizes, row),
    agent: at(agents, row),
    address: at(addresses, row),
  };
}

type Placed = Pick<FrontLine, "place" | "id">;

/** Lines with the same place are in the order in which they were written. */
const byPlace = (a: Placed, b: Placed): number => a.place - b.place || a.id - b.id;
