import { createClient } from "@clickhouse/client";
import path from "node:path";
import { describe, test } from "vitest";
import { ClickHouseEngine } from "../../../src/engines/clickhouse/engine.js";
import { folder } from "../../cli/culprit.js";
import { engineSuite } from "../engine.case.js";

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["connection"]>;

/** ClickHouse itself, inside this process; it is half a gigabyte, and so installed beside these tests. */
async function embedded(): Promise<Connection | undefined> {
  try {
    const chdb = "chdb/connection";
    const { createChdbConnection } = (await import(chdb)) as {
      createChdbConnection: (options: { path: string }) => Connection;
    };
    return createChdbConnection({ path: ":memory:" });
  } catch (error) {
    if (process.env["CI"]) throw error;
    console.warn(
      `ClickHouse is not tested: npm run test:engines installs it (${(error as Error).message})`,
    );
    return undefined;
  }
}

const connection = await embedded();

if (connection === undefined) {
  describe.skip("ClickHouse", () => {
    test("npm run test:engines installs it", () => {});
  });
} else {
  engineSuite("ClickHouse", () => {
    const client = createClient({ connection });
    const place = { database: "shop", table: "requests" };
    return Promise.resolve({
      engine: new ClickHouseEngine(client, "clickhouse://test/shop", place, undefined),
      folder: path.join(folder, "clickhouse"),
      placeOf: (file) => file,
    });
  });
}
