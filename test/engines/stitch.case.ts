import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { joinedSql } from "../../src/analyses/stitch/joined.js";
import { stitch, stitchAnswer } from "../../src/analyses/stitch/stitch.js";
import { scopeOf } from "../../src/cli/scope.js";
import type { Session } from "../../src/cli/session.js";
import { storedLogs } from "../../src/cli/stored-logs.js";
import { DuckDb } from "../../src/engines/duckdb/engine.js";
import type { Engine } from "../../src/engines/engine.js";
import type { RemoteEngine } from "../../src/engines/remote.js";
import { KEPT } from "../../src/engines/scratch.js";
import { columnTypes } from "../../src/formats/record.js";
import { Folder } from "../../src/store/folder.js";
import { readLedger } from "../../src/store/ledger.js";
import { registrationOf } from "../../src/store/registration.js";
import { storedRows } from "../../src/store/stored.js";
import { Workspace } from "../../src/store/workspace.js";
import { CLOCKS, twoClocks } from "../generators/two-clocks.mjs";
import { score } from "../servers/squid-apache.mjs";
import { keepingOn, type Member } from "./engine.case.js";
import { makeTwoLogsLake } from "./lake.js";
import { normal } from "./questions.js";

/** Apache's clock is set right in between. */
const logs = twoClocks({ requests: 3000, seed: 5, days: 4, ahead: CLOCKS["is set right by 3 s"] });

/** The contract of an engine that keeps tables: it finds the pairs that the embedded engine finds. */
export function stitchSuite(member: string, open: () => Promise<Required<Member>>): void {
  describe(`${member}: stitching`, () => {
    let engine: RemoteEngine;
    let keeper: RemoteEngine;
    let duck: DuckDb;
    let workspace: Workspace;
    let rows: string;

    beforeAll(async () => {
      const opened = await open();
      ({ engine, keeper } = opened);
      const store = await makeTwoLogsLake(opened.folder, logs);
      const state = await readLedger(new Folder(store));
      const about = registrationOf(state, opened.placeOf(path.join(store, "requests")));
      for (const sql of engine.registration(about)) await engine.run(sql);
      workspace = Workspace.create();
      const memory = 512 * 2 ** 20;
      duck = await DuckDb.open({ memory, temporary: workspace.folder, logZone: "UTC" });
      rows = storedRows(state.files.map((file) => path.join(store, file.path)));
    });

    afterAll(async () => {
      await keeper?.close();
      await engine?.close();
      duck?.close();
      workspace?.remove();
    });

    test("every pair, the clocks, and what the answers say", async () => {
      const on = keeper;
      const keeping = keepingOn(engine, on);
      const [here, there] = [await stitchOn(keeping, engine.table), await stitchOn(duck, rows)];
      expect(normal({ ...here, rows: [] })).toEqual(normal({ ...there, rows: [] }));
      expect(normal(here.rows)).toEqual(normal(there.rows));
      const { true_pairs, found, wrong } = score(logs, here.rows as never);
      expect(found / true_pairs).toBeGreaterThanOrEqual(0.99);
      expect(wrong / true_pairs).toBeLessThanOrEqual(0.001);
      expect(here.clock.slices.length).toBeGreaterThan(1);
      const names = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE";
      await on.scratch?.close();
      expect(await engine.rows(`${names} '${KEPT}%'`)).toEqual([]);
    });

    test("says which engine it needs", async () => {
      await expect(stitchOn(engine, engine.table)).rejects.toMatchObject({ code: "no-scratch" });
    });
  });
}

async function stitchOn(db: Engine, relation: string) {
  const on = (of: string): ReturnType<typeof scopeOf> =>
    scopeOf(
      db,
      of,
      () => ({}),
      "UTC",
      () => "TRUE",
    );
  const session = { scope: await on(relation), derived: [] } as unknown as Session;
  const columns = [...columnTypes().keys()];
  const sides = { front: { side: "front" }, back: { side: "back" } } as const;
  const { front, back } = await storedLogs(session, sides, columns);
  const stitched = await stitch(db, front, back);
  const scope = await on(await db.keep(joinedSql(db.dialect, stitched, columns, [])));
  const rows = await db.rows(`SELECT stitch, log_type, client_ip, path, query, status, user_agent,
      line, back_line, back_lag_ms, back_ip, back_time
    FROM ${scope.requests} AS t ORDER BY log_type, line`);
  const { bypass, lost, ...answer } = await stitchAnswer(scope, 10);
  // Some path and some User-Agent, of many.
  const some = [...bypass, ...lost].map((one) => ({
    ...one,
    path: null,
    user_agent: null,
    client_ip: null,
  }));
  return { clock: stitched.clock, key: stitched.key, answer, some, rows };
}
