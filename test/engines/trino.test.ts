import path from "node:path";
import { describe, inject, test } from "vitest";
import { openEngine } from "../../src/engines/open.js";
import type { RemoteEngine } from "../../src/engines/remote.js";
import { engineSuite } from "./engine.case.js";

const cluster = inject("trino");

if (cluster === undefined) {
  describe.skip("Trino", () => {
    test("no cluster: npm run test:engines starts one", () => {});
  });
} else {
  const { host, lake } = cluster;
  const open = (): Promise<RemoteEngine> =>
    openEngine(`trino://test@${host}/lake/shop`, { env: {}, signal: new AbortController().signal });

  engineSuite("Trino", async () => ({
    engine: await open(),
    folder: path.join(lake, "suite"),
    placeOf: (file) => `local:///${path.relative(lake, file)}`,
  }));
}
