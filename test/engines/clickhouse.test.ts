import { createClient } from "@clickhouse/client";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, test } from "vitest";
import { ClickHouseEngine } from "../../src/engines/clickhouse/engine.js";
import { folder } from "../cli/culprit.js";
import { engineSuite, type Member } from "./engine.case.js";
import { formatsSuite } from "./formats.case.js";
import { stitchSuite } from "./stitch.case.js";
import { rawIngestSuite, rawSuite, type RawEngine } from "./raw.case.js";

/** Both packages declare it; their copies of other types differ. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["connection"]>;

interface Chdb {
  readonly createChdbConnection: (options: { path: string }) => Connection;
}

/**
 * ClickHouse itself, inside this process; undefined where it was not fetched, which `npm run
 * test:engines` and .ci/run do.
 */
async function embedded(): Promise<Connection | undefined> {
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  const module = path.join(cache, "culprit/chdb-3.4.0/node_modules/chdb");
  try {
    const file = createRequire(path.join(module, "package.json")).resolve("chdb/connection");
    const { createChdbConnection } = (await import(pathToFileURL(file).href)) as Chdb;
    return createChdbConnection({ path: ":memory:" });
  } catch (error) {
    if (process.env["CI"]) throw error;
    console.warn(`ClickHouse is not tested: ${(error as Error).message}`);
    return undefined;
  }
}

const connection = await embedded();

if (connection === undefined) {
  describe.skip("ClickHouse", () => {
    test("sh scripts/fetch-chdb.sh fetches it", () => {});
  });
} else {
  const openShop = async (table: string, scratch?: string): Promise<ClickHouseEngine> => {
    const client = createClient({ connection: (await embedded()) as Connection });
    const place = { database: "shop", table };
    return new ClickHouseEngine(client, "clickhouse://test/shop", place, undefined, { scratch });
  };
  const shop = async (table: string): Promise<Required<Member>> => ({
    engine: await openShop(table),
    keeper: await openShop(table, "shop"),
    folder: path.join(folder, "clickhouse"),
    placeOf: (file) => file,
  });
  engineSuite("ClickHouse", () => shop("requests"));
  formatsSuite("ClickHouse", () => shop("formats"));
  stitchSuite("ClickHouse", () => shop("stitch"));

  // Inside this process a session that has read stays read-only: another one writes. Each suite closes its own.
  const raw = async (): Promise<RawEngine> => {
    const place = { database: "raw", table: "requests" };
    const open = async (): Promise<ClickHouseEngine> => {
      const client = createClient({ connection: (await embedded()) as Connection });
      return new ClickHouseEngine(client, "clickhouse://test/raw", place, undefined);
    };
    const [engine, writer] = [await open(), await open()];
    engine.run = (sql) => writer.run(sql);
    return {
      engine,
      folder: path.join(folder, "raw"),
      placeOf: (file) => file,
      years: [1900, 2299],
    };
  };
  rawSuite("ClickHouse", raw);
  rawIngestSuite("ClickHouse", raw);
}
