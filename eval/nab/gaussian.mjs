/** Points that the mean and deviation come from, and how many wait before it moves on. */
const WINDOW = 6400;
const STEP = 100;

/**
 * The benchmark's reference detector "Windowed Gaussian", whose published score proves the scorer: the
 * normal distribution's part that is nearer to the mean.
 *
 * @param {readonly number[]} values
 */
export function windowedGaussian(values) {
  const [origin = 0] = values;
  let [from, until] = [0, 0];
  let [sum, squares] = [0, 0];
  let [mean, deviation] = [0, 1];
  /** @param {number} at @param {1 | -1} sign */
  const add = (at, sign) => {
    const x = (values[at] ?? 0) - origin;
    sum += sign * x;
    squares += sign * x * x;
  };
  const learn = () => {
    const count = until - from;
    mean = sum / count;
    deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    if (deviation < 1e-9) deviation = 1e-6;
  };
  return values.map((value, at) => {
    const score =
      at === 0 ? 0 : 1 - 0.5 * erfc(Math.abs(value - origin - mean) / deviation / Math.SQRT2);
    if (at < WINDOW) {
      add(until++, 1);
      learn();
    } else if (at + 1 - until === STEP) {
      while (until <= at) {
        add(until++, 1);
        add(from++, -1);
      }
      learn();
    }
    return score;
  });
}

/** The complementary error function for x >= 0, to 1.2e-7 of it (Numerical Recipes, 6.2). @param {number} x */
function erfc(x) {
  const t = 1 / (1 + x / 2);
  const factors = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418,
    0.37409196, 1.00002368, -1.26551223,
  ];
  return t * Math.exp(-x * x + factors.reduce((sum, factor) => sum * t + factor, 0));
}
