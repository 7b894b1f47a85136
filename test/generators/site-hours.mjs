/**
 * Hourly totals of an ordinary site: a day's curve, quieter weekends, days and hours that differ by
 * chance, growth. Nothing is injected unless asked for.
 */

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number of the standard normal distribution. @param {() => number} random */
export const normalOf = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A count of chance around a mean. @param {() => number} random @param {number} mean */
export function poissonOf(random, mean) {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normalOf(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/**
 * @typedef {{ at: number, hours: number, factor: number }} Injection
 * @typedef {{ from: Date, requests: number, bytes_sent: number, errors: number }} Hour
 */

/**
 * @param {{ seed: number, days: number, mean: number, injections?: Injection[] }} options
 * @returns {Hour[]}
 */
export function siteHours({ seed, days, mean, injections = [] }) {
  const random = randomOf(seed);
  const normal = () => normalOf(random);
  const depth = 0.5 + 0.4 * random();
  const peak = 8 + 8 * random();
  const weekend = 0.4 + 0.7 * random();
  const growth = Math.exp((0.01 * normal()) / 2);
  const begin = Date.parse("2026-09-07T00:00:00Z") + Math.floor(7 * random()) * 86_400_000;
  let today = 1;
  return Array.from({ length: days * 24 }, (_, at) => {
    const from = new Date(begin + at * 3_600_000);
    if (at % 24 === 0) today = Math.exp(0.06 * normal()) * growth ** (at / 24);
    const free = [0, 6].includes(from.getUTCDay()) ? weekend : 1;
    const curve = 1 + depth * Math.sin(((at - peak) / 24) * 2 * Math.PI);
    const factor = injections
      .filter((one) => at >= one.at && at < one.at + one.hours)
      .reduce((product, one) => product * one.factor, 1);
    const requests = poissonOf(
      random,
      mean * curve * free * today * factor * Math.exp(0.06 * normal()),
    );
    const size = 20_000 * Math.exp(normal() / Math.sqrt(requests + 1));
    return {
      from,
      requests,
      bytes_sent: Math.round(requests * size),
      errors: poissonOf(random, requests * 0.02),
    };
  });
}
