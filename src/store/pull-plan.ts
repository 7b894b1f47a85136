import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { identityOf } from "../sources/s3.js";
import type { S3Object } from "../sources/s3-client.js";
import { isOutside, whyNoLog, type TimeWindow } from "../sources/s3-keys.js";
import type { State } from "./ledger.js";
import type { Place } from "./place.js";
import { storedRows, withFiles, withObjects } from "./stored.js";

/** What a pull has found before it reads anything. */
export interface PullPlan {
  readonly listed: number;
  /** Left out by name, with the number for each reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** In the store already. */
  readonly known: number;
  readonly fresh: number;
  readonly fresh_bytes: number;
}

/** Objects handed on at a time. */
const PAGE = 2000;

/**
 * The objects of a pull as tables of the engine, so that a hundred thousand of them are compared
 * with the ledger in one join.
 */
export class PullObjects {
  #listed = 0;
  readonly #skipped = new Map<string, number>();

  private constructor(readonly db: DuckDb) {}

  static async create(db: DuckDb): Promise<PullObjects> {
    await db.run(`CREATE OR REPLACE TEMP TABLE pull_listed (identity VARCHAR, bucket VARCHAR,
      key VARCHAR, etag VARCHAR, bytes BIGINT)`);
    return new PullObjects(db);
  }

  get listed(): number {
    return this.#listed;
  }

  /** Takes a page of a listing: all that may be logs of the window, and are not the store's `own`. */
  async add(
    objects: readonly S3Object[],
    window: TimeWindow,
    own: (object: S3Object) => boolean,
  ): Promise<void> {
    this.#listed += objects.length;
    const taken = objects.filter((object) => {
      const reason = own(object)
        ? "of the store itself"
        : (whyNoLog(object) ??
          (isOutside(object.key, window) ? "outside the time range" : undefined));
      if (reason !== undefined) this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
      return reason === undefined;
    });
    if (taken.length > 0) await insert(this.db, "pull_listed", taken);
  }

  /** Compares with the ledger: what is left is to be read. */
  async plan(place: Place, state: State): Promise<PullPlan> {
    await withObjects(this.db, place, state, (objects) =>
      this.db.run(`CREATE OR REPLACE TEMP TABLE pull_fresh AS
      SELECT row_number() OVER (ORDER BY bucket, key) AS n, * FROM
        (SELECT DISTINCT * FROM pull_listed) AS listed
      WHERE NOT EXISTS (SELECT 1 FROM (SELECT identity FROM ${objects}) AS known
        WHERE known.identity = listed.identity)`),
    );
    const [fresh] = await this.db.rows(`SELECT count(*) AS count,
      CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes FROM pull_fresh`);
    const [all] = await this.db.rows("SELECT count(DISTINCT identity) AS count FROM pull_listed");
    return {
      listed: this.#listed,
      skipped: Object.fromEntries(this.#skipped),
      known: Number(all?.["count"]) - Number(fresh?.["count"]),
      fresh: Number(fresh?.["count"]),
      fresh_bytes: Number(fresh?.["bytes"]),
    };
  }

  /** What is to be read, in the order of the keys. */
  async *fresh(): AsyncGenerator<S3Object[]> {
    for (let after = 0; ; after += PAGE) {
      const rows = await this.db.rows(`SELECT bucket, key, etag, bytes FROM pull_fresh
        WHERE n > ${after} AND n <= ${after + PAGE} ORDER BY n`);
      if (rows.length === 0) return;
      yield rows.map(objectOf);
    }
  }

  /**
   * Finds which of the listed objects are in the store whole: no line of them was rejected, and the
   * rows that entered are still there, not forgotten since.
   */
  async findDurable(place: Place, state: State): Promise<void> {
    await withObjects(this.db, place, state, async (objects) => {
      const names = await this.#filesOf(objects, state);
      await withFiles(this.db, place, names, (files) => this.#findDurable(objects, files));
    });
  }

  /** The data files that can hold rows of the listed objects, by their times. */
  async #filesOf(objects: string, { files }: State): Promise<string[]> {
    const [span] = await this.db.rows(`SELECT coalesce(min("from"), '') AS first,
      coalesce(max("until"), '') AS last FROM ${objects} WHERE name IN
        (SELECT name FROM ${objects} WHERE identity IN (SELECT identity FROM pull_listed))`);
    const { first, last } = span as { first: string; last: string };
    return files
      .filter(
        ({ from, until }) => from === null || until === null || (from <= last && until >= first),
      )
      .map((file) => file.path);
  }

  async #findDurable(objects: string, files: readonly string[]): Promise<void> {
    await this.db.run(`CREATE OR REPLACE TEMP TABLE pull_durable AS
      WITH stored AS (SELECT identity, name, rejected, parsed - duplicates AS entered
          FROM ${objects} WHERE starts_with(identity, 's3://')),
        wanted AS (SELECT identity, name FROM stored
          WHERE identity IN (SELECT identity FROM pull_listed)
          GROUP BY identity, name HAVING sum(rejected) = 0),
        entered AS (SELECT name, sum(entered) AS rows FROM stored GROUP BY name),
        found AS (SELECT source AS name, count(*) AS rows FROM ${storedRows(files)}
          WHERE source IN (SELECT name FROM wanted) GROUP BY source)
      SELECT identity FROM wanted JOIN entered USING (name) LEFT JOIN found USING (name)
      WHERE entered.rows = coalesce(found.rows, 0)`);
  }

  /** Of objects as they are now, those that `findDurable` has found. */
  async durable(objects: readonly S3Object[]): Promise<readonly S3Object[]> {
    if (objects.length === 0) return [];
    await this.db.run("CREATE OR REPLACE TEMP TABLE pull_again AS FROM pull_listed LIMIT 0");
    await insert(this.db, "pull_again", objects);
    const rows = await this.db.rows(`SELECT bucket, key, etag, bytes FROM pull_again
      WHERE identity IN (SELECT identity FROM pull_durable)`);
    return rows.map(objectOf);
  }
}

async function insert(db: DuckDb, table: string, objects: readonly S3Object[]): Promise<void> {
  const rows = objects.map((object) => {
    const { bucket, key, etag, bytes } = object;
    const texts = [identityOf(object), bucket, key, etag].map((text) => literal(text));
    return `(${texts.join(", ")}, ${bytes})`;
  });
  await db.run(`INSERT INTO ${table} VALUES ${rows.join(", ")}`);
}

const objectOf = (row: Record<string, unknown>): S3Object => ({
  bucket: row["bucket"] as string,
  key: row["key"] as string,
  etag: row["etag"] as string,
  bytes: Number(row["bytes"]),
  modified: new Date(0),
  storageClass: "STANDARD",
});
