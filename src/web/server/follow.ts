import type { Dataset } from "./dataset.js";

/** What pages are told. */
export type News =
  | { readonly kind: "grown"; readonly version: number }
  | { readonly kind: "failed"; readonly problem: string };

/** Milliseconds between looks at the logs, at least. */
const LOOK = 1000;
/** Reading again takes at most this part of the time. */
const SHARE = 0.2;

/** Looks whether the logs have grown, while somebody listens, and reads them again. */
export class Follower {
  readonly #listeners = new Set<(news: News) => Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #stamp: string | undefined;

  constructor(
    readonly dataset: Dataset,
    readonly signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Tells of news until the answer is called. */
  listen(listener: (news: News) => Promise<void>): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#later(LOOK);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Remembers how the logs are now. */
  async start(): Promise<void> {
    this.#stamp = await this.dataset.source.stamp();
  }

  #later(wait: number): void {
    clearTimeout(this.#timer);
    if (this.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#look(), wait);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const start = performance.now();
    try {
      const stamp = await this.dataset.source.stamp();
      if (stamp !== undefined && stamp !== this.#stamp) {
        await this.dataset.renew(this.signal);
        this.#stamp = stamp;
        await this.#tell({ kind: "grown", version: this.dataset.version });
      }
    } catch (error) {
      if (this.signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      await this.#tell({ kind: "failed", problem });
    }
    const took = performance.now() - start;
    if (this.#listeners.size > 0) this.#later(Math.max(LOOK, took / SHARE));
  }

  async #tell(news: News): Promise<void> {
    await Promise.allSettled([...this.#listeners].map((listener) => listener(news)));
  }
}
