import type { DuckDb } from "../../engines/duckdb/engine.js";
import { stitchParameters as p } from "./parameters.js";

/** How much the back's clock is ahead of the front's. Lengths are microseconds. */
export interface Clock {
  /** False when the lines do not say: the clocks are then taken for equal. */
  readonly estimated: boolean;
  readonly offset: number;
  /** How far a pair may lie from the offset. */
  readonly tolerance: number;
  /** Offsets of equal pieces of time, in the back's time; one piece when the clocks keep step. */
  readonly pieces: readonly Piece[];
  readonly pieceLength: number;
  /** What pairs usually are like. */
  readonly usual: Usual;
  /** The addresses that the front has where it asks the back, or that its clients' are passed on. */
  readonly addresses: Addresses;
}

/**
 * What the back sees as the client: always one of a few addresses of the front, the client's own
 * address, or anything.
 */
export type Addresses = ReadonlySet<number> | "clients" | "any";

export interface Piece {
  /** Number of the piece: its start divided by the pieces' length. */
  readonly at: number;
  readonly offset: number;
  readonly pairs: number;
}

/** Middle and spread of how the two lines of a pair differ. */
export interface Usual {
  readonly took: Spread;
  readonly bytes: Spread;
}

export interface Spread {
  readonly middle: number;
  readonly width: number;
}

interface Sample {
  readonly at: number;
  readonly delta: number;
  readonly slack: number;
  readonly front: number;
  readonly back: number;
  readonly took: number | undefined;
  readonly bytes: number | undefined;
}

/** Compares the clocks by lines whose URL hardly occurs twice. */
export async function clockOf(db: DuckDb): Promise<Clock> {
  const unique = await uniquePairs(db);
  const samples = unique.length >= p.fewUnique ? unique : await rarePairs(db);
  const window = p.clockWindow * 1e6;
  const sorted = samples.toSorted((a, b) => a.delta - b.delta);
  const best = densest(sorted, window);
  const isSure =
    best.length >= p.clockAgreeing &&
    (best.length >= p.clockShare * sorted.length ||
      best.length >= 3 * densest(without(sorted, best, window), window).length);
  if (!isSure) return unknown;
  const offset = middleOf(best.map(({ delta }) => delta));
  const { pieces, pieceLength } = piecesOf(samples, offset, window);
  const offsets = new Map(pieces.map((piece) => [piece.at, piece.offset]));
  const left = samples
    .map((sample) => ({
      ...sample,
      delta: sample.delta - (offsets.get(Math.floor(sample.at / pieceLength)) ?? offset),
    }))
    .filter(({ delta }) => Math.abs(delta) <= window);
  // What lies within the step of the back's times is no difference.
  const away = left
    .map(({ delta, slack }) => Math.max(0, Math.abs(delta) - slack))
    .toSorted((a, b) => a - b);
  const most = away[Math.floor(p.toleranceQuantile * (away.length - 1))] ?? 0;
  const tolerance = Math.min(
    Math.max(p.toleranceTimes * most, p.leastTolerance * 1e6),
    p.mostTolerance * 1e6,
  );
  return {
    estimated: true,
    offset,
    tolerance,
    pieces,
    pieceLength,
    addresses: addressesOf(left),
    usual: {
      took: spreadOf(
        left.flatMap(({ took }) => took ?? []),
        1000,
      ),
      bytes: spreadOf(
        left.flatMap(({ bytes }) => bytes ?? []),
        8,
      ),
    },
  };
}

const unknown: Clock = {
  estimated: false,
  offset: 0,
  tolerance: p.unknownTolerance * 1e6,
  pieces: [],
  pieceLength: 3600e6,
  addresses: "any",
  usual: {
    took: { middle: 0, width: 5000 },
    bytes: { middle: 300, width: 100 },
  },
};

const columns = `b.anchor AS at, b.anchor - f.anchor AS delta, b.slack, f.address AS front,
  b.address AS back, f.took - b.took AS took,
  CASE WHEN f.status = b.status THEN f.bytes - b.bytes END AS bytes`;

/** Makes the table `stitch_keys(key, fronts, backs)`: how many lines each log has of a URL that both have. */
export const countKeys = (db: DuckDb): Promise<void> =>
  db.run(`CREATE OR REPLACE TEMP TABLE stitch_keys AS SELECT key, fronts, backs
    FROM (SELECT key, count(*) AS fronts FROM stitch_front GROUP BY key) AS f
    JOIN (SELECT key, count(*) AS backs FROM stitch_back GROUP BY key) AS b USING (key)`);

const uniquePairs = (db: DuckDb): Promise<Sample[]> =>
  samplesOf(
    db,
    `SELECT ${columns} FROM stitch_front AS f JOIN stitch_back AS b ON f.key = b.key
      WHERE f.key IN (SELECT key FROM stitch_keys WHERE fronts = 1 AND backs = 1
        ORDER BY hash(key) LIMIT ${p.clockSamples})`,
  );

/** Every front line with every back line of the same URL, for the rarest URLs. */
const rarePairs = (db: DuckDb): Promise<Sample[]> =>
  samplesOf(
    db,
    `WITH chosen AS (SELECT key FROM (SELECT key,
        sum(fronts * backs) OVER (ORDER BY fronts * backs, key ROWS UNBOUNDED PRECEDING) AS upto
        FROM stitch_keys) WHERE upto <= ${p.clockPairs})
      SELECT ${columns} FROM stitch_front AS f JOIN stitch_back AS b ON f.key = b.key
      WHERE f.key IN (SELECT key FROM chosen)`,
  );

async function samplesOf(db: DuckDb, sql: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const rows of db.streamRows(sql)) {
    for (const [at, delta, slack, front, back, took, bytes] of rows as (number | null)[][]) {
      samples.push({
        at: at ?? 0,
        delta: delta ?? 0,
        slack: slack ?? 0,
        front: front ?? NaN,
        back: back ?? NaN,
        took: took ?? undefined,
        bytes: bytes ?? undefined,
      });
    }
  }
  return samples;
}

/** The most samples within a window; `sorted` by delta. */
function densest(sorted: readonly Sample[], window: number): readonly Sample[] {
  let [from, until] = [0, 0];
  for (let low = 0, high = 0; high < sorted.length; high++) {
    while ((sorted[high] as Sample).delta - (sorted[low] as Sample).delta > window) low++;
    if (high + 1 - low > until - from) [from, until] = [low, high + 1];
  }
  return sorted.slice(from, until);
}

/** The samples that lie farther than a window from the densest ones. */
function without(
  sorted: readonly Sample[],
  best: readonly Sample[],
  window: number,
): readonly Sample[] {
  const [low, high] = [best[0]?.delta ?? 0, best.at(-1)?.delta ?? 0];
  return sorted.filter(({ delta }) => delta < low - window || delta > high + window);
}

/** Offsets piece by piece, each near the one before; one piece when they are all the same. */
function piecesOf(
  samples: readonly Sample[],
  offset: number,
  window: number,
): Pick<Clock, "pieces" | "pieceLength"> {
  const times = samples.map(({ at }) => at);
  const first = times.reduce((a, b) => Math.min(a, b), Infinity);
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity);
  const pieceLength = Math.max(p.pieceSeconds * 1e6, (last - first) / p.pieces);
  const groups = new Map<number, Sample[]>();
  for (const sample of samples) {
    const at = Math.floor(sample.at / pieceLength);
    const group = groups.get(at) ?? [];
    group.push(sample);
    groups.set(at, group);
  }
  const pieces: Piece[] = [];
  let before = offset;
  for (const [at, group] of [...groups].toSorted(([a], [b]) => a - b)) {
    const near = group
      .filter(({ delta }) => Math.abs(delta - before) <= p.pieceStep * 1e6)
      .toSorted((a, b) => a.delta - b.delta);
    const best = densest(near, window);
    const isSure = best.length >= p.pieceSamples && best.length >= p.clockShare * group.length;
    if (isSure) before = middleOf(best.map(({ delta }) => delta));
    pieces.push({ at, offset: before, pairs: best.length });
  }
  const offsets = pieces.map((piece) => piece.offset);
  const span = Math.max(...offsets) - Math.min(...offsets);
  if (span <= p.sameClock * 1000) {
    return { pieceLength, pieces: pieces.map((piece) => ({ ...piece, offset })) };
  }
  return { pieceLength, pieces };
}

/** How the addresses of both lines of a pair hang together. */
function addressesOf(pairs: readonly Sample[]): Addresses {
  const share = (of: number): number => of / pairs.length;
  const same = pairs.filter(({ front, back }) => front === back).length;
  const counts = new Map<number, number>();
  for (const { back } of pairs) counts.set(back, (counts.get(back) ?? 0) + 1);
  const few = [...counts].filter(([, count]) => share(count) >= p.ownAddress);
  const theirs = few.reduce((sum, [, count]) => sum + count, 0);
  if (share(theirs) >= p.sameAddresses) return new Set(few.map(([address]) => address));
  return share(same) >= p.sameAddresses ? "clients" : "any";
}

function spreadOf(values: readonly number[], least: number): Spread {
  const middle = middleOf(values);
  const away = values.map((value) => Math.abs(value - middle));
  return { middle, width: Math.max(least, middleOf(away)) };
}

/** The median; 0 of nothing. */
function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
