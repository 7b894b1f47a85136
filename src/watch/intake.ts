import { countLines } from "../sources/line-rewrite.js";
import { Follower, type Part, type Position } from "../sources/follow.js";
import type { Input } from "../sources/input.js";

/** A part that was about to enter the store: after a crash exactly this one is tried again. */
export interface Planned {
  readonly path: string;
  readonly at: Position;
  readonly until: number;
}

/** How far logs have been followed. */
export interface Followed {
  readonly version: 1;
  readonly files: Readonly<Record<string, readonly Position[]>>;
  readonly planned: readonly Planned[];
}

export const NOT_FOLLOWED: Followed = { version: 1, files: {}, planned: [] };

export interface IntakeOptions {
  /** Absolute paths. */
  readonly paths: readonly string[];
  readonly now: () => number;
  /** Makes it durable. */
  save(followed: Followed): Promise<void>;
  /** Brings inputs into the store; one that is in it already is left out. */
  ingest(inputs: readonly Input[]): Promise<void>;
  /** Tells people that lines may be missing. */
  warn(message: string): void;
}

/**
 * Follows logs into the store. Before lines enter, it is written down which; after a crash the same ones
 * are offered again under the same identity, which the store knows if they had entered.
 */
export class Intake {
  readonly #followers: readonly Follower[];
  /** Parts that are about to enter, or have entered without being noted. */
  #planned: { readonly follower: Follower; readonly part: Part }[] = [];

  constructor(readonly options: IntakeOptions) {
    this.#followers = options.paths.map((file) => new Follower(file, options.now));
  }

  /** Goes on where the last run stopped. */
  async resume({ files, planned }: Followed): Promise<void> {
    for (const follower of this.#followers) {
      const known = files[follower.path] ?? [];
      if (known.length === 0) continue;
      const lost = await follower.resume(known);
      if (lost > 0) {
        this.options.warn(
          `${follower.path} was rotated and is no longer there as it was: what it got since then is missing; culprit ingest brings it in`,
        );
      }
    }
    for (const { path: file, at, until } of planned) {
      const follower = this.#followers.find((one) => one.path === file);
      const part = follower?.again(at, until);
      if (follower !== undefined && part !== undefined) this.#planned.push({ follower, part });
    }
  }

  /** Brings in what has been written since; how many lines that is. */
  async take(): Promise<number> {
    // What failed may have entered all the same: it is tried again as it was.
    if (this.#planned.length > 0) return this.#bring();
    for (const follower of this.#followers) {
      for (const part of await follower.poll()) this.#planned.push({ follower, part });
    }
    if (this.#planned.length === 0) return 0;
    await this.#save();
    return this.#bring();
  }

  async close(): Promise<void> {
    for (const follower of this.#followers) await follower.close();
  }

  async #bring(): Promise<number> {
    const planned = this.#planned;
    let sum = 0;
    await this.options.ingest(planned.map(({ follower, part }) => inputOf(follower.path, part)));
    for (const { follower, part } of planned) {
      let lines = 0;
      for await (const chunk of part.read()) lines += countLines(chunk);
      follower.advance(part, lines);
      sum += lines;
    }
    this.#planned = [];
    await this.#save();
    return sum;
  }

  async #save(): Promise<void> {
    const files = Object.fromEntries(
      this.#followers.map((follower) => [follower.path, follower.positions]),
    );
    const planned = this.#planned.map(({ follower, part: { at, until } }) => ({
      path: follower.path,
      at,
      until,
    }));
    await this.options.save({ version: 1, files, planned });
  }
}

const inputOf = (file: string, part: Part): Input => {
  const { dev, ino, head, offset, lines } = part.at;
  return {
    name: file,
    identity: `follow ${dev}:${ino} ${head} ${offset}-${part.until}`,
    bytes: part.until - offset,
    firstLine: lines + 1,
    open: () => part.read(),
  };
};
