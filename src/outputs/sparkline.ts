const BLOCKS = { zero: "·", levels: "▁▂▃▄▅▆▇█" };
const ASCII = { zero: ".", levels: ":-=+*#%@" };

export interface SparklineOptions {
  ascii?: boolean;
  /** The value drawn at full height, to give several lines one scale; the largest by default. */
  max?: number;
}

/**
 * Values as one line of bars, at most `width` characters. More values than that are summed into bins
 * of equal length. Zero has its own sign, so that the smallest bar always means something; a value
 * that is not known (NaN) is blank.
 *
 * `sparkline([0, 1, 4, 8], 10)` → `·▁▄█`
 */
export function sparkline(
  values: readonly number[],
  width: number,
  { ascii = false, max }: SparklineOptions = {},
): string {
  const { zero, levels } = ascii ? ASCII : BLOCKS;
  const bins = rebin(values, width);
  const top = max ?? bins.reduce((most, value) => (value > most ? value : most), 0);
  return bins
    .map((value) => {
      if (Number.isNaN(value)) return " ";
      if (value <= 0) return zero;
      const level = Math.ceil((value / top) * levels.length);
      return levels[Math.min(Math.max(level, 1), levels.length) - 1] ?? "";
    })
    .join("");
}

/**
 * The values summed into at most `width` bins, each as long as the others: a value that lies across
 * a boundary is divided by the part on each side, so no bin is higher only because it holds one value
 * more. The sum stays the same. A bin of nothing but unknown values is NaN.
 */
export function rebin(values: readonly number[], width: number): number[] {
  const count = Math.max(1, Math.floor(width));
  if (values.length <= count) return [...values];
  const length = values.length / count;
  return Array.from({ length: count }, (_, bin) => {
    const start = bin * length;
    const end = bin === count - 1 ? values.length : start + length;
    let sum = NaN;
    for (let at = Math.floor(start); at < end; at++) {
      const value = values[at] ?? NaN;
      const part = Math.min(at + 1, end) - Math.max(at, start);
      if (Number.isNaN(value) || part <= 1e-9) continue;
      sum = (Number.isNaN(sum) ? 0 : sum) + value * part;
    }
    return sum;
  });
}
