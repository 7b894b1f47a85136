import { createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import path from "node:path";
import { ClickHouseEngine } from "../../src/engines/clickhouse/engine.js";
import { folder } from "../cli/culprit.js";
import { engineSuite } from "./engine.case.js";

/** Both packages declare it; their copies of other types differ. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["connection"]>;

engineSuite("ClickHouse", () => {
  // ClickHouse itself, inside this process, behind its official client.
  const connection = createChdbConnection({ path: ":memory:" }) as unknown as Connection;
  const client = createClient({ connection });
  const place = { database: "shop", table: "requests" };
  return Promise.resolve({
    engine: new ClickHouseEngine(client, "clickhouse://test/shop", place, undefined),
    folder: path.join(folder, "clickhouse"),
    placeOf: (file) => file,
  });
});
