/** A source of numbers that gives the same ones for the same seed, on every machine. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed;
  }

  /** The next number, 0 ≤ n < 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * A whole number, 0 ≤ n < `below`.
   * @param {number} below
   */
  below(below) {
    return Math.floor(this.next() * below);
  }

  /**
   * One of the elements.
   * @template T
   * @param {readonly T[]} all
   */
  of(all) {
    return /** @type {T} */ (all[this.below(all.length)]);
  }
}

/** Draws the numbers 0 … n−1, the number k with a weight of 1 / (k + 1)^exponent (Walker's alias method). */
export class Zipf {
  /** @type {Random} */
  #random;
  /** @type {Float64Array} */
  #keep;
  /** @type {Int32Array} */
  #other;

  /**
   * @param {Random} random
   * @param {number} size
   * @param {number} exponent
   */
  constructor(random, size, exponent) {
    this.#random = random;
    this.#keep = new Float64Array(size).fill(1);
    this.#other = new Int32Array(size);
    const weights = Array.from({ length: size }, (_, index) => (index + 1) ** -exponent);
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / size;
    /** @type {number[]} */
    const small = [];
    /** @type {number[]} */
    const large = [];
    const left = weights.map((weight) => weight / mean);
    left.forEach((weight, index) => (weight < 1 ? small : large).push(index));
    while (small.length > 0 && large.length > 0) {
      const poor = /** @type {number} */ (small.pop());
      const rich = /** @type {number} */ (large.pop());
      const weight = /** @type {number} */ (left[poor]);
      this.#keep[poor] = weight;
      this.#other[poor] = rich;
      const rest = /** @type {number} */ (left[rich]) - (1 - weight);
      left[rich] = rest;
      (rest < 1 ? small : large).push(rich);
    }
  }

  next() {
    const index = this.#random.below(this.#keep.length);
    const keep = /** @type {number} */ (this.#keep[index]);
    return this.#random.next() < keep ? index : /** @type {number} */ (this.#other[index]);
  }
}
