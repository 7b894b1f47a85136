import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Problem } from "../problems/problem.js";
import type { BucketObjects } from "./bucket-objects.js";

/** How long a writer that says nothing more counts as alive, in milliseconds. */
const LASTS = 60_000;
const RENEWED_EVERY = LASTS / 3;

/** What the object says of the writer that holds, or held, the lease. */
interface Holder {
  readonly version: 1;
  readonly id: string;
  readonly host: string;
  readonly process: number;
  /** By the clock of its holder, ISO; in the past once it is given back. */
  readonly until: string;
}

/**
 * Tells a second writer early, and in clear words, that there is a first. Nothing rests on it: clocks
 * differ and processes stall, so that two may hold it at once. What keeps their commits apart is
 * that a commit's number can be taken only once.
 */
export class Lease {
  #lost = false;
  #renewal: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  private constructor(
    readonly objects: BucketObjects,
    readonly key: string,
    readonly id: string,
    private etag: string,
  ) {
    this.#timer = setInterval(() => (this.#renewal = this.#renew()), RENEWED_EVERY);
    this.#timer.unref();
  }

  /** Takes the lease, or throws `store-busy`. */
  static async take(objects: BucketObjects, key: string): Promise<Lease> {
    const id = randomUUID();
    const created = await objects.create(key, textOf(id, LASTS));
    if (created !== undefined) {
      // A server that does not look at conditions would let every writer in.
      if ((await objects.create(key, textOf(randomUUID(), 0))) !== undefined) {
        throw noConditions(`s3://${objects.bucket}/${key}`);
      }
      return new Lease(objects, key, id, created);
    }
    const found = await objects.read(key);
    const holder = found && holderIn(found.text);
    if (found === undefined || (holder !== undefined && !isOver(holder))) {
      throw busy(`s3://${objects.bucket}/${key}`, holder);
    }
    const taken = await objects.replace(key, textOf(id, LASTS), found.etag);
    if (taken === undefined) throw busy(`s3://${objects.bucket}/${key}`, undefined);
    return new Lease(objects, key, id, taken);
  }

  /** Throws when another writer has taken the lease meanwhile. */
  mustHold(): void {
    if (!this.#lost) return;
    throw new Problem({
      code: "store-changed",
      what: "Another writer took over: this one was silent for too long",
      where: `s3://${this.objects.bucket}/${this.key}`,
      help: "Run the command again: nothing was lost and nothing is counted twice",
      exit: 3,
    });
  }

  /** Gives the lease back; where that fails it runs out by itself. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewal;
    if (this.#lost) return;
    await this.objects.replace(this.key, textOf(this.id, 0), this.etag).catch(() => {});
  }

  async #renew(): Promise<void> {
    try {
      const renewed = await this.objects.replace(this.key, textOf(this.id, LASTS), this.etag);
      if (renewed === undefined) this.#lost = true;
      else this.etag = renewed;
    } catch {
      // The network may be back the next time; until then the commit's number is what counts.
    }
  }
}

function textOf(id: string, lasts: number): string {
  const until = new Date(lasts === 0 ? 0 : Date.now() + lasts).toISOString();
  const holder: Holder = { version: 1, id, host: hostname(), process: process.pid, until };
  return JSON.stringify(holder);
}

/** Undefined for what no culprit has written: it holds nobody up. */
function holderIn(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Whether its holder has given it back, let it run out, or is known to have died. */
const isOver = ({ until, host, process: pid }: Holder): boolean =>
  !(new Date(until).getTime() > Date.now()) || (host === hostname() && !isAlive(pid));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function busy(where: string, holder: Holder | undefined): Problem {
  const who = holder === undefined ? "" : ` (process ${holder.process} on ${holder.host})`;
  return new Problem({
    code: "store-busy",
    what: `Another culprit is writing to the store${who}`,
    where,
    why: "One writer at a time; readers are not held up",
    help: `Run the command again when the other has ended; if it was killed, in ${LASTS / 1000} seconds`,
    exit: 3,
  });
}

const noConditions = (where: string): Problem =>
  new Problem({
    code: "s3-no-conditional-writes",
    what: "This S3 server overwrites an object that must not be overwritten",
    where,
    why: "It does not look at If-None-Match, which keeps two writers from taking the same commit's number",
    help: "Keep the store in a folder, or use AWS S3 or a newer version of the server",
    exit: 2,
  });
