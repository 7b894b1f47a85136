import path from "node:path";
import { describe, expect, inject, test } from "vitest";
import { openEngine } from "../../src/engines/open.js";
import type { OnProgress, RemoteEngine } from "../../src/engines/remote.js";
import { registerSql } from "../../src/engines/trino/register.js";
import { Problem } from "../../src/problems/problem.js";
import { answeredBy } from "./athena/fake.js";
import { openAthena } from "./athena/open.js";
import { engineSuite } from "./engine.case.js";

const cluster = inject("trino");

if (cluster === undefined) {
  describe.skip("Trino", () => {
    test("no cluster: npm run test:engines starts one", () => {});
  });
} else {
  const { host, lake, workers } = cluster;
  const open = (
    signal = new AbortController().signal,
    onProgress: OnProgress = () => {},
  ): Promise<RemoteEngine> =>
    openEngine(`trino://test@${host}/lake/shop`, { env: {}, signal, onProgress });

  engineSuite("Trino", async () => ({
    engine: await open(),
    folder: path.join(lake, "suite"),
    placeOf: (file) => `local:///${path.relative(lake, file)}`,
  }));

  // Athena's SQL on the cluster, through Athena's protocol; only its DDL, which is Hive's, is Trino's here.
  engineSuite("Athena", async () => {
    const { engine } = await openAthena(answeredBy(await open()), {
      query: "&table=athena",
      busy: 0,
    });
    const place = { catalog: "lake", schema: "shop", table: "athena" };
    engine.registration = (about) => registerSql(place, about);
    return {
      engine,
      folder: path.join(lake, "athena"),
      placeOf: (file) => `local:///${path.relative(lake, file)}`,
    };
  });

  /** Some seconds of work for both workers, with an answer that is known. */
  const LONG = `SELECT count(*) AS n, count_if(a.line + b.line + c.x < 0) AS none
    FROM requests a CROSS JOIN requests b CROSS JOIN UNNEST(sequence(1, 60)) AS c(x)
    WHERE a.log_type = 'combined' AND b.log_type = 'combined'`;

  describe("a query that takes long", () => {
    test("is cancelled on the cluster when it is interrupted", async () => {
      const controller = new AbortController();
      const busy = await open(controller.signal, ({ rows }) => {
        if (rows > 0) controller.abort(new Error("interrupted"));
      });
      await expect(busy.rows(`${LONG} AND a.status > -1`)).rejects.toThrow("interrupted");
      const engine = await open();
      const running = async (): Promise<unknown> => {
        const [row] = await engine.rows(
          `SELECT count(*) AS n FROM system.runtime.queries
           WHERE state NOT IN ('FINISHED', 'FAILED') AND query LIKE '%status > -1%'
             AND query NOT LIKE '%system.runtime%'`,
        );
        return row?.["n"];
      };
      await expect.poll(running, { timeout: 30_000 }).toBe(0);
    });

    // The last test: the cluster has one worker from here on.
    test("that loses a worker is answered whole or not at all", async () => {
      let [long, killed] = [false, false];
      const engine = await open(undefined, ({ rows }) => {
        if (!long || killed || rows === 0) return;
        killed = true;
        process.kill(workers[1] as number, "SIGKILL");
      });
      const [{ n: each } = {}] = await engine.rows(
        "SELECT count(*) AS n FROM requests WHERE log_type = 'combined'",
      );
      long = true;
      long = true;
      const answer = await engine.rows(LONG).catch((error: unknown) => error);
      expect(killed).toBe(true);
      if (answer instanceof Problem) expect(answer.code).toBe("engine-lost-worker");
      else expect(answer).toEqual([{ n: 60 * Number(each) ** 2, none: 0 }]);
      expect(
        await engine.rows("SELECT count(*) AS n FROM requests WHERE log_type = 'combined'"),
      ).toEqual([{ n: each }]);
    });
  });
}
