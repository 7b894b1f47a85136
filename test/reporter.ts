import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** Ends a run with `N passed, N failed`, the one line that scripts read; a run without tests fails. */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const { passed, failed, skipped } = tally(modules, unhandledErrors.length);
    if (passed + failed === 0) process.exitCode = 1;
    // At exit, because Vitest goes on printing after this hook.
    process.once("exit", () => {
      process.stdout.write(
        `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
      );
    });
  }
}

/** What fails outside of any test counts as a failed test: collecting a file, a hook, a lost promise. */
function tally(modules: readonly TestModule[], unhandledErrors: number) {
  const count = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    for (const group of [module, ...module.children.allSuites()]) {
      count.failed += group.errors().length;
    }
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      count[state === "pending" ? "skipped" : state] += 1;
    }
  }
  return count;
}
