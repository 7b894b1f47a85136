/** How many pages were asked for how often by ordinary readers: `[times, pages]`. */
export type Popularity = readonly (readonly [times: number, pages: number])[];

export const requestsOf = (popularity: Popularity): number =>
  popularity.reduce((sum, [times, pages]) => sum + times * pages, 0);

/**
 * How many different pages `k` of the page requests touch: the rarefaction of the popularity,
 * E[D_k] = Σ_i (1 − C(N − n_i, k) / C(N, k)) with N requests in all and n_i of page i (Hurlbert 1971).
 */
export function expectedPages(popularity: Popularity, k: number): number {
  const total = requestsOf(popularity);
  const all = logChoose(total, k);
  return popularity.reduce((sum, [times, pages]) => {
    const missed = total - times < k ? 0 : Math.exp(logChoose(total - times, k) - all);
    return sum + pages * (1 - missed);
  }, 0);
}

const logChoose = (n: number, k: number): number =>
  logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** ln Γ(x) for x ≥ 1 by Stirling's series, moved up to where it is exact to 1e-12. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < 15) {
    shift += Math.log(at);
    at += 1;
  }
  const square = at * at;
  const series = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
