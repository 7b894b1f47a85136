import type { Engine } from "../../engines/engine.js";
import { NumberRows } from "../../engines/numbers.js";
import { assign } from "./assign.js";
import type { Clock } from "./clock.js";
import type { BackLine, FrontLine } from "./cost.js";
import { onceIn, type Lines } from "./lines.js";
import type { Aligned } from "./order.js";
import { eachStretch, type Stretch } from "./stretches.js";

/**
 * Finds the pairs; the table `front_id, back_id, lag, ambiguous`, as FROM takes it; `lag` is microseconds
 * from the front's to the back's line on one clock.
 *
 * Lines whose URL is in both logs fall into stretches of time in which they overlap with no others of
 * their URL. Most stretches are one line of each log, which the engine pairs. Only the lines of the
 * others pass here, one stretch after another, so that neither a frequent URL nor a long log is ever
 * held as a whole.
 */
export async function pairLines(
  db: Engine,
  lines: Lines,
  aligned: Aligned,
  clock: Clock,
): Promise<string> {
  const stretches = await db.keep(stretchesSql(db, lines, aligned, clock));
  const shared = await db.keep(sharedSql(stretches));
  const pairs = await db.keep(`${onceSql(db, lines, aligned, clock)}
    UNION ALL ${aloneSql(db, shared, clock)}`);
  const several = await db.keep(`SELECT s.id FROM ${stretches} AS s JOIN ${shared} AS b
    ON s.url = b.url AND s.stretch = b.stretch WHERE b.n > 2`);
  const found = new NumberRows(db, pairs, [
    ["front_id", "int"],
    ["back_id", "int"],
    ["lag", "float"],
    ["ambiguous", "bool"],
  ]);
  const rows = db.streamNumbers(severalSql(lines, aligned, several));
  await eachStretch(rows, clock.tolerance, async (stretch) => {
    pairSeveral(stretch, clock, found);
    await found.pass();
  });
  await found.end();
  for (const table of [stretches, shared, several]) await db.release(table);
  return pairs;
}

/** URLs that each log has only once need no comparison. */
const onceSql = (db: Engine, lines: Lines, aligned: Aligned, { tolerance }: Clock): string =>
  `SELECT CAST(f.id AS BIGINT) AS front_id, CAST(b.id AS BIGINT) AS back_id,
    b.anchor - f.anchor AS lag, FALSE AS ambiguous
  FROM ${lines.front} AS f JOIN ${aligned.lines} AS b ON f.url = b.url
  WHERE f.url IN (${onceIn(lines)})
    AND b.anchor + b.slack >= f.lo - ${db.dialect.literal(tolerance)}
    AND b.anchor - b.slack <= f.hi + ${db.dialect.literal(tolerance)}`;

/** Where a line lies in time; `lo` and `hi` of a back's line are what its anchor may be. */
const ofFront = "f.url, f.id, f.lo, f.hi, f.anchor";
const ofBack = `b.url, ${signed("b.id")} AS id, b.anchor - b.slack AS lo, b.anchor + b.slack AS hi, b.anchor`;
const [ID, LO, HI, ANCHOR] = [1, 2, 3, 4] as const;

/** The ids of the back's lines are below zero; the same again makes them what they were. */
function signed(id: string): string {
  return `-1 - ${id}`;
}

/** The lines of other URLs that both logs have, with the number of their stretch. */
function stretchesSql(db: Engine, lines: Lines, aligned: Aligned, { tolerance }: Clock): string {
  const others = `SELECT url FROM ${lines.urls} AS u WHERE fronts > 1 OR backs > 1`;
  const inTime = "OVER (PARTITION BY url ORDER BY lo, id ROWS";
  return `SELECT url, id, lo, hi, anchor, sum(begins) ${inTime} UNBOUNDED PRECEDING) AS stretch
    FROM (SELECT url, id, lo, hi, anchor, CASE WHEN lo > ${db.dialect.literal(tolerance)} +
        max(hi) ${inTime} BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 1 ELSE 0 END AS begins
      FROM (SELECT ${ofFront} FROM ${lines.front} AS f WHERE url IN (${others})
        UNION ALL SELECT ${ofBack} FROM ${aligned.lines} AS b WHERE url IN (${others})) AS t) AS t`;
}

/** The stretches that have lines of both logs; what is said of lines holds where there is one of each. */
const sharedSql = (stretches: string): string => `SELECT url, stretch, count(*) AS n,
    max(id) AS front_id, min(id) AS back_id,
    max(CASE WHEN id >= 0 THEN lo END) AS front_lo, max(CASE WHEN id >= 0 THEN hi END) AS front_hi,
    max(CASE WHEN id >= 0 THEN anchor END) AS front_at, max(CASE WHEN id < 0 THEN lo END) AS back_lo,
    max(CASE WHEN id < 0 THEN hi END) AS back_hi, max(CASE WHEN id < 0 THEN anchor END) AS back_at
  FROM ${stretches} AS t GROUP BY url, stretch HAVING max(id) >= 0 AND min(id) < 0`;

/** One line of each log: a pair, if they can be. */
const aloneSql = (db: Engine, shared: string, { tolerance }: Clock): string =>
  `SELECT CAST(front_id AS BIGINT) AS front_id, CAST(${signed("back_id")} AS BIGINT) AS back_id,
    back_at - front_at AS lag, FALSE AS ambiguous
  FROM ${shared} AS t
  WHERE n = 2 AND back_hi >= front_lo - ${db.dialect.literal(tolerance)}
    AND back_lo <= front_hi + ${db.dialect.literal(tolerance)}`;

/** The lines of stretches that have more, and what else they say. */
function severalSql({ front }: Lines, aligned: Aligned, several: string): string {
  const none = "CAST(NULL AS DOUBLE)";
  return `SELECT * FROM (
    SELECT ${ofFront}, ${none} AS done, ${none} AS open_for, f.hi AS place,
      f.took, f.status, f.bytes, f.agent, f.address
    FROM ${front} AS f JOIN ${several} AS s ON f.id = s.id
    UNION ALL SELECT ${ofBack}, e.done, e.open_for, coalesce(e.done, e.written, b.anchor) AS place,
      b.took, b.status, b.bytes, b.agent, b.address
    FROM ${aligned.lines} AS b JOIN ${several} AS s ON ${signed("b.id")} = s.id
    JOIN ${aligned.ends} AS e ON b.id = e.id
    ) AS t ORDER BY url, lo`;
}
const [DONE, OPEN, PLACE, TOOK, STATUS, BYTES, AGENT, ADDRESS] = [
  5, 6, 7, 8, 9, 10, 11, 12,
] as const;

function pairSeveral(stretch: Stretch, clock: Clock, pairs: NumberRows): void {
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
