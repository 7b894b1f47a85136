import { Problem } from "../../problems/problem.js";

/** A question that waits or runs. */
interface Job {
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  readonly stop: AbortController;
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** Questions beyond these are refused: the engine answers one after another. */
const WAITING = 16;

/** Runs questions one at a time, ends those that nobody waits for any more, and refuses a crowd. */
export class Jobs {
  readonly #waiting: Job[] = [];
  #running: Job | undefined;

  /** `interrupt` ends what the engine is doing. */
  constructor(readonly interrupt: () => void) {}

  /** Questions that run or wait. */
  get count(): number {
    return this.#waiting.length + Number(this.#running !== undefined);
  }

  /** Asks in turn; `caller` is aborted when the answer is not wanted any more. */
  ask<T>(caller: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#waiting.length >= WAITING) throw new TooBusy();
    caller.throwIfAborted();
    return new Promise<T>((resolve, reject) => {
      const job: Job = {
        run,
        stop: new AbortController(),
        done: (value) => resolve(value as T),
        failed: reject,
      };
      caller.addEventListener("abort", () => this.#drop(job), { once: true });
      this.#waiting.push(job);
      this.#next();
    });
  }

  #drop(job: Job): void {
    job.stop.abort();
    const place = this.#waiting.indexOf(job);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      job.failed(job.stop.signal.reason);
    } else if (this.#running === job) this.interrupt();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#running = job;
    void job
      .run(job.stop.signal)
      .then(job.done, job.failed)
      .finally(() => {
        this.#running = undefined;
        this.#next();
      });
  }
}

/** More questions wait than the engine can answer soon. */
export class TooBusy extends Problem {
  constructor() {
    super({
      code: "too-busy",
      what: "Too many questions are waiting",
      help: "Try again in a few seconds",
      exit: 2,
    });
  }
}
