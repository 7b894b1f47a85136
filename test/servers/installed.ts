import { existsSync } from "node:fs";
import { describe } from "vitest";

/** Other programs answer when they can: under CI, on a machine with more to do, they get a second try. */
const AGAIN = process.env["CI"] ? 1 : 0;

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
    describe(server, { retry: AGAIN }, tests);
  } else if (process.env["CI"]) {
    throw new Error(`${program} is missing: apt-get install ${debianPackage}`);
  } else {
    console.warn(
      `${server} is not tested: ${program} is missing, apt-get install ${debianPackage}`,
    );
    describe.skip(server, tests);
  }
}
