import type { DuckDb } from "../../engines/duckdb/engine.js";
import { literal } from "../../engines/sql.js";
import { assign } from "./assign.js";
import type { Clock } from "./clock.js";
import type { BackLine, FrontLine } from "./cost.js";
import { numbersOf, NumberTable } from "./numbers.js";
import { eachStretch, type Stretch } from "./stretches.js";

/**
 * Makes the table `stitch_pairs(front_id, back_id, lag, ambiguous)`; `lag` is microseconds from the front's
 * to the back's line on one clock.
 *
 * The engine sorts the lines whose URL is in both logs by URL and time; they pass here one URL after
 * another, a stretch of time that overlaps with no other at once, so that neither a frequent URL nor
 * a long log is ever held as a whole. Most stretches are one line of each log. Only for the lines of
 * the others it is looked up what else they say.
 */
export async function pairLines(db: DuckDb, clock: Clock): Promise<void> {
  const pairs = await NumberTable.create(db, "stitch_pairs", {
    front_id: "BIGINT",
    back_id: "BIGINT",
    lag: "DOUBLE",
    ambiguous: "BOOLEAN",
  });
  try {
    await db.run(onceSql(clock));
    const several = await NumberTable.create(db, "stitch_several", { id: "DOUBLE" });
    try {
      await eachStretch(numbersOf(db, linesSql), clock.tolerance, (stretch) => {
        if (stretch.count === 2) pairOnly(stretch, clock, pairs);
        else for (let line = 0; line < stretch.count; line++) several.add(stretch.value(line, ID));
      });
    } finally {
      several.close();
    }
    await eachStretch(numbersOf(db, severalSql), clock.tolerance, (stretch) => {
      pairSeveral(stretch, clock, pairs);
    });
  } finally {
    pairs.close();
  }
}

/** URLs that each log has only once need no comparison. */
const onceSql = (clock: Clock): string => `INSERT INTO stitch_pairs
  SELECT f.id, b.id, b.anchor - f.anchor, FALSE FROM stitch_front AS f
  JOIN stitch_aligned AS b ON f.key = b.key
  WHERE f.key IN (SELECT key FROM stitch_keys WHERE fronts = 1 AND backs = 1)
    AND b.anchor + b.slack >= f.lo - ${literal(clock.tolerance)}
    AND b.anchor - b.slack <= f.hi + ${literal(clock.tolerance)}`;

/** Where a line lies in time; `lo` and `hi` of a back's line are what its anchor may be. */
const ofFront = "f.key, f.id, f.lo, f.hi, f.anchor";
const ofBack = `b.key, ${signed("b.id")} AS id, b.anchor - b.slack AS lo, b.anchor + b.slack AS hi, b.anchor`;
const [ID, LO, HI, ANCHOR] = [1, 2, 3, 4] as const;

/** The ids of the back's lines are below zero; the same again makes them what they were. */
function signed(id: string): string {
  return `-1 - ${id}`;
}

const both = "key IN (SELECT key FROM stitch_keys WHERE fronts > 1 OR backs > 1)";

/** The other lines whose URL is in both logs, one URL after the other. */
const linesSql = `SELECT * FROM (
  SELECT ${ofFront} FROM stitch_front AS f WHERE ${both}
  UNION ALL SELECT ${ofBack} FROM stitch_aligned AS b WHERE ${both}
  ) ORDER BY key, lo`;

/** What else is known of those that are not a pair alone. */
const severalSql = `SELECT * FROM (
  SELECT ${ofFront}, CAST(NULL AS DOUBLE) AS done, CAST(NULL AS DOUBLE) AS open, f.hi AS place,
    f.took, f.status, f.bytes, f.agent, f.address
  FROM stitch_front AS f JOIN stitch_several AS s ON f.id = s.id
  UNION ALL SELECT ${ofBack}, e.done, e.open, coalesce(e.done, e.written, b.anchor) AS place,
    b.took, b.status, b.bytes, b.agent, b.address
  FROM stitch_aligned AS b JOIN stitch_several AS s ON ${signed("b.id")} = s.id
  JOIN stitch_ends AS e ON b.id = e.id
  ) ORDER BY key, lo`;
const [DONE, OPEN, PLACE, TOOK, STATUS, BYTES, AGENT, ADDRESS] = [
  5, 6, 7, 8, 9, 10, 11, 12,
] as const;

/** One line of each log: a pair, if they can be. */
function pairOnly(stretch: Stretch, { tolerance }: Clock, pairs: NumberTable): void {
  const [front, back] = stretch.value(0, ID) < 0 ? [1, 0] : [0, 1];
  if (stretch.value(back, HI) < stretch.value(front, LO) - tolerance) return;
  if (stretch.value(back, LO) > stretch.value(front, HI) + tolerance) return;
  const lag = stretch.value(back, ANCHOR) - stretch.value(front, ANCHOR);
  pairs.add(stretch.value(front, ID), -1 - stretch.value(back, ID), lag, 0);
}

function pairSeveral(stretch: Stretch, clock: Clock, pairs: NumberTable): void {
  const fronts: FrontLine[] = [];
  const backs: BackLine[] = [];
  for (let line = 0; line < stretch.count; line++) {
    if (stretch.value(line, ID) < 0) backs.push(backLine(stretch, line));
    else fronts.push(frontLine(stretch, line));
  }
  fronts.sort(byPlace);
  backs.sort(byPlace);
  for (const { front, back, ambiguous } of assign(fronts, backs, clock)) {
    pairs.add(front.id, back.id, back.anchor - front.anchor, ambiguous ? 1 : 0);
  }
}

// Copied from a common object, a line would take four times as long.
const frontLine = (stretch: Stretch, line: number): FrontLine => ({
  id: stretch.value(line, ID),
  lo: stretch.value(line, LO),
  hi: stretch.value(line, HI),
  anchor: stretch.value(line, ANCHOR),
  place: stretch.value(line, PLACE),
  took: stretch.value(line, TOOK),
  status: stretch.value(line, STATUS),
  bytes: stretch.value(line, BYTES),
  agent: stretch.value(line, AGENT),
  address: stretch.value(line, ADDRESS),
});

const backLine = (stretch: Stretch, line: number): BackLine => ({
  id: -1 - stretch.value(line, ID),
  slack: (stretch.value(line, HI) - stretch.value(line, LO)) / 2,
  done: stretch.value(line, DONE),
  open: stretch.value(line, OPEN),
  anchor: stretch.value(line, ANCHOR),
  place: stretch.value(line, PLACE),
  took: stretch.value(line, TOOK),
  status: stretch.value(line, STATUS),
  bytes: stretch.value(line, BYTES),
  agent: stretch.value(line, AGENT),
  address: stretch.value(line, ADDRESS),
});

type Placed = Pick<FrontLine, "place" | "id">;

/** Lines with the same place are in the order in which they were written. */
const byPlace = (a: Placed, b: Placed): number => a.place - b.place || a.id - b.id;
