import type { Engine, Row } from "../../engines/engine.js";
import type { Numbers } from "../../engines/numbers.js";

/** The same engine for one question: once its signal is aborted, no further query begins. */
export class Stoppable implements Engine {
  readonly dialect;
  readonly keepsTables;

  constructor(
    readonly engine: Engine,
    readonly signal: AbortSignal,
  ) {
    this.dialect = engine.dialect;
    this.keepsTables = engine.keepsTables;
  }

  async view(name: string, sql: string): Promise<string> {
    this.signal.throwIfAborted();
    return this.engine.view(name, sql);
  }

  async keep(sql: string): Promise<string> {
    this.signal.throwIfAborted();
    return this.engine.keep(sql);
  }

  async append(...rows: Parameters<Engine["append"]>): Promise<void> {
    this.signal.throwIfAborted();
    return this.engine.append(...rows);
  }

  async release(kept: string): Promise<void> {
    return this.engine.release(kept);
  }

  async rows(sql: string): Promise<Row[]> {
    this.signal.throwIfAborted();
    return this.engine.rows(sql);
  }

  async *streamRows(sql: string): AsyncGenerator<unknown[][]> {
    for await (const rows of this.engine.streamRows(sql)) {
      this.signal.throwIfAborted();
      yield rows;
    }
  }

  async *streamNumbers(sql: string): AsyncGenerator<Numbers> {
    for await (const rows of this.engine.streamNumbers(sql)) {
      this.signal.throwIfAborted();
      yield rows;
    }
  }

  async run(sql: string): Promise<void> {
    this.signal.throwIfAborted();
    return this.engine.run(sql);
  }

  close(): void {
    // It belongs to all questions.
  }
}
