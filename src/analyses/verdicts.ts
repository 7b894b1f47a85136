import { compare, type Comparison } from "./compare/compare.js";
import { facets } from "./compare/facets.js";
import { metrics } from "./compare/metric.js";
import { proposeIncident } from "./compare/propose.js";
import { defaultBaseline } from "./compare/windows.js";
import { floodColumns, floods, type FloodsResult } from "./floods/floods.js";
import type { Scope, Window } from "./scope.js";
import type { ScrapersResult } from "./scrapers/result.js";
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

/** Everything that is out of the ordinary, by some thirty scans of a few columns each. */
export async function verdicts(scope: Scope, derived: readonly string[]): Promise<Verdicts> {
  return {
    changes: await changesOf(scope, derived),
    scrapers: await scrapers(scope),
    floods: await floods(scope),
    spikes: await spikes(scope),
  };
}

async function changesOf(scope: Scope, derived: readonly string[]): Promise<Changes | undefined> {
  const { covers, window, zone } = scope;
  const incident = await proposeIncident(scope, "requests");
  const known = window ?? covers;
  if (incident === undefined || known === undefined) return undefined;
  const found = defaultBaseline(incident, known, zone);
  if (found === undefined) return undefined;
  const baseline = { ...found, odd: [] };
  const question = { scope, metric: metrics.requests, incident, baseline };
  return { incident, comparison: await compare(question, derived) };
}
