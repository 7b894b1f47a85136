import * as fc from "fast-check";

export * from "fast-check";

/**
 * Property tests take the same cases each time, so that a change is judged by what it changes.
 * `CULPRIT_FUZZ=20 npx vitest run …` looks twenty times as far, at cases that nobody has seen.
 */
const fuzz = Number(process.env["CULPRIT_FUZZ"] ?? 0);

if (fuzz === 0) fc.configureGlobal({ seed: 20_190 });

export const assert = ((property: fc.IRawProperty<unknown>, parameters?: fc.Parameters<unknown>) =>
  fc.assert(property, {
    ...parameters,
    numRuns: (parameters?.numRuns ?? 100) * Math.max(fuzz, 1),
  })) as typeof fc.assert;
