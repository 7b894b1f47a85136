import { Exit, Problem } from "../../problems/problem.js";
import { badAddress, onlyOptions, scratchOf, tableOf, type EngineAddress } from "../address.js";
import type { RawLines, RawTables } from "../raw.js";
import { RemoteEngine, type Answer, type Registration, type TimesAs } from "../remote.js";
import type { OpenOptions } from "../open.js";
import { Scratch } from "../scratch.js";
import { statement, type TrinoSettings } from "./client.js";
import { rawLines, rawTables } from "./raw.js";
import { registerSql } from "./register.js";
import { trino } from "./dialect.js";
import { trinoExpressions } from "./expressions.js";
import { columnType, readerOf } from "./values.js";

/** A Trino cluster, over its HTTP protocol. */
export class TrinoEngine extends RemoteEngine {
  readonly dialect = trino;
  readonly expressions = trinoExpressions;
  readonly signal: AbortSignal | undefined;
  readonly scratch: Scratch | undefined;

  private constructor(
    readonly name: string,
    readonly table: string,
    readonly place: { readonly catalog: string; readonly schema: string; readonly table: string },
    readonly settings: TrinoSettings,
    scratch: string | undefined,
    onNote: OpenOptions["onNote"],
  ) {
    super();
    this.signal = settings.signal;
    if (scratch === undefined) return;
    this.scratch = new Scratch({
      schema: scratch,
      create: (kept, sql) => this.run(`CREATE TABLE ${kept} AS ${sql}`),
      insert: (kept, sql) => this.run(`INSERT INTO ${kept} ${sql}`),
      drop: (kept) => finish({ ...settings, signal: undefined }, `DROP TABLE IF EXISTS ${kept}`),
      onNote,
    });
  }

  /** `trino://user@host:8080/catalog/schema`, `trinos://` for TLS; secrets come from the environment. */
  static open(this: void, text: string, address: EngineAddress, options: OpenOptions): TrinoEngine {
    const { scheme, host, user, path } = address;
    const [catalog, schema, ...more] = path;
    if (catalog === undefined || schema === undefined || more.length > 0 || host === "") {
      throw badAddress(text, "It needs a host, a catalog and a schema");
    }
    onlyOptions(text, address, ["table", "scratch"]);
    const isSafe = scheme === "trinos";
    const port = address.port === "" ? (isSafe ? "443" : "8080") : address.port;
    const place = { catalog, schema, table: tableOf(address) };
    const name = `${scheme}://${host}:${port}/${catalog}/${schema}`;
    const table = [catalog, schema, place.table].map(trino.ident).join(".");
    const scratch = scratchOf(text, address, 2);
    const kept = scratch && [catalog, ...scratch].slice(-2).map(trino.ident).join(".");
    const settings = {
      origin: `${isSafe ? "https" : "http"}://${host}:${port}`,
      headers: {
        "X-Trino-User": user === "" ? (options.env["USER"] ?? "culprit") : user,
        "X-Trino-Source": "culprit",
        "X-Trino-Catalog": encodeURIComponent(catalog),
        "X-Trino-Schema": encodeURIComponent(schema),
        "X-Trino-Time-Zone": "UTC",
        // Without it, times lose their microseconds.
        "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
        "Content-Type": "text/plain; charset=utf-8",
        ...authorization(address, options.env, isSafe),
      },
      signal: options.signal,
      onProgress: options.onProgress,
    };
    return new TrinoEngine(name, table, place, settings, kept, options.onNote);
  }

  async answer(sql: string, times: TimesAs): Promise<Answer> {
    const parts = statement(this.settings, sql);
    const first = await parts.next();
    const head = first.done === true || !("columns" in first.value) ? [] : first.value.columns;
    const readers = head.map(({ type }) => readerOf(type, times));
    async function* rows(): AsyncGenerator<unknown[][]> {
      for await (const part of parts) {
        if ("rows" in part) yield part.rows.map((row) => readers.map((read, at) => read(row[at])));
      }
    }
    return {
      columns: head.map(({ name, type }) => ({ name, type: columnType(type) })),
      rows: rows(),
    };
  }

  async columns(): Promise<string[]> {
    const { catalog, schema, table } = this.place;
    const rows = await this
      .rows(`SELECT column_name FROM ${trino.ident(catalog)}.information_schema.columns
      WHERE table_schema = ${trino.literal(schema)} AND table_name = ${trino.literal(table)}
      ORDER BY ordinal_position`);
    return rows.map((row) => row["column_name"] as string);
  }

  registration(about: Registration): string[] {
    return registerSql(this.place, about);
  }

  raw(place: string): RawLines {
    return rawLines(this.place, place);
  }

  rawTables(at: string | undefined, derived: readonly string[]): RawTables {
    return rawTables(this.place, at, derived);
  }

  run(sql: string): Promise<void> {
    return finish(this.settings, sql);
  }

  async close(): Promise<void> {
    await this.scratch?.close();
  }
}

/** Runs a statement to its end, whatever it answers. */
async function finish(settings: TrinoSettings, sql: string): Promise<void> {
  for await (const _ of statement(settings, sql));
}

/** A password or a token, which travel over TLS only, or on this machine. */
function authorization(
  { host, user, password }: EngineAddress,
  env: OpenOptions["env"],
  isSafe: boolean,
): Record<string, string> {
  const token = env["TRINO_TOKEN"] ?? "";
  const secret = password === "" ? (env["TRINO_PASSWORD"] ?? "") : password;
  if (token === "" && secret === "") return {};
  if (!isSafe && !/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)) throw inTheOpen();
  if (token !== "") return { Authorization: `Bearer ${token}` };
  return { Authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}` };
}

const inTheOpen = (): Problem =>
  new Problem({
    code: "bad-engine",
    what: "A password or token would travel unencrypted",
    help: "Use trinos:// instead of trino://, or unset TRINO_PASSWORD and TRINO_TOKEN",
    exit: Exit.usage,
  });
