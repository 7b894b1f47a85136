import { randomUUID } from "node:crypto";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import type { RemoteEngine } from "../../../src/engines/remote.js";

/** A query as Athena keeps it. */
export interface Execution {
  readonly sql: string;
  readonly request: Readonly<Record<string, unknown>>;
  state: "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  why?: string;
  columns: readonly { name: string; type: string }[];
  rows: readonly (readonly (string | null)[])[];
}

export interface FakeAthena {
  readonly endpoint: string;
  readonly executions: Map<string, Execution>;
  stop(): Promise<void>;
}

/** Runs a query and tells its columns, with Athena's types, and its rows as text. */
export type Run = (sql: string) => Promise<Pick<Execution, "columns" | "rows">>;

/**
 * A server that speaks Athena's JSON protocol; `run` answers the queries. `busy` looks find it running.
 * What is not for Athena goes to the port of a server of S3's.
 */
export async function startAthena(run: Run, busy = 1, s3?: number): Promise<FakeAthena> {
  const executions = new Map<string, Execution>();
  const looks = new Map<string, number>();
  const actions: Record<string, (request: Record<string, unknown>) => Promise<object>> = {
    async StartQueryExecution(request) {
      const id = randomUUID();
      const sql = request["QueryString"] as string;
      const execution: Execution = { sql, request, state: "RUNNING", columns: [], rows: [] };
      executions.set(id, execution);
      void run(sql).then(
        (answer) => Object.assign(execution, answer, { state: "SUCCEEDED" }),
        (error: Error) => Object.assign(execution, { state: "FAILED", why: reasonOf(error) }),
      );
      return Promise.resolve({ QueryExecutionId: id });
    },
    GetQueryExecution({ QueryExecutionId: id }) {
      const { sql, state, why } = executions.get(id as string) as Execution;
      const seen = (looks.get(id as string) ?? 0) + 1;
      looks.set(id as string, seen);
      const Status = {
        State: seen <= busy && state === "SUCCEEDED" ? "RUNNING" : state,
        ...(why === undefined
          ? {}
          : { StateChangeReason: why, AthenaError: { ErrorCategory: 2, ErrorMessage: why } }),
      };
      const Statistics = { DataScannedInBytes: 25_000_000 };
      return Promise.resolve({
        QueryExecution: { QueryExecutionId: id, Query: sql, Status, Statistics },
      });
    },
    GetQueryResults({ QueryExecutionId: id, NextToken: token, MaxResults: most }) {
      const { columns, rows } = executions.get(id as string) as Execution;
      const all = [columns.map(({ name }) => name), ...rows];
      const from = Number(token ?? 0);
      const until = from + (most as number);
      const Rows = all.slice(from, until).map((row) => ({
        Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
      }));
      const ColumnInfo = columns.map(({ name, type }) => ({ Name: name, Type: type }));
      const ResultSet = { Rows, ResultSetMetadata: { ColumnInfo } };
      return Promise.resolve({
        ResultSet,
        ...(until < all.length ? { NextToken: String(until) } : {}),
      });
    },
    StopQueryExecution({ QueryExecutionId: id }) {
      (executions.get(id as string) as Execution).state = "CANCELLED";
      return Promise.resolve({});
    },
  };
  const server = createServer((request, response) => {
    if (request.headers["x-amz-target"] === undefined && s3 !== undefined) {
      const { url: path, method, headers } = request;
      const sent = forward({ host: "127.0.0.1", port: s3, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(sent);
      return;
    }
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const [service, action = ""] = String(request.headers["x-amz-target"]).split(".");
      const act = service === "AmazonAthena" ? actions[action] : undefined;
      const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
      const answer = (code: number, found: object): void =>
        void response
          .writeHead(code, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify(found));
      if (act === undefined) answer(400, { __type: "InvalidRequestException", Message: action });
      else if (body["WorkGroup"] === "missing") {
        answer(400, { __type: "InvalidRequestException", Message: "WorkGroup is not found." });
      } else void act(body).then((found) => answer(200, found));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { endpoint: `http://127.0.0.1:${port}`, executions, stop };
}

const TYPES: Record<string, string> = {
  int: "bigint",
  float: "double",
  time: "timestamp",
  bool: "boolean",
  json: "array",
};

/** Answers queries with those of a Trino cluster, whose SQL is Athena's. */
export const answeredBy =
  (trino: RemoteEngine): Run =>
  async (sql) => {
    const { columns, rows } = await trino.answer(sql, "text");
    const found: (string | null)[][] = [];
    for await (const some of rows) {
      found.push(...some.map((row) => row.map((value) => (value === null ? null : textOf(value)))));
    }
    return {
      columns: columns.map(({ name, type }) => ({ name, type: TYPES[type] ?? "varchar" })),
      rows: found,
    };
  };

/** What Trino said, where a Problem says more. */
const reasonOf = (error: Error & { why?: string }): string => error.why ?? error.message;

/** Athena writes lists as `[a, b]`. */
const textOf = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(", ")}]` : String(value);

const MAKES =
  /^CREATE TABLE (\S+) WITH \(format = 'PARQUET', external_location = '(s3:[^']+)'\) AS /;
const DROPS = /^DROP TABLE IF EXISTS `(\w+)`\.`(\w+)`$/;

/** The statements of kept tables in Trino's words; `put` writes a file where Athena would. */
export const keptBy =
  (run: Run, put: (folder: string) => Promise<void>): Run =>
  async (sql) => {
    const [made = "", table = "", folder = ""] = MAKES.exec(sql) ?? [];
    if (made !== "") await put(folder);
    return run(
      made === ""
        ? sql.replace(DROPS, 'DROP TABLE IF EXISTS "$1"."$2"')
        : `CREATE TABLE ${table} AS ${sql.slice(made.length)}`,
    );
  };
