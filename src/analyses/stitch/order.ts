import type { Engine } from "../../engines/engine.js";
import type { Clock } from "./clock.js";
import { offsetAt } from "./drift.js";
import { onceIn, type Lines } from "./lines.js";
import { stitchParameters as p } from "./parameters.js";

/** The back's lines on the front's clock, as FROM takes them. */
export interface Aligned {
  /** The columns of `Lines.back`. */
  readonly lines: string;
  /**
   * `id, done, open_for, written`: the end on the front's clock and half of what stays open, both NULL
   * where the order does not tell; `written` follows the order of the lines anyway.
   */
  readonly ends: string;
  release(): Promise<void>;
}

/**
 * Puts the back's lines on the front's clock, and says when each one's request ended there.
 *
 * Servers write a line when its request ends. The order of the lines is therefore that of the ends,
 * however coarse the times are. Lines whose URL is in both logs only once know the moment from the
 * front, and the lines between two of them lie between the two moments: at 1,000 requests a second
 * that places lines with whole seconds within milliseconds. As the front ends after the back, a line
 * ended before the front's end of every later one, so the earliest of those is taken.
 */
export async function alignBack(db: Engine, lines: Lines, clock: Clock): Promise<Aligned> {
  const { literal, approxQuantile } = db.dialect;
  const shifts = await shiftsOf(db, clock);
  const aligned = await db.view("stitch_aligned", alignedSql(db, lines, clock, shifts));
  const known = await db.keep(`SELECT id, written_to, ended, known, min(known) OVER (
      PARTITION BY written_to ORDER BY id DESC ROWS UNBOUNDED PRECEDING) AS high
    FROM (SELECT b.id, b.written_to, b.ended,
        CASE WHEN abs(b.anchor - k.anchor) <= ${literal(clock.tolerance)} + b.slack THEN k.hi END AS known
      FROM ${aligned} AS b LEFT JOIN (SELECT url, anchor, hi FROM ${lines.front} AS f
        WHERE url IN (${onceIn(lines)})) AS k ON b.url = k.url) AS t`);
  const [row] = await db.rows(
    `SELECT ${approxQuantile("known - high", 0.5)} AS late FROM ${known} AS t`,
  );
  const late = row?.["late"];
  const isOrdered = clock.estimated && typeof late === "number" && late <= p.inOrder * 1000;
  const isNear = isOrdered ? `high - low <= ${literal(p.knownEnds * 1e6)}` : "FALSE";
  const soFar = "OVER (PARTITION BY written_to ORDER BY id ROWS UNBOUNDED PRECEDING)";
  const ends = await db.keep(`SELECT id, CASE WHEN ${isNear} THEN (low + high) / 2 END AS done,
      CASE WHEN ${isNear} THEN (high - low) / 2 END AS open_for, written
    FROM (SELECT id, high, max(CASE WHEN known IS NOT NULL THEN high END) ${soFar} AS low,
      max(ended) ${soFar} AS written FROM ${known} AS t) AS t`);
  await db.release(known);
  return {
    lines: aligned,
    ends,
    async release() {
      await db.release(ends);
      if (shifts !== undefined) await db.release(shifts);
    },
  };
}

/** The offset is taken for constant in short cells of the back's time. */
const cellsOf = ({
  knots,
}: Clock): { first: number; length: number; count: number } | undefined => {
  const [first, last] = [knots[0], knots.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const length = Math.max((last.at - first.at) / p.cells, p.cellSeconds * 1e6);
  return { first: first.at, length, count: Math.ceil((last.at - first.at) / length) + 1 };
};

/** A table `cell, shift` of all cells; undefined where the clocks keep step. */
async function shiftsOf(db: Engine, clock: Clock): Promise<string | undefined> {
  const cells = cellsOf(clock);
  if (cells === undefined) return undefined;
  const { first, length, count } = cells;
  const rows = Array.from({ length: count }, (_, cell) => [
    cell,
    offsetAt(clock, first + (cell + 0.5) * length),
  ]);
  const columns = [
    ["cell", "int"],
    ["shift", "float"],
  ] as const;
  const given = db.dialect.values("given", { columns, rows });
  return db.keep(`SELECT * FROM ${given}`);
}

function alignedSql(db: Engine, { back }: Lines, clock: Clock, shifts: string | undefined): string {
  const { literal } = db.dialect;
  const select = (shift: string): string => `SELECT b.id, b.url, b.anchor - ${shift} AS anchor,
      b.slack, b.ended - ${shift} AS ended, b.written_to, b.status, b.bytes, b.took, b.agent, b.address
    FROM ${back} AS b`;
  const cells = cellsOf(clock);
  if (cells === undefined || shifts === undefined) return select(literal(clock.offset));
  const cell = `floor((b.anchor - ${literal(cells.first)}) / ${literal(cells.length)})`;
  return `${select("o.shift")} JOIN ${shifts} AS o
    ON CAST(greatest(0, least(${cells.count - 1}, ${cell})) AS BIGINT) = o.cell`;
}
