import { randomUUID } from "node:crypto";
import { Exit, Problem } from "../problems/problem.js";
import type { Dialect } from "./dialect.js";
import type { NumberColumns, Numbers } from "./numbers.js";
import type { Literal } from "./sql.js";

/** What an engine must do so that a run can keep tables in a schema of its user's. */
export interface ScratchPlace {
  /** The schema, as SQL names it. */
  readonly schema: string;
  readonly create: (table: string, sql: string) => Promise<void>;
  readonly insert: (table: string, sql: string) => Promise<void>;
  /** Drops a table if there is one, also after an abort. */
  readonly drop: (table: string) => Promise<void>;
  readonly onNote: ((note: string) => void) | undefined;
}

/** Values that one statement carries, of 25 characters at most: Athena takes a text of 256 KiB. */
const CARRIED = 8000;

/** How the names of such tables begin; what follows is random. */
export const KEPT = "culprit_kept_";

/** The tables that a run keeps; each is dropped when it is released, and what is left at the end. */
export class Scratch {
  readonly #tables = new Set<string>();

  constructor(readonly place: ScratchPlace) {}

  /** Returns the table's name, as FROM takes it. */
  async keep(sql: string): Promise<string> {
    const table = `${this.place.schema}.${KEPT}${randomUUID().replaceAll("-", "")}`;
    // Named before it is made: one whose making was cut off may still come to be.
    this.#tables.add(table);
    try {
      await this.place.create(table, sql);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw new Problem({
        code: "bad-scratch",
        what: "No table can be made in the scratch schema",
        where: this.place.schema,
        why: error.why ?? error.message,
        help: "Name one where you may create and drop tables, or leave scratch out of the address",
        exit: Exit.usage,
        cause: error,
      });
    }
    return table;
  }

  async append(
    table: string,
    dialect: Dialect,
    columns: NumberColumns,
    { count, columns: values }: Numbers,
  ): Promise<void> {
    const literalOf = (at: number, row: number): Literal => {
      const value = (values[at] as Float64Array)[row] as number;
      if (Number.isNaN(value)) return null;
      return columns[at]?.[1] === "bool" ? value !== 0 : value;
    };
    const some = Math.floor(CARRIED / columns.length);
    for (let from = 0; from < count; from += some) {
      const rows = Array.from({ length: Math.min(some, count - from) }, (_, row) =>
        columns.map((_column, at) => literalOf(at, from + row)),
      );
      await this.place.insert(table, `SELECT * FROM ${dialect.values("given", { columns, rows })}`);
    }
  }

  async release(table: string): Promise<void> {
    if (!this.#tables.has(table)) return;
    try {
      await this.place.drop(table);
      this.#tables.delete(table);
    } catch {
      // Tried again in the end, and told then.
    }
  }

  async close(): Promise<void> {
    for (const table of this.#tables) {
      await this.place.drop(table).catch((error: unknown) => {
        this.place.onNote?.(
          `${table} could not be dropped, and is yours to drop: ${(error as Error).message}`,
        );
      });
    }
    this.#tables.clear();
  }
}
