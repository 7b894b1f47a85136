import type { TestProject } from "vitest/node";
import { NoTrino, startCluster, type TrinoCluster } from "./cluster.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Absent where there is none. */
    readonly trino: TrinoCluster | undefined;
  }
}

/**
 * Starts one Trino cluster for all tests when CULPRIT_TEST_TRINO is set, as `npm run test:engines` does.
 * Where Java or Maven is missing the tests are skipped with a line that says so, but never under CI.
 */
export default async function setUp(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  project.provide("trino", undefined);
  if (!process.env["CULPRIT_TEST_TRINO"]) return undefined;
  const begun = Date.now();
  try {
    const { stop, ...cluster } = await startCluster();
    project.provide("trino", cluster);
    const seconds = ((Date.now() - begun) / 1000).toFixed(1);
    console.warn(`Trino: one coordinator and two workers started in ${seconds} s`);
    return stop;
  } catch (error) {
    if (!(error instanceof NoTrino) || process.env["CI"]) throw error;
    console.warn(`Trino is not tested: ${error.message}`);
    return undefined;
  }
}
