import type { Numbers } from "../../engines/numbers.js";
import { stitchParameters as p } from "./parameters.js";

/** Lines of one URL while their times overlap; they stay in the columns in which they came. */
export class Stretch {
  fronts = 0;
  backs = 0;
  readonly #columns: (readonly Float64Array[])[] = [];
  readonly #rows: number[] = [];

  get count(): number {
    return this.#rows.length;
  }

  /** What a line says in a column. */
  value(line: number, column: number): number {
    const columns = this.#columns[line] as readonly Float64Array[];
    return (columns[column] as Float64Array)[this.#rows[line] as number] as number;
  }

  push(columns: readonly Float64Array[], row: number, isBack: boolean): void {
    if (isBack) this.backs += 1;
    else this.fronts += 1;
    this.#columns.push(columns);
    this.#rows.push(row);
  }

  clear(): void {
    this.fronts = 0;
    this.backs = 0;
    this.#columns.length = 0;
    this.#rows.length = 0;
  }
}

/**
 * Tells every stretch that has lines of both logs; it holds until `tell` returns. The first columns of
 * `chunks` are `url`, `id`, `lo` and `hi`, the rows ordered by `url` and `lo`; the ids of the back's lines
 * are below zero.
 */
export async function eachStretch(
  chunks: AsyncIterable<Numbers>,
  tolerance: number,
  tell: (stretch: Stretch) => Promise<void>,
): Promise<void> {
  const stretch = new Stretch();
  const end = async (): Promise<void> => {
    if (stretch.fronts > 0 && stretch.backs > 0) await tell(stretch);
    stretch.clear();
  };
  let [url, reaches] = [NaN, -Infinity];
  for await (const { count, columns } of chunks) {
    const [urls, ids, lows, highs] = columns as [N, N, N, N];
    for (let row = 0; row < count; row++) {
      const lo = lows[row] as number;
      if (urls[row] !== url || lo > reaches + tolerance || stretch.count >= p.heldLines) {
        await end();
        url = urls[row] as number;
        reaches = -Infinity;
      }
      reaches = Math.max(reaches, highs[row] as number);
      stretch.push(columns, row, (ids[row] as number) < 0);
    }
  }
  await end();
}

type N = Float64Array;
