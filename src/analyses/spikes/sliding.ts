/** Numbers in order, with quantiles; a few thousand at most. */
export class Sorted {
  readonly #all: number[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(value: number): void {
    this.#all.splice(this.#place(value), 0, value);
  }

  remove(value: number): void {
    this.#all.splice(this.#place(value), 1);
  }

  /** Interpolated; NaN of nothing. */
  quantile(part: number): number {
    const place = part * (this.#all.length - 1);
    const low = this.#all[Math.floor(place)] ?? NaN;
    const high = this.#all[Math.ceil(place)] ?? low;
    return low + (place - Math.floor(place)) * (high - low);
  }

  #place(value: number): number {
    let [low, high] = [0, this.#all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#all[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The last values of a series, in order; what is not known (NaN) is left out. */
export class Trailing {
  readonly #sorted = new Sorted();
  readonly #queue: number[] = [];
  #head = 0;
  #sum = 0;
  #squares = 0;
  #origin = NaN;

  constructor(readonly length: number) {}

  get size(): number {
    return this.#sorted.size;
  }

  push(value: number): void {
    this.#queue.push(value);
    this.#count(value, 1);
    if (!Number.isNaN(value)) this.#sorted.add(value);
    if (this.#queue.length - this.#head <= this.length) return;
    const oldest = this.#queue[this.#head++] ?? NaN;
    this.#count(oldest, -1);
    if (!Number.isNaN(oldest)) this.#sorted.remove(oldest);
  }

  quantile(part: number): number {
    return this.#sorted.quantile(part);
  }

  get mean(): number {
    return this.#origin + this.#sum / this.size;
  }

  get deviation(): number {
    const mean = this.#sum / this.size;
    return Math.sqrt(Math.max(0, this.#squares / this.size - mean * mean));
  }

  /** Sums of what is left after the first value, which keeps them exact for large ones. */
  #count(value: number, sign: 1 | -1): void {
    if (Number.isNaN(value)) return;
    if (Number.isNaN(this.#origin)) this.#origin = value;
    const shifted = value - this.#origin;
    this.#sum += sign * shifted;
    this.#squares += sign * shifted * shifted;
  }
}

/** Each value with those before it, `length` of them, averaged. */
export function smoothed(values: readonly number[], length: number): number[] {
  if (length <= 1) return [...values];
  const trailing = new Trailing(length);
  return values.map((value) => {
    trailing.push(value);
    return trailing.mean;
  });
}
