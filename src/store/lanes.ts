import type { DuckDb } from "../engines/duckdb/engine.js";

/** Pieces of work after which memory is given back: some hundred megabytes of log, some 20 ms. */
const TRIMMED = 8;

/**
 * Connections to one engine that work side by side. Where the engine has one thread, so has each lane:
 * for pieces of some megabytes that takes half the CPU of all threads sharing every piece.
 */
export class Lanes {
  readonly #idle: DuckDb[];
  readonly #waiting: ((lane: DuckDb) => void)[] = [];
  #ran = 0;

  private constructor(
    readonly all: readonly DuckDb[],
    readonly db: DuckDb,
  ) {
    this.#idle = [...all];
  }

  /**
   * `count` connections. Of several none is the given one, which is never busy then: what registers
   * functions there would wait for a query of it, and that for a function.
   */
  static async open(db: DuckDb, count = 1): Promise<Lanes> {
    if (count === 1) return new Lanes([db], db);
    return new Lanes(await Promise.all(Array.from({ length: count }, () => db.beside())), db);
  }

  /** Runs work on the next lane that is idle; work waits in the order in which it came. */
  async run<T>(work: (lane: DuckDb) => Promise<T>): Promise<T> {
    const lane =
      this.#idle.shift() ??
      (await new Promise<DuckDb>((resolve) => {
        this.#waiting.push(resolve);
      }));
    try {
      const result = await work(lane);
      if (++this.#ran % TRIMMED === 0) await lane.trim();
      return result;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(lane);
      else next(lane);
    }
  }

  /** Runs work on every item, and returns when all of it has ended, also where some of it failed. */
  async each<T, R>(
    items: readonly T[],
    work: (lane: DuckDb, item: T, index: number) => Promise<R>,
  ): Promise<R[]> {
    const results = await Promise.allSettled(
      items.map((item, index) => this.run((lane) => work(lane, item, index))),
    );
    return results.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  }

  close(): void {
    for (const lane of this.all) if (lane !== this.db) lane.close();
  }
}
