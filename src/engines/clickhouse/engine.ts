import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import { Exit, Problem } from "../../problems/problem.js";
import { badAddress, onlyOptions, scratchOf, tableOf, type EngineAddress } from "../address.js";
import type { OpenOptions } from "../open.js";
import { unreachable } from "../unreachable.js";
import type { RawLines, RawTables } from "../raw.js";
import { Scratch } from "../scratch.js";
import { RemoteEngine, type Answer, type Registration, type TimesAs } from "../remote.js";
import { clickhouse } from "./dialect.js";
import { clickhouseExpressions } from "./expressions.js";
import { rawLines, rawTables } from "./raw.js";
import { registerSql } from "./register.js";
import { columnType, readerOf } from "./values.js";

/** What makes ClickHouse answer as SQL says, and its JSON lose nothing. */
export const clickhouseSettings: ClickHouseSettings = {
  session_timezone: "UTC",
  use_hive_partitioning: 1,
  // Reading Parquet, 26.7 loses a condition that it has moved there: "Not found column … in block".
  optimize_move_to_prewhere: 0,
  // Rolled-up keys, unmatched rows and sums of nothing are NULL, not 0 or ''.
  group_by_use_nulls: 1,
  join_use_nulls: 1,
  aggregate_functions_null_for_empty: 1,
  cast_keep_nullable: 1,
  // An alias never hides the column that it is computed from.
  prefer_column_name_to_alias: 1,
  date_time_output_format: "iso",
  output_format_json_quote_64bit_integers: 1,
  max_query_size: "10000000",
  // Reading raw lines is a query of many stages.
  max_parser_depth: "10000",
};

/** The code of an error whose message the client takes for another type. */
const SYNTAX_ERROR = "62";

/** Queries read, whatever they say. */
const READING: ClickHouseSettings = { ...clickhouseSettings, readonly: "2" };

/** A ClickHouse server, through its official client. */
export class ClickHouseEngine extends RemoteEngine {
  readonly dialect = clickhouse;
  readonly expressions = clickhouseExpressions;
  readonly table: string;
  readonly scratch: Scratch | undefined;

  constructor(
    readonly client: ClickHouseClient,
    readonly name: string,
    readonly place: { readonly database: string; readonly table: string },
    readonly signal: AbortSignal | undefined,
    { scratch, onNote }: { scratch?: string | undefined; onNote?: OpenOptions["onNote"] } = {},
  ) {
    super();
    if (scratch !== undefined) {
      this.scratch = new Scratch({
        schema: clickhouse.ident(scratch),
        create: (kept, sql) =>
          this.#command(
            `CREATE TABLE ${kept} ENGINE = MergeTree ORDER BY tuple() AS ${sql}`,
            this.signal,
          ),
        insert: (kept, sql) => this.#command(`INSERT INTO ${kept} ${sql}`, this.signal),
        drop: (kept) => this.#command(`DROP TABLE IF EXISTS ${kept} SYNC`),
        onNote,
      });
    }
    this.table = `${clickhouse.ident(place.database)}.${clickhouse.ident(place.table)}`;
  }

  /** `clickhouse://user@host:8123/database`, `clickhouses://` for TLS; CLICKHOUSE_PASSWORD. */
  static async open(
    this: void,
    text: string,
    address: EngineAddress,
    { env, signal, onNote }: OpenOptions,
  ): Promise<ClickHouseEngine> {
    const { scheme, host, user, password, path } = address;
    if (host === "" || path.length > 1) throw badAddress(text, "It needs a host and a database");
    onlyOptions(text, address, ["table", "scratch"]);
    const isSafe = scheme === "clickhouses";
    const port = address.port === "" ? (isSafe ? "8443" : "8123") : address.port;
    const [database = "default"] = path;
    const { createClient, ClickHouseLogLevel } = await loadClient();
    const client = createClient({
      url: `${isSafe ? "https" : "http"}://${host}:${port}`,
      username: user === "" ? "default" : user,
      password: password === "" ? (env["CLICKHOUSE_PASSWORD"] ?? "") : password,
      application: "culprit",
      // Its own words would stand beside ours.
      log: { level: ClickHouseLogLevel.OFF },
      request_timeout: 30 * 60_000,
      clickhouse_settings: { cancel_http_readonly_queries_on_client_close: 1 },
    });
    const name = `${scheme}://${host}:${port}/${database}`;
    const [scratch] = scratchOf(text, address, 1) ?? [];
    const place = { database, table: tableOf(address) };
    return new ClickHouseEngine(client, name, place, signal, { scratch, onNote });
  }

  async answer(sql: string, times: TimesAs): Promise<Answer> {
    this.signal?.throwIfAborted();
    const result = await this.client
      .query({
        query: sql,
        format: "JSONCompactEachRowWithNamesAndTypes",
        clickhouse_settings: READING,
        ...(this.signal === undefined ? {} : { abort_signal: this.signal }),
      })
      .catch((error: unknown) => {
        throw this.#problem(error, sql);
      });
    const parts = (result.stream() as AsyncIterable<{ json(): unknown }[]>)[Symbol.asyncIterator]();
    const head: unknown[][] = [];
    let rest: unknown[][] = [];
    const next = async (): Promise<unknown[][] | undefined> => {
      const part = await parts.next().catch((error: unknown) => {
        throw this.#problem(error, sql);
      });
      return part.done === true ? undefined : part.value.map((row) => row.json() as unknown[]);
    };
    while (head.length < 2) {
      const some = await next();
      if (some === undefined) break;
      rest = [...rest, ...some];
      head.push(...rest.splice(0, 2 - head.length));
    }
    const [names = [], types = []] = head as string[][];
    const readers = types.map((type) => readerOf(type, times));
    async function* rows(): AsyncGenerator<unknown[][]> {
      for (let some: unknown[][] | undefined = rest; some !== undefined; some = await next()) {
        if (some.length > 0) yield some.map((row) => readers.map((read, at) => read(row[at])));
      }
    }
    return {
      columns: names.map((name, at) => ({ name, type: columnType(types[at] ?? "") })),
      rows: rows(),
    };
  }

  async columns(): Promise<string[]> {
    const { database, table } = this.place;
    const rows = await this.rows(`SELECT name FROM system.columns
      WHERE database = ${clickhouse.literal(database)} AND table = ${clickhouse.literal(table)}
      ORDER BY position`);
    return rows.map((row) => row["name"] as string);
  }

  registration(about: Registration): string[] {
    return registerSql(this.place, about);
  }

  raw(place: string): RawLines {
    return rawLines(place);
  }

  rawTables(_at: string | undefined, derived: readonly string[]): RawTables {
    return rawTables(this.place, derived);
  }

  override readonly remove = (table: string, where: string): string =>
    `ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 2`;

  async run(sql: string): Promise<void> {
    this.signal?.throwIfAborted();
    await this.#command(sql);
  }

  async #command(sql: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.client
      .command({
        query: sql,
        clickhouse_settings: clickhouseSettings,
        ...(signal === undefined ? {} : { abort_signal: signal }),
      })
      .catch((error: unknown) => {
        throw this.#problem(error, sql);
      });
  }

  async close(): Promise<void> {
    await this.scratch?.close();
    await this.client.close();
  }

  /** What the server or the network says, for people. */
  #problem(error: unknown, sql: string): unknown {
    if (this.signal?.aborted === true || !(error instanceof Error)) return error;
    const { type, code } = error as { type?: string; code?: string };
    if (type === undefined) return code === undefined ? error : unreachable(this.name, error);
    const details = { where: this.name, why: error.message, cause: error };
    if (/^(?:AUTHENTICATION_FAILED|WRONG_PASSWORD|UNKNOWN_USER|ACCESS_DENIED)$/.test(type)) {
      const what = "The engine does not let us in";
      const help = "Set CLICKHOUSE_PASSWORD, and use clickhouses:// (TLS)";
      return new Problem({ code: "engine-refused", what, help, exit: Exit.usage, ...details });
    }
    if (
      code === SYNTAX_ERROR ||
      /UNKNOWN_|ILLEGAL_|BAD_ARGUMENTS|TYPE|NUMBER_OF_ARGUMENTS|READONLY/.test(type)
    ) {
      const help = "The table is requests; culprit formats --fields lists its columns";
      return new Problem({
        code: "bad-sql",
        what: "The SQL cannot be run",
        where: sql.slice(0, 2000),
        why: `${type}: ${error.message}`,
        help,
        exit: Exit.usage,
        cause: error,
      });
    }
    const what = "The query failed on the engine";
    return new Problem({
      code: "engine-failed",
      what,
      exit: Exit.input,
      ...details,
      why: `${type}: ${error.message}`,
    });
  }
}

async function loadClient(): Promise<typeof import("@clickhouse/client")> {
  try {
    return await import("@clickhouse/client");
  } catch (cause) {
    throw new Problem({
      code: "not-installed",
      what: "The client of ClickHouse is not installed",
      help: "npm install @clickhouse/client",
      exit: Exit.usage,
      cause,
    });
  }
}
