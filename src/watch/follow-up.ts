import type { Labels } from "../alerts/alert.js";
import type { Decided } from "../alerts/decide.js";
import type { SeriesState } from "../alerts/machine.js";
import { ALERT } from "../alerts/parameters.js";
import type { State } from "../alerts/state.js";
import { percent } from "../outputs/numbers.js";
import { WATCH } from "./parameters.js";
import type { Rule } from "./rule.js";

/** What the logs say of an alert on a metric. */
export interface Explanation {
  /** Part of the metric that they hold. */
  readonly share: number;
  readonly annotations: Labels;
}

/** `logs explain 96 % of BytesDownloaded` */
export const shareText = ({ metric }: Rule, share: number): string =>
  share > 0
    ? `logs explain ${percent(Math.min(share, 1))} of ${metric?.metric ?? "it"}`
    : "who it was is not known yet: the logs have not arrived";

/**
 * The alerts on a metric whose logs have arrived since people were told. Those that were told with names
 * at once are only noted.
 */
export async function followUps(
  state: State,
  rule: Rule,
  justTold: ReadonlySet<string>,
  now: Date,
  explain: (series: SeriesState) => Promise<Explanation | undefined>,
): Promise<{ state: State; decided: Decided[] }> {
  const series = { ...state.series };
  const decided: Decided[] = [];
  for (const [key, one] of Object.entries(state.series)) {
    const { episode } = one;
    if (one.rule !== rule.name || episode === null || !isOpen(one, now)) continue;
    const found = await explain(one);
    if (found === undefined || found.share < WATCH.explained) continue;
    const known = { ...one, episode: { ...episode, explained: found.share } };
    series[key] = known;
    if (justTold.has(episode.fingerprint)) continue;
    const { severity, labels, channels } = rule;
    const step = { state: known, reason: "explained" } as const;
    decided.push({ key, step, severity, labels, channels, annotations: found.annotations });
  }
  return { state: { ...state, series }, decided };
}

/** People were told, nobody has named anybody yet, and it is not long over. */
function isOpen({ episode }: SeriesState, now: Date): boolean {
  if (episode === null || episode.told === null || episode.explained !== null) return false;
  const { resolved } = episode;
  return resolved === null || now.getTime() - Date.parse(resolved) < ALERT.record_ms;
}
