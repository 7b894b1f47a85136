import { compare, type Comparison } from "./compare/compare.js";
import { facets } from "./compare/facets.js";
import { metrics } from "./compare/metric.js";
import { proposeIncident } from "./compare/propose.js";
import { defaultBaseline, type Baseline } from "./compare/windows.js";
import { floodColumns, floods, type FloodsResult } from "./floods/floods.js";
import type { Scope, Window } from "./scope.js";
import { firstOf, type ScrapersResult } from "./scrapers/result.js";
import { scrapers } from "./scrapers/scrapers.js";
import { scraperColumns } from "./scrapers/traffic.js";
import { spikeColumns, spikes, type SpikesResult } from "./spikes/spikes.js";

/** What the other commands say of the same requests, each as it would say it alone. */
export interface Verdicts {
  /** The time that is least like the rest, explained; absent where none stands out. */
  readonly changes: Changes | undefined;
  readonly scrapers: ScrapersResult;
  readonly floods: FloodsResult;
  readonly spikes: SpikesResult;
}

export interface Changes {
  readonly incident: Window;
  readonly comparison: Comparison;
}

/** Columns of the record that the verdicts read. */
export const verdictColumns = (derived: readonly string[]): string[] => [
  ...scraperColumns,
  ...floodColumns,
  ...spikeColumns,
  ...facets(derived).flatMap(({ columns }) => columns),
];

/** Everything that is out of the ordinary, by some fifteen scans of a few columns each. */
export async function verdicts(scope: Scope, derived: readonly string[]): Promise<Verdicts> {
  return {
    changes: await verdict("changes", scope, derived),
    scrapers: await verdict("scrapers", scope, derived),
    floods: await verdict("floods", scope, derived),
    spikes: await verdict("spikes", scope, derived),
  };
}

/** One of them. */
export const verdict = <Name extends keyof Verdicts>(
  name: Name,
  scope: Scope,
  derived: readonly string[],
): Promise<Verdicts[Name]> => analyses[name](scope, derived);

const analyses: {
  readonly [Name in keyof Verdicts]: (
    scope: Scope,
    derived: readonly string[],
  ) => Promise<Verdicts[Name]>;
} = {
  changes: changesOf,
  // Most clients are ordinary, and they are many.
  scrapers: async (scope) => firstOf(await scrapers(scope), MOST, false),
  floods,
  spikes,
};

/** Suspects of each class. */
const MOST = 1000;

/** What changed in the time that is least like the rest; undefined where none stands out. */
async function changesOf(scope: Scope, derived: readonly string[]): Promise<Changes | undefined> {
  const times = await timesOf(scope);
  if (times === undefined) return undefined;
  const comparison = await compare({ scope, metric: metrics.requests, ...times }, derived);
  return { incident: times.incident, comparison };
}

/** The time that is least like the rest, and what to compare it with. */
export interface Times {
  readonly incident: Window;
  readonly baseline: Baseline;
}

/** Undefined where no time stands out. */
export async function timesOf(scope: Scope): Promise<Times | undefined> {
  const { window, zone } = scope;
  if (window === undefined) return undefined;
  const incident = await proposeIncident(scope, "requests");
  if (incident === undefined) return undefined;
  const found = defaultBaseline(incident, window, zone);
  if (found !== undefined) return { incident, baseline: { ...found, odd: [] } };
  // Nothing lies before it: the log after it is all there is.
  if (incident.until >= window.until) return undefined;
  const after = { from: incident.until, until: window.until };
  return { incident, baseline: { kind: "given", windows: [after], odd: [] } };
}
