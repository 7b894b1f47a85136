/**
 * The score of the Numenta Anomaly Benchmark: every window of a labelled anomaly is worth up to 1 by
 * how early it is found, every false alarm costs by how far behind a window it lies (Lavin and Ahmad,
 * "Evaluating Real-Time Anomaly Detection Algorithms", 2015). One threshold for all series, the best.
 *
 * @typedef {{ tp: number, fp: number, fn: number }} Weights
 * @typedef {{ name: string, times: string[], windows: [string, string][] }} Labelled
 * @typedef {{ score: number, worth: number, window: string | null }} Point
 */

/** @type {Record<string, Weights>} */
export const profiles = {
  standard: { tp: 1, fp: 0.11, fn: 1 },
  "low FP": { tp: 1, fp: 0.22, fn: 1 },
  "low FN": { tp: 1, fp: 0.11, fn: 2 },
};

/** @param {number} x */
const sigmoid = (x) => (x >= 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1);

/** So many of the first points are for learning and not scored. @param {number} count */
const probation = (count) => Math.min(Math.floor(0.15 * count), 0.15 * 5000);

/**
 * What each scored point is worth if it is an alarm.
 *
 * @param {Labelled} series @param {ArrayLike<number>} scores @param {Weights} weights
 * @returns {Point[]}
 */
function worths({ name, times, windows }, scores, { tp, fp }) {
  const limits = windows.map(([from, until]) => [times.indexOf(from), times.indexOf(until)]);
  let at = 0;
  /** @type {{ right: number, width: number } | undefined} */
  let before;
  return times.flatMap((_, i) => {
    const [left = Infinity, right = Infinity] = limits[at] ?? [];
    const inside = i >= left;
    const width = right - left + 1;
    const worth = inside
      ? (sigmoid(-(right - i + 1) / width) * tp) / sigmoid(-1)
      : fp * sigmoid(before === undefined ? 3 : (i - before.right) / (before.width - 1));
    const window = inside ? `${name} ${left}` : null;
    if (i === right) {
      before = { right, width };
      at += 1;
    }
    return i < probation(times.length) ? [] : [{ score: scores[i] ?? 0, worth, window }];
  });
}

/**
 * The normalised score, 0 for no alarm at all and 100 for all anomalies at once, at the best
 * threshold, and that threshold.
 *
 * @param {{ series: Labelled, scores: ArrayLike<number> }[]} corpus @param {Weights} weights
 */
export function nabScore(corpus, weights) {
  const points = corpus.flatMap(({ series, scores }) => worths(series, scores, weights));
  points.sort((a, b) => b.score - a.score);
  const missed = new Map(
    points.flatMap(({ window }) => (window === null ? [] : [[window, -weights.fn]])),
  );
  const worst = -weights.fn * missed.size;
  let total = worst;
  let best = { total: worst, threshold: Infinity, alarms: 0 };
  points.forEach(({ score, worth, window }, index) => {
    if (window === null) total += worth;
    else {
      const known = missed.get(window) ?? 0;
      if (worth > known) {
        total += worth - known;
        missed.set(window, worth);
      }
    }
    const isLast = points[index + 1]?.score !== score;
    if (isLast && total > best.total) best = { total, threshold: score, alarms: index + 1 };
  });
  const perfect = weights.tp * missed.size;
  return { ...best, score: (100 * (best.total - worst)) / (perfect - worst) };
}
