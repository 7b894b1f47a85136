import type { DuckDb } from "../../engines/duckdb/engine.js";
import { numbersOf, type Numbers } from "./numbers.js";
import { stitchParameters as p } from "./parameters.js";

/**
 * Lines of both logs that may be of one request, ordered by the back's time; column by column, NaN is
 * none. Instants and lengths are microseconds.
 */
export interface Samples {
  readonly count: number;
  /** When the back saw the request, by its own clock. */
  readonly at: Float64Array;
  /** How much later that is than what the front says. */
  readonly delta: Float64Array;
  /** How far `at` may be off. */
  readonly slack: Float64Array;
  /** Numbers that stand for the addresses of both lines. */
  readonly front: Float64Array;
  readonly back: Float64Array;
  /** How much longer the front took, and how many bytes more it sent. */
  readonly took: Float64Array;
  readonly bytes: Float64Array;
}

/** Pairs of lines whose URL hardly occurs twice. */
export async function samplesOf(db: DuckDb): Promise<Samples> {
  const unique = await read(db, uniquePairs);
  return unique.count >= p.fewUnique ? unique : read(db, rarePairs);
}

const pairsOf = (keys: string): string => `SELECT b.anchor AS at, b.anchor - f.anchor AS delta,
    b.slack, f.address AS front, b.address AS back, f.took - b.took AS took,
    CASE WHEN f.status = b.status THEN f.bytes - b.bytes END AS bytes
  FROM stitch_front AS f JOIN stitch_back AS b ON f.key = b.key
  WHERE f.key IN (${keys}) ORDER BY 1, 2`;

const uniquePairs = pairsOf(`SELECT key FROM stitch_keys WHERE fronts = 1 AND backs = 1
  ORDER BY hash(key) LIMIT ${p.clockSamples}`);

/** Every front line with every back line of the same URL, for the rarest URLs. */
const rarePairs = pairsOf(`SELECT key FROM (SELECT key,
    sum(fronts * backs) OVER (ORDER BY fronts * backs, key ROWS UNBOUNDED PRECEDING) AS upto
    FROM stitch_keys) WHERE upto <= ${p.clockPairs}`);

async function read(db: DuckDb, sql: string): Promise<Samples> {
  const chunks: Numbers[] = [];
  for await (const chunk of numbersOf(db, sql)) chunks.push(chunk);
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  const column = (place: number): Float64Array => {
    const all = new Float64Array(count);
    let from = 0;
    for (const chunk of chunks) {
      all.set(chunk.columns[place] as Float64Array, from);
      from += chunk.count;
    }
    return all;
  };
  const [at, delta, slack, front, back, took, bytes] = [0, 1, 2, 3, 4, 5, 6].map(column) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { count, at, delta, slack, front, back, took, bytes };
}
