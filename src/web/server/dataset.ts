import { blockPlan, type BlockPlan } from "../../analyses/blockplan/blockplan.js";
import { within } from "../../analyses/compare/rows.js";
import { dropCells, sidesInBins, type Cells } from "../../analyses/page/cells.js";
import { exactSides, sidesInCells, type ExactSides } from "../../analyses/page/sides.js";
import type { TwoTimes } from "../../analyses/page/largest.js";
import { report, type ReportResult } from "../../analyses/report.js";
import type { Scope, Window } from "../../analyses/scope.js";
import { verdict, type Verdicts } from "../../analyses/verdicts.js";
import { judge } from "../../findings/judge.js";
import type { Verdict } from "../../findings/verdict.js";
import { Exit, Problem } from "../../problems/problem.js";
import { blockShown } from "../block-shown.js";
import type { PageData, PanelName, Sides, Told } from "../data.js";
import type { BlockQuestion, BlockShown } from "../live-data.js";
import type { DuckDb } from "../../engines/duckdb/engine.js";
import { cellsOfPage, pageOverview, panelTold } from "../page-data.js";
import { blockQuery } from "./asked.js";
import { Jobs } from "./jobs.js";
import type { Opened, Source } from "./source.js";
import { Stoppable } from "./stoppable.js";

/** Rows of each ranking, and the largest values of each field by each measure. */
const LIMIT = 10;
const VALUES = 40;
/** Answers that are kept, for whoever goes back. */
const KEPT = 64;

/** Filters of which every bin is known. */
const CELLS = 4;

/** One reading of the logs, and what was asked of it. */
class Reading {
  readonly answers = new Map<string, unknown>();
  readonly cells = new Map<string, Cells>();
  readonly jobs: Jobs;
  /** Questions that are answered from what is known already do not wait for those that look at rows. */
  readonly quick: Jobs;
  asking = 0;
  #idle: (() => void) | undefined;

  private constructor(
    readonly opened: Opened,
    /** Another connection, where the engine is embedded. */
    readonly beside: DuckDb | undefined,
  ) {
    this.jobs = new Jobs(() => opened.embedded?.connection.interrupt());
    this.quick = new Jobs(() => beside?.connection.interrupt());
  }

  static async of(opened: Opened): Promise<Reading> {
    return new Reading(opened, await opened.embedded?.beside());
  }

  async ask<T>(
    signal: AbortSignal,
    run: (stop: AbortSignal) => Promise<T>,
    jobs = this.jobs,
  ): Promise<T> {
    this.asking += 1;
    try {
      return await jobs.ask(signal, run);
    } finally {
      this.asking -= 1;
      if (this.asking === 0) this.#idle?.();
    }
  }

  /** Lets go of it, once the questions under way are answered. */
  async close(): Promise<void> {
    if (this.asking > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    this.beside?.close();
    await this.opened.close();
  }
}

/** The logs of a server: asked one question at a time, read again when they grow. */
export class Dataset {
  /** Counts the readings. */
  version = 1;
  #reading: Reading;

  private constructor(
    readonly source: Source,
    reading: Reading,
  ) {
    this.#reading = reading;
  }

  static async open(source: Source, signal: AbortSignal): Promise<Dataset> {
    return new Dataset(source, await Reading.of(await source.open(signal)));
  }

  get opened(): Opened {
    return this.#reading.opened;
  }

  /** Reads the logs again and asks them from now on; questions under way end as they began. */
  async renew(signal: AbortSignal): Promise<void> {
    const before = this.#reading;
    this.#reading = await Reading.of(await this.source.open(signal));
    this.version += 1;
    await before.close();
  }

  /** What the page shows first. */
  async overview(where: readonly string[], signal: AbortSignal): Promise<PageData> {
    const result = await this.#report(where, signal);
    return this.#kept(`overview ${JSON.stringify(where)}`, signal, async (opened, scope) => {
      const { derived, known } = opened;
      const wording = opened.wording(where);
      const own = scope(where);
      const cells = await this.#cells(where, own, derived);
      const options = { result, cells, derived, limit: LIMIT, values: VALUES, wording };
      return { ...known, where, ...(await pageOverview(own, options)) };
    });
  }

  /** What is known of every bin under some filters, made when it is first wanted. */
  async #cells(
    where: readonly string[],
    scope: Scope,
    derived: readonly string[],
  ): Promise<Cells | undefined> {
    const { cells } = this.#reading;
    const key = JSON.stringify(where);
    const known = cells.get(key);
    if (known !== undefined) return known;
    const made = await cellsOfPage(scope, derived);
    if (made === undefined) return undefined;
    cells.set(key, made);
    const [oldest] = cells;
    if (cells.size > CELLS && oldest !== undefined) {
      cells.delete(oldest[0]);
      await dropCells(scope.db, oldest[1]);
    }
    return made;
  }

  /** The findings of one analysis. */
  async panel(
    name: PanelName,
    where: readonly string[],
    signal: AbortSignal,
  ): Promise<Told | null> {
    const found = await this.#verdict(name, where, signal);
    const { opened } = this;
    return panelTold(name, { [name]: found }, opened.scope, opened.wording(where));
  }

  /** The five cells, by all that was found. */
  async verdict(where: readonly string[], signal: AbortSignal): Promise<Verdict> {
    const result = await this.#report(where, signal);
    const found = {
      changes: await this.#verdict("changes", where, signal),
      scrapers: await this.#verdict("scrapers", where, signal),
      floods: await this.#verdict("floods", where, signal),
      spikes: await this.#verdict("spikes", where, signal),
    };
    return judge(result, found, this.opened.wording(where));
  }

  #report(where: readonly string[], signal: AbortSignal): Promise<ReportResult> {
    return this.#kept(`report ${JSON.stringify(where)}`, signal, (_, scope) =>
      report(scope(where), LIMIT),
    );
  }

  #verdict<Name extends PanelName>(
    name: Name,
    where: readonly string[],
    signal: AbortSignal,
  ): Promise<Verdicts[Name]> {
    return this.#kept(`${name} ${JSON.stringify(where)}`, signal, ({ derived }, scope) =>
      verdict(name, scope(where), derived),
    );
  }

  /** Two times compared exactly. */
  async sides(where: readonly string[], times: TwoTimes, signal: AbortSignal): Promise<Sides> {
    const start = performance.now();
    const { hours, total, fields, from } = await this.#sides(where, times, signal);
    return {
      hours,
      total,
      dimensions: fields.map(({ facet, distinct, values }) => ({
        field: facet.name,
        distinct,
        values: values.map(({ value: text, incident, baseline }) => {
          const value = text === "" ? null : text;
          return { value, where: facet.where(value), incident, baseline };
        }),
      })),
      scanned: {
        rows: total.incident[0] + total.baseline[0],
        ms: Math.round(performance.now() - start),
        from,
      },
    };
  }

  /** From what is known of every bin where the times are whole ones, else from the rows. */
  async #sides(
    where: readonly string[],
    times: TwoTimes,
    signal: AbortSignal,
  ): Promise<ExactSides & Pick<NonNullable<Sides["scanned"]>, "from">> {
    const reading = this.#reading;
    const { cells, beside, opened, quick } = reading;
    const known = cells.get(JSON.stringify(where));
    const places = known && sidesInBins(known, times);
    if (known !== undefined && beside !== undefined && places?.whole === true) {
      const found = await reading.ask(
        signal,
        async (stop) => {
          const db = new Stoppable(beside, stop);
          return sidesInCells({ ...opened.scope, db }, times, known, places, VALUES);
        },
        quick,
      );
      return { ...found, from: "bins" };
    }
    const key = `sides ${JSON.stringify([where, times])}`;
    const found = await this.#kept(key, signal, ({ derived }, scope) =>
      known !== undefined && places !== undefined
        ? sidesInCells(scope(where), times, known, places, VALUES)
        : exactSides(scope(where), times, derived, VALUES),
    );
    return { ...found, from: places === undefined ? "rows" : "bins" };
  }

  /** What `culprit block` would plan, told; nothing is put in force. */
  async block(question: BlockQuestion, signal: AbortSignal): Promise<BlockShown> {
    const { version, opened } = this;
    const plan = await this.plan(question, version, signal);
    return blockShown(plan, {
      query: blockQuery(question, version),
      savings: await opened.blocking.savings(plan.replay),
      command: opened.blocking.command(question),
      bucket: question.bucket,
    });
  }

  /** The same plan again, as long as the logs are the same. */
  plan(question: BlockQuestion, version: number, signal: AbortSignal): Promise<BlockPlan> {
    if (version !== this.version) throw grown();
    const { where, window, target, by } = question;
    return this.#kept(
      `block ${JSON.stringify([where, window, target, by])}`,
      signal,
      ({ blocking }, scope) => {
        const own = scope(where);
        const span = window && { from: new Date(window[0]), until: new Date(window[1]) };
        return blockPlan(span === null ? own : cut(own, span), {
          target: target / 100,
          by: by === "bytes" ? "bytes_sent" : "requests",
          filtered: blocking.filtered || where.length > 0,
          allow: blocking.allow,
        });
      },
    );
  }

  /** Asks the engine itself, in turn with all other questions. */
  ask<T>(signal: AbortSignal, run: (opened: Opened, stop: AbortSignal) => Promise<T>): Promise<T> {
    const { opened } = this.#reading;
    return this.#reading.ask(signal, (stop) => run(opened, stop));
  }

  async close(): Promise<void> {
    await this.#reading.close();
  }

  /** An answer from memory, or from the engine; one that failed is asked again. */
  async #kept<T>(
    key: string,
    signal: AbortSignal,
    run: (opened: Opened, scope: (where: readonly string[]) => Scope) => Promise<T>,
  ): Promise<T> {
    const { answers, opened } = this.#reading;
    if (answers.has(key)) return answers.get(key) as T;
    const value = await this.#reading.ask(signal, async (stop) => {
      // Somebody before in the queue may have asked the same.
      if (answers.has(key)) return answers.get(key) as T;
      return run(opened, (where) => narrowed(opened, where, stop));
    });
    answers.set(key, value);
    const [oldest] = answers.keys();
    if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
    return value;
  }
}

/** The rows that pass more filters. */
function narrowed(opened: Opened, where: readonly string[], signal: AbortSignal): Scope {
  const { scope } = opened;
  const db = new Stoppable(scope.db, signal);
  if (where.length === 0) return { ...scope, db };
  const sql = opened.filter(where);
  return {
    ...scope,
    db,
    requests: `(SELECT * FROM ${scope.requests} WHERE ${sql})`,
    filter: `${scope.filter} AND ${sql}`,
  };
}

/** The rows of a time, as `--since` and `--until` cut them. */
function cut(scope: Scope, { from, until }: Window): Scope {
  const { dialect, window, requests, everything, filter } = scope;
  const range = `coalesce(${within(dialect, { from, until })}, FALSE)`;
  const first = window && new Date(Math.max(window.from.getTime(), from.getTime()));
  const end = window && new Date(Math.min(window.until.getTime(), until.getTime()));
  return {
    ...scope,
    requests: `(SELECT * FROM ${requests} WHERE ${range})`,
    everything: `(SELECT * FROM ${everything} WHERE ${range})`,
    filter: `${filter} AND ${range}`,
    window: first && end && first < end ? { from: first, until: end } : undefined,
    asked: { since: from, until },
  };
}

const grown = (): Problem =>
  new Problem({
    code: "log-grown",
    what: "The log has grown since this was planned",
    help: "Plan again",
    exit: Exit.usage,
  });
