import { existsSync } from "node:fs";
import { describe } from "vitest";

/**
 * `describe` for tests of a server that must be installed. Without it they are skipped, but never
 * under CI, where they fail with the name of the Debian package.
 */
export function describeServer(
  server: string,
  program: string,
  debianPackage: string,
  tests: () => void,
): void {
  if (existsSync(program)) {
    describe(server, tests);
  } else if (process.env["CI"]) {
    throw new Error(`${program} is missing: apt-get install ${debianPackage}`);
  } else {
    console.warn(
      `${server} is not tested: ${program} is missing, apt-get install ${debianPackage}`,
    );
    describe.skip(server, tests);
  }
}
