import type { Engine } from "../../engines/engine.js";
import type { Numbers } from "../../engines/numbers.js";
import { onceIn, type Lines } from "./lines.js";
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
export async function samplesOf(db: Engine, lines: Lines): Promise<Samples> {
  const unique = await read(db, uniquePairs(lines));
  return unique.count >= p.fewUnique ? unique : read(db, rarePairs(lines));
}

const pairsOf = (lines: Lines, urls: string): string => `SELECT b.anchor AS seen,
    b.anchor - f.anchor AS delta, b.slack, f.address AS front, b.address AS back,
    f.took - b.took AS took, CASE WHEN f.status = b.status THEN f.bytes - b.bytes END AS bytes
  FROM ${lines.front} AS f JOIN ${lines.back} AS b ON f.url = b.url
  WHERE f.url IN (${urls}) ORDER BY 1, 2`;

/** A URL stands as a hash: in their order they are drawn at random. */
const uniquePairs = (lines: Lines): string =>
  pairsOf(lines, `${onceIn(lines)} ORDER BY url LIMIT ${p.clockSamples}`);

/** Every front line with every back line of the same URL, for the rarest URLs. */
const rarePairs = (lines: Lines): string =>
  pairsOf(
    lines,
    `SELECT url FROM (SELECT url,
      sum(fronts * backs) OVER (ORDER BY fronts * backs, url ROWS UNBOUNDED PRECEDING) AS upto
      FROM ${lines.urls} AS u) AS t WHERE upto <= ${p.clockPairs}`,
  );

async function read(db: Engine, sql: string): Promise<Samples> {
  const chunks: Numbers[] = [];
  for await (const chunk of db.streamNumbers(sql)) chunks.push(chunk);
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
