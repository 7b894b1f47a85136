import type { SeriesState } from "./machine.js";
import { ALERT } from "./parameters.js";

/**
 * The alert that says all that this one would: logs that stopped explain everything of their site, and
 * an alert on the whole site the ones on a part that makes most of it. Undefined when nothing does.
 */
export const inhibitedBy = (
  one: SeriesState,
  all: readonly SeriesState[],
): SeriesState | undefined =>
  all.find((other) => {
    const isOther = other.phase === "firing" && other !== one;
    if (!isOther || other.labels["site"] !== one.labels["site"]) return false;
    // A rule that is gone from the configuration no longer knows anything.
    if (other.measure === "silence") {
      return one.measure !== "silence" && other.judged >= one.judged;
    }
    return other.measure === one.measure && isPartOf(one, other);
  });

/** Whether a series is a part of another one, and most of it, at the same time. */
function isPartOf(part: SeriesState, whole: SeriesState): boolean {
  const names = Object.keys(whole.labels);
  const isNarrower =
    Object.keys(part.labels).length > names.length &&
    names.every((name) => whole.labels[name] === part.labels[name]);
  if (!isNarrower || part.episode === null || whole.episode === null) return false;
  const overlaps =
    part.episode.onset < whole.episode.last && whole.episode.onset < part.episode.last;
  return overlaps && part.episode.peak.value >= ALERT.explains * whole.episode.peak.value;
}
