import type { S3 } from "../../sources/s3-client.js";
import { parseS3Address } from "../../sources/s3-address.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { ScratchPlace } from "../scratch.js";
import { ident, literal } from "../sql.js";
import { name } from "./register.js";

/** What keeping tables takes of the engine. */
export interface Keeping {
  readonly database: string;
  /** The prefix under which each table gets a folder of its own: `s3://bucket/prefix/`. */
  readonly at: string;
  readonly run: (sql: string) => Promise<void>;
  /** Runs a statement also after an abort. */
  readonly end: (sql: string) => Promise<void>;
  readonly s3: () => Promise<S3>;
  readonly onNote: ((note: string) => void) | undefined;
}

/** Tables of the database with their files below a prefix; Athena leaves those of a dropped table there. */
export function scratchPlace({ database, at: place, run, end, s3, onNote }: Keeping): ScratchPlace {
  const { bucket, prefix } = parseS3Address(place.replace(/\/*$/, "/"));
  const schema = ident(database);
  let client: Promise<S3> | undefined;
  const opened = (): Promise<S3> => (client ??= s3());
  const folderOf = (table: string): string => `${prefix}${ownName(table)}/`;
  return {
    schema,
    create: async (table, sql) => {
      // Nothing is written that could not be deleted again.
      await opened();
      const at = literal(`s3://${bucket}/${folderOf(table)}`);
      await run(
        `CREATE TABLE ${table} WITH (format = 'PARQUET', external_location = ${at}) AS ${sql}`,
      );
    },
    insert: (table, sql) => run(`INSERT INTO ${table} ${sql}`),
    drop: async (table) => {
      await end(`DROP TABLE IF EXISTS ${name(database)}.${name(ownName(table))}`);
      await deleteAll(await opened(), bucket, folderOf(table));
    },
    onNote,
  };
}

/** The last part of `"database"."table"`. */
const ownName = (table: string): string => table.slice(table.lastIndexOf(".") + 1);

async function deleteAll(s3: S3, bucket: string, prefix: string): Promise<void> {
  for await (const { objects } of s3.list(bucket, prefix)) {
    const kept = await s3.delete(
      bucket,
      // Whatever is there now goes.
      objects.map(({ key }) => ({ key, etag: "" })),
    );
    const [first] = kept;
    if (first === undefined) continue;
    throw new Problem({
      code: "s3-failed",
      what: "Files of a table that was dropped could not be deleted",
      where: `s3://${bucket}/${first.key}`,
      why: first.reason,
      help: `They need s3:DeleteObject; else delete what lies below s3://${bucket}/${prefix}`,
      exit: Exit.input,
    });
  }
}
