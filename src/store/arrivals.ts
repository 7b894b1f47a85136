import type { Input } from "../sources/input.js";
import { Problem } from "../problems/problem.js";
import { openInput } from "./head.js";
import type { Known, KnownText } from "./objects.js";
import { placeOf, statsOf, TextArrival, type TextLookup } from "./text-arrival.js";
import { textIdentity } from "./texts.js";

/** An input that may be new to the store, wholly or from some byte on. */
export interface Arrival {
  /** Opens to the new part only; of a stream, which cannot be read twice, to all of it. */
  readonly input: Input;
  /** It ended in half a line, which the next ingest will find whole. */
  readonly heldBack: boolean;
  /** Once it has been read to its end: what the ledger keeps of it; undefined when nothing was new. */
  outcome(): Outcome | undefined;
}

export interface Outcome {
  readonly identity: string;
  readonly place: string | null;
  /** How far a text was read, and the hash of what was read; null for an object that never changes. */
  readonly text: { readonly text_bytes: number; readonly content: string } | null;
  /** Lines that were in the store before: rows of these lines are left out. */
  readonly skipLines: number;
}

/** Looks identities and places up in the ledger. */
type Find = (identities: readonly string[], places: readonly string[]) => Promise<Known>;

/** Tells what of a batch of inputs may be new to the store; those that are surely known are left out. */
export async function arrivals(batch: readonly Input[], find: Find, now: Date): Promise<Arrival[]> {
  const placed: { input: Input; place: string | null }[] = [];
  for (const input of batch) {
    const stats = input.identity === undefined ? await statsOf(input) : undefined;
    placed.push({ input, place: stats === undefined ? null : placeOf(stats) });
  }
  const { places } = await find(
    [],
    placed.flatMap(({ place }) => place ?? []),
  );
  const unread = placed.filter(({ place }) => place === null || !places.has(place));
  const identified: { input: Input; identity: string | undefined }[] = [];
  for (const { input } of unread) identified.push({ input, identity: await identify(input) });
  const identities = new Set(identified.flatMap(({ identity }) => identity ?? []));
  const { texts } = await find([...identities], []);
  const lookup = new BatchTexts(texts, identities, find);
  const objects = new Set(texts.keys());
  return identified.flatMap(({ input }): Arrival[] => {
    if (input.identity === undefined) return [new TextArrival(input, lookup, now)];
    if (objects.has(input.identity)) return [];
    objects.add(input.identity);
    return [objectArrival(input, input.identity)];
  });
}

/** An S3 object never changes under its identity: it is known or it is not. */
const objectArrival = (input: Input, identity: string): Arrival => ({
  input,
  heldBack: false,
  outcome: () => ({ identity, place: null, text: null, skipLines: 0 }),
});

/** Undefined for what can be read only once, and for what cannot be read: that is told later. */
async function identify(input: Input): Promise<string | undefined> {
  if (input.identity !== undefined || input.path === undefined) return input.identity;
  try {
    const opened = await openInput(input, () => {});
    await opened.close();
    return textIdentity(opened.head);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** Texts of the ledger and, as they are read, those of the batch: a log may lie there twice. */
class BatchTexts implements TextLookup {
  readonly #own = new Map<string, KnownText[]>();

  constructor(
    readonly stored: ReadonlyMap<string, readonly KnownText[]>,
    readonly surveyed: ReadonlySet<string>,
    readonly look: Find,
  ) {}

  async find(identity: string): Promise<readonly KnownText[]> {
    const { texts } = this.surveyed.has(identity)
      ? { texts: this.stored }
      : await this.look([identity], []);
    return [...(texts.get(identity) ?? []), ...(this.#own.get(identity) ?? [])];
  }

  add(identity: string, text: KnownText): void {
    this.#own.set(identity, [...(this.#own.get(identity) ?? []), text]);
  }
}
