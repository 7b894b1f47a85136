import { createClient } from "@clickhouse/client";
import path from "node:path";
import { describe, test } from "vitest";
import { ClickHouseEngine } from "../../src/engines/clickhouse/engine.js";
import { folder } from "../cli/culprit.js";
import { engineSuite } from "./engine.case.js";

/** Both packages declare it; their copies of other types differ. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["connection"]>;

/** ClickHouse itself, inside this process; undefined on a platform that has no binary of it. */
async function embedded(): Promise<Connection | undefined> {
  try {
    const { createChdbConnection } = await import("chdb/connection");
    return createChdbConnection({ path: ":memory:" }) as unknown as Connection;
  } catch (error) {
    if (process.env["CI"]) throw error;
    console.warn(`ClickHouse is not tested: ${(error as Error).message}`);
    return undefined;
  }
}

const connection = await embedded();

if (connection === undefined) {
  describe.skip("ClickHouse", () => {
    test("chdb has no binary for this platform", () => {});
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
