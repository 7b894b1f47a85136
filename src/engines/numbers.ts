import type { Engine } from "./engine.js";

/** Some thousand rows of numbers, column by column; NULL is NaN. */
export interface Numbers {
  readonly count: number;
  readonly columns: readonly Float64Array[];
}

/** Columns of numbers; of a `bool` the numbers are 0 and 1. */
export type NumberColumns = readonly (readonly [name: string, type: "int" | "float" | "bool"])[];

/** Rows that are gathered before an engine is given them. */
const GATHERED = 100_000;

/** Rows of numbers on their way into a table that an engine keeps. */
export class NumberRows {
  readonly #rows: Float64Array[];
  #count = 0;

  constructor(
    private readonly db: Engine,
    readonly table: string,
    private readonly columns: NumberColumns,
  ) {
    this.#rows = columns.map(() => new Float64Array(GATHERED));
  }

  add(...values: readonly number[]): void {
    if (this.#count === this.#room) this.#grow();
    for (const [at, value] of values.entries()) {
      (this.#rows[at] as Float64Array)[this.#count] = value;
    }
    this.#count += 1;
  }

  /** Gives the engine what was gathered, if that is much. */
  async pass(): Promise<void> {
    if (this.#count >= GATHERED) await this.end();
  }

  /** Gives the engine all that was gathered. */
  async end(): Promise<void> {
    if (this.#count === 0) return;
    const columns = this.#rows.map((column) => column.subarray(0, this.#count));
    await this.db.append(this.table, this.columns, { count: this.#count, columns });
    this.#count = 0;
  }

  get #room(): number {
    return this.#rows[0]?.length ?? 0;
  }

  #grow(): void {
    for (const [at, column] of this.#rows.entries()) {
      const larger = new Float64Array(2 * column.length);
      larger.set(column);
      this.#rows[at] = larger;
    }
  }
}

/** The same as a list of rows, for engines that answer with these. */
export async function* numbersOf(rows: AsyncGenerator<unknown[][]>): AsyncGenerator<Numbers> {
  for await (const some of rows) {
    const columns = (some[0] ?? []).map((_, at) =>
      Float64Array.from(some, (row) => (row[at] === null ? NaN : Number(row[at]))),
    );
    yield { count: some.length, columns };
  }
}
