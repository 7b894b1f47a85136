import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declaredBots } from "../../src/analyses/bots.js";
import { dimension } from "../../src/analyses/fields.js";
import { compare } from "../../src/analyses/compare/compare.js";
import { metrics } from "../../src/analyses/compare/metric.js";
import type { Baseline } from "../../src/analyses/compare/windows.js";
import { measures } from "../../src/analyses/measures.js";
import { report } from "../../src/analyses/report.js";
import type { Scope, Window } from "../../src/analyses/scope.js";
import { timeline } from "../../src/analyses/timeline.js";
import { top } from "../../src/analyses/top.js";
import { scopeOf } from "../../src/cli/scope.js";
import { DuckDb } from "../../src/engines/duckdb/engine.js";
import type { RemoteEngine } from "../../src/engines/remote.js";
import { formats } from "../../src/formats/registry.js";
import { columnTypes } from "../../src/formats/record.js";
import { Folder } from "../../src/store/folder.js";
import { readLedger } from "../../src/store/ledger.js";
import { registrationOf } from "../../src/store/registration.js";
import { storedRows } from "../../src/store/stored.js";
import { Workspace } from "../../src/store/workspace.js";
import type { Member } from "./engine.case.js";
import { makeFormatsLake, TOTALS } from "./lake.js";
import { normal } from "./questions.js";

const MANY = 10_000;

/** What differs from format to format: fields that one fills and another does not. */
const FIELDS = ["client_ip", "path", "user_agent", "status_class", "hour", "directory"];

/** Questions of all formats at once, told apart by their names. */
const questions: Record<string, (scope: Scope) => Promise<unknown>> = {
  ...Object.fromEntries(
    FIELDS.map((field, at) => [
      `top-log_type-${field}`,
      async (scope: Scope) => {
        const { sql: _, ...answer } = await top(scope, {
          fields: ["log_type", field].map((name) => dimension(name, [], scope.zone, scope.dialect)),
          by: [measures.requests, measures.bytes_sent, measures.errors, measures.duration_ms][
            at % 4
          ] as typeof measures.requests,
          limit: MANY,
        });
        return answer;
      },
    ]),
  ),
  // Combinations of all fields, which only logs of totals have.
  "compare-totals": async (scope) => {
    const { dialect } = scope;
    const ofTotals = dialect.contains("source", dialect.literal(TOTALS));
    const requests = `(SELECT * FROM ${scope.requests} AS t WHERE ${ofTotals}) AS totals`;
    const day = (of: number): Window => ({
      from: new Date(Date.UTC(2026, 10, of)),
      until: new Date(Date.UTC(2026, 10, of + 1)),
    });
    const baseline: Baseline = { kind: "given", windows: [day(3)], odd: [] };
    const own = { ...scope, requests };
    const question = { scope: own, metric: metrics.bytes_sent, incident: day(4), baseline };
    const answer = await compare(question, []);
    expect(answer.causes.map(({ conditions }) => Object.keys(conditions).length)).toContain(4);
    return answer;
  },
  report: (scope) => report(scope, MANY),
  bots: (scope) => declaredBots(scope, MANY),
  activity: (scope) =>
    scope.window === undefined
      ? Promise.reject(new Error("no times"))
      : timeline(scope, scope.requests, scope.window, 86_400),
};

/** The contract of an engine over rows of every format; `but`: questions that another store has answered. */
export function formatsSuite(
  member: string,
  open: () => Promise<Member>,
  but: readonly string[] = [],
): void {
  describe(`${member}: every format`, () => {
    let engine: RemoteEngine;
    let duck: DuckDb;
    let workspace: Workspace;
    let scopes: [Scope, Scope];

    beforeAll(async () => {
      const opened = await open();
      ({ engine } = opened);
      const store = await makeFormatsLake(opened.folder);
      const state = await readLedger(new Folder(store));
      const about = registrationOf(state, opened.placeOf(path.join(store, "requests")));
      for (const sql of engine.registration(about)) await engine.run(sql);
      workspace = Workspace.create();
      const memory = 512 * 2 ** 20;
      duck = await DuckDb.open({ memory, temporary: workspace.folder, logZone: "UTC" });
      const rows = storedRows(state.files.map((file) => path.join(store, file.path)));
      const scopeOn = (on: RemoteEngine | DuckDb, relation: string): Promise<Scope> =>
        scopeOf(
          on,
          relation,
          () => ({}),
          "UTC",
          () => "TRUE",
        );
      scopes = [await scopeOn(engine, engine.table), await scopeOn(duck, rows)];
    });

    afterAll(async () => {
      await engine?.close();
      duck?.close();
      workspace?.remove();
    });

    test("every column of every row", async () => {
      const names = [...columnTypes().keys()];
      const [here, there] = await Promise.all(
        scopes.map(async ({ db, dialect, requests }) => {
          const list = names.map((name) => {
            const own = dialect.ident(name);
            if (name === "time") return `${dialect.timeText(own)} AS ${own}`;
            return name === "extra" ? `${dialect.mapJson(own)} AS ${own}` : own;
          });
          return db.rows(
            `SELECT ${list.join(", ")} FROM ${requests} ORDER BY log_type, source, line`,
          );
        }),
      );
      expect(plain(here)).toEqual(plain(there));
      const found = new Set(there?.map((row) => row["log_type"]));
      expect(formats.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
    });

    const asked = Object.keys(questions).filter((question) => !but.includes(question));
    test.each(asked)("%s", async (question) => {
      const ask = questions[question] as (scope: Scope) => Promise<unknown>;
      const [here, there] = [await ask(scopes[0]), await ask(scopes[1])];
      expect(normal(here)).toEqual(normal(there));
    });
  });
}

/** Rows with their maps in order, and times without zeros at the end. */
const plain = (rows: readonly Record<string, unknown>[] = []): unknown =>
  rows.map((row) => {
    const extra = JSON.parse((row["extra"] as string | null) ?? "{}") as Record<string, unknown>;
    const entries = Object.entries(extra).filter(([, value]) => value !== null);
    const time = (row["time"] as string | null)?.replace(/(?:[.]0+|([.][0-9]*?)0+)$/, "$1") ?? null;
    return normal({ ...row, time, extra: entries.toSorted(([a], [b]) => (a < b ? -1 : 1)) });
  });
