import type { AthenaClient, QueryExecution, ResultSet, Row } from "@aws-sdk/client-athena";
import { Exit, Problem } from "../../problems/problem.js";
import type { S3, S3Settings } from "../../sources/s3-client.js";
import { badAddress, onlyOptions, tableOf, type EngineAddress } from "../address.js";
import { unsupported, type Dialect } from "../dialect.js";
import type { OpenOptions } from "../open.js";
import { pause } from "../pause.js";
import type { RawLines, RawTables } from "../raw.js";
import {
  RemoteEngine,
  type Answer,
  type OnProgress,
  type Registration,
  type TimesAs,
} from "../remote.js";
import { trino } from "../trino/dialect.js";
import { trinoExpressions } from "../trino/expressions.js";
import { columnType, readerOf } from "../trino/values.js";
import { Scratch } from "../scratch.js";
import { costText, priceText } from "./cost.js";
import { rawLines, rawTables } from "./raw.js";
import { registerSql } from "./register.js";
import { scratchPlace } from "./scratch.js";

const noLists = unsupported("Athena writes lists as text that cannot be taken apart again");

/** Athena speaks Trino's SQL. */
const athena: Dialect = {
  ...trino,
  name: "Athena",
  list: noLists,
  distinctList: noLists,
  approxTopK: noLists,
  // Its tables hold milliseconds, and take nothing finer.
  fromEpoch: (seconds) => `date_add('second', ${seconds}, TIMESTAMP '1970-01-01 00:00:00.000')`,
};

interface Settings {
  readonly database: string;
  readonly table: string;
  readonly workgroup: string;
  /** Where results go; absent when the workgroup says. */
  readonly output: string | undefined;
  /** The prefix in S3 below which tables may be kept. */
  readonly scratch: string | undefined;
  readonly s3: S3Settings;
  readonly signal: AbortSignal;
  readonly onNote: ((note: string) => void) | undefined;
  readonly onProgress: OnProgress | undefined;
}

/** A part of the results, and the token of the next one. */
interface Page {
  readonly set: ResultSet;
  readonly next: string | undefined;
}

type Sdk = typeof import("@aws-sdk/client-athena");

/** Milliseconds between two looks at a running query: soon at first. */
const FIRST_LOOK = 100;
const LATER_LOOKS = 2000;
/** Rows of a page of results: Athena's most. */
const PAGE = 1000;

/** Amazon Athena, through its SDK. */
export class AthenaEngine extends RemoteEngine {
  readonly dialect = athena;
  readonly expressions = trinoExpressions;
  readonly signal: AbortSignal;
  readonly name: string;
  readonly table: string;
  readonly scratch: Scratch | undefined;
  /** Bytes that each query scanned. */
  readonly scanned: number[] = [];

  constructor(
    readonly sdk: Sdk,
    readonly client: AthenaClient,
    readonly settings: Settings,
  ) {
    super();
    this.signal = settings.signal;
    this.name = `athena://${settings.database}`;
    this.table = [settings.database, settings.table].map(athena.ident).join(".");
    const { database, scratch, onNote } = settings;
    if (scratch === undefined) return;
    const place = scratchPlace({
      database,
      at: scratch,
      run: (sql) => this.run(sql),
      end: async (sql) => {
        await this.#finish(sql, new AbortController().signal);
      },
      s3: () => openS3(settings.s3, scratch),
      onNote,
    });
    this.scratch = new Scratch(place);
  }

  /** `athena://database?workgroup=…&output=s3://…&scratch=s3://…&region=…&profile=…&endpoint=…`. */
  static async open(
    this: void,
    text: string,
    address: EngineAddress,
    { signal, onNote, onProgress }: OpenOptions,
  ): Promise<AthenaEngine> {
    const { host: database, path, options } = address;
    if (database === "" || path.length > 0)
      throw badAddress(text, "It needs a database, and no path");
    const known = ["workgroup", "output", "region", "profile", "endpoint", "table", "scratch"];
    onlyOptions(text, address, known);
    const sdk = await loadSdk();
    const [region, profile, endpoint] = ["region", "profile", "endpoint"].map((name) =>
      options.get(name),
    );
    const s3 = {
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
    const client = new sdk.AthenaClient({ ...s3, maxAttempts: 8 });
    return new AthenaEngine(sdk, client, {
      database,
      table: tableOf(address),
      workgroup: options.get("workgroup") ?? "primary",
      output: options.get("output"),
      scratch: scratchPrefix(text, options.get("scratch")),
      s3,
      signal,
      onNote,
      onProgress,
    });
  }

  async answer(sql: string, times: TimesAs): Promise<Answer> {
    const id = await this.#finish(sql);
    const first = await this.#page(id, undefined);
    const info = first.set.ResultSetMetadata?.ColumnInfo ?? [];
    const types = info.map(({ Type = "varchar" }) => Type);
    const readers = types.map((type) => readerOf(type, times));
    const valuesOf = ({ Data = [] }: Row): unknown[] =>
      readers.map((read, at) => read(valueOf(Data[at]?.VarCharValue, types[at])));
    const page = (token: string): Promise<Page> => this.#page(id, token);
    async function* rows(): AsyncGenerator<unknown[][]> {
      // The first row of a SELECT repeats the names of its columns.
      for (let { set, next } = first, skip = 1; ; skip = 0) {
        const some = (set.Rows ?? []).slice(skip).map(valuesOf);
        if (some.length > 0) yield some;
        if (next === undefined) return;
        ({ set, next } = await page(next));
      }
    }
    return {
      columns: info.map(({ Name = "" }, at) => ({ name: Name, type: columnType(types[at] ?? "") })),
      rows: rows(),
    };
  }

  async columns(): Promise<string[]> {
    const { database, table } = this.settings;
    const rows = await this.rows(`SELECT column_name FROM information_schema.columns
      WHERE table_schema = ${athena.literal(database.toLowerCase())}
        AND table_name = ${athena.literal(table.toLowerCase())} ORDER BY ordinal_position`);
    return rows.map((row) => row["column_name"] as string);
  }

  registration(about: Registration): string[] {
    if (!about.place.startsWith("s3://")) throw notInS3(about.place);
    return registerSql(this.settings, about);
  }

  raw(place: string): RawLines {
    if (!place.startsWith("s3://")) throw notInS3(place);
    return rawLines(this.settings, place);
  }

  rawTables(at: string | undefined, derived: readonly string[]): RawTables {
    if (at?.startsWith("s3://") !== true) throw notInS3(at ?? "no --at");
    return rawTables(this.settings, at, derived);
  }

  async run(sql: string): Promise<void> {
    await this.#finish(sql);
  }

  override costOf(bytes: number): string {
    return priceText([bytes]);
  }

  async close(): Promise<void> {
    await this.scratch?.close();
    if (this.scanned.length > 0) this.settings.onNote?.(costText(this.scanned));
    this.client.destroy();
  }

  /** A page of a finished query's results. */
  async #page(id: string, token: string | undefined): Promise<Page> {
    const command = new this.sdk.GetQueryResultsCommand({
      QueryExecutionId: id,
      MaxResults: PAGE,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const { ResultSet: set = {}, NextToken: next } = await this.client
      .send(command, { abortSignal: this.signal })
      .catch((error: unknown) => this.#fail(error));
    return { set, next };
  }

  /** Starts a query and waits for its end; an abort stops it. */
  async #finish(sql: string, signal = this.signal): Promise<string> {
    signal.throwIfAborted();
    const { database, workgroup, output } = this.settings;
    const start = new this.sdk.StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: database },
      WorkGroup: workgroup,
      ...(output === undefined ? {} : { ResultConfiguration: { OutputLocation: output } }),
    });
    const { QueryExecutionId: id = "" } = await this.client
      .send(start)
      .catch((error: unknown) => this.#fail(error, signal));
    try {
      for (let delay = FIRST_LOOK; ; delay = Math.min(LATER_LOOKS, delay * 1.5)) {
        const look = new this.sdk.GetQueryExecutionCommand({ QueryExecutionId: id });
        const { QueryExecution: execution = {} } = await this.client
          .send(look, { abortSignal: signal })
          .catch((error: unknown) => this.#fail(error, signal));
        const state = execution.Status?.State;
        const bytes = execution.Statistics?.DataScannedInBytes ?? 0;
        this.settings.onProgress?.(state === "RUNNING" ? { bytes } : undefined);
        if (state === "SUCCEEDED" || state === "FAILED" || state === "CANCELLED") {
          // Definitions of tables cost nothing.
          if (execution.StatementType !== "DDL") this.scanned.push(bytes);
          if (state === "SUCCEEDED") return id;
          throw queryProblem(execution, sql, this.name);
        }
        await pause(delay, signal);
      }
    } catch (error) {
      if (signal.aborted) await this.#stop(id);
      throw error;
    }
  }

  async #stop(id: string): Promise<void> {
    const stop = new this.sdk.StopQueryExecutionCommand({ QueryExecutionId: id });
    await this.client.send(stop, { abortSignal: AbortSignal.timeout(5000) }).catch(() => {});
  }

  #fail(error: unknown, signal = this.signal): never {
    signal.throwIfAborted();
    throw serviceProblem(error, this.name);
  }
}

/** Athena writes every value as text. */
function valueOf(text: string | undefined, type = "varchar"): unknown {
  if (text === undefined) return null;
  return type === "boolean" ? text === "true" : text;
}

function queryProblem({ Status: status }: QueryExecution, sql: string, where: string): Problem {
  const why =
    status?.AthenaError?.ErrorMessage ?? status?.StateChangeReason ?? "Athena gave no reason";
  // Category 2 is the query's own fault.
  const isOurs =
    status?.AthenaError?.ErrorCategory === 2 || /^(?:SYNTAX|COLUMN|TYPE|FUNCTION)_/.test(why);
  return new Problem({
    code: isOurs ? "bad-sql" : "engine-failed",
    what: isOurs ? "The SQL cannot be run" : "The query failed on the engine",
    where: isOurs ? sql.slice(0, 2000) : where,
    why,
    help: isOurs
      ? "The table is requests; culprit formats --fields lists its columns"
      : "Athena's console keeps the query and says more",
    exit: isOurs ? Exit.usage : Exit.input,
  });
}

function serviceProblem(error: unknown, where: string): Problem {
  if (error instanceof Problem) return error;
  const { name = "", message = String(error) } = error as { name?: string; message?: string };
  const details = { where, why: `${name}: ${message}`, exit: Exit.input, cause: error };
  if (/Credentials|Token|Signature|AccessDenied|UnrecognizedClient/.test(name)) {
    const what = "Athena does not let us in";
    const help = "Check the profile (profile=… in the address), and that it may use the workgroup";
    return new Problem({ code: "engine-refused", what, help, ...details });
  }
  if (name === "InvalidRequestException") {
    const what = "Athena refuses the query";
    const help =
      "Does the workgroup exist, and has it a place for results? Else name one: output=s3://bucket/prefix";
    return new Problem({ code: "engine-failed", what, help, ...details });
  }
  const what = "Athena did not answer";
  const help = "Check the region (region=… in the address) and the network, and run it again";
  return new Problem({ code: "engine-unreachable", what, help, ...details });
}

const notInS3 = (place: string): Problem =>
  new Problem({
    code: "bad-flag",
    what: "Athena reads from S3 only",
    where: place,
    help: "Name a place there: --at s3://bucket/prefix",
    exit: Exit.usage,
  });

function scratchPrefix(text: string, at: string | undefined): string | undefined {
  if (at === undefined || /^s3:\/\/./i.test(at)) return at;
  throw badAddress(text, `scratch=${at} is no place in S3: scratch=s3://bucket/prefix/`);
}

/** The client of S3, loaded when the first table is dropped; works also after an abort. */
async function openS3(settings: S3Settings, where: string): Promise<S3> {
  const { S3 } = await import("../../sources/s3-client.js");
  return S3.open(settings, where);
}

async function loadSdk(): Promise<Sdk> {
  try {
    return await import("@aws-sdk/client-athena");
  } catch (cause) {
    throw new Problem({
      code: "not-installed",
      what: "The SDK of Athena is not installed",
      help: "npm install @aws-sdk/client-athena",
      exit: Exit.usage,
      cause,
    });
  }
}
