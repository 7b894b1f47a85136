import { stat } from "node:fs/promises";
import path from "node:path";
import type { DuckDb } from "../engines/duckdb/engine.js";
import { literal } from "../engines/sql.js";
import { decompress } from "../sources/decompress.js";
import type { Input } from "../sources/input.js";
import { openInput } from "./head.js";
import type { State } from "./ledger.js";
import {
  Fingerprint,
  overlapWith,
  textIdentity,
  type KnownText,
  type ReadText,
} from "./objects.js";

/** An input that is new to the store, wholly or from some byte on. */
export interface Arrival {
  /** Opens to the new part only. */
  readonly input: Input;
  /** Once it has been read: what the ledger keeps of it; undefined when it was there already. */
  outcome(): { readonly identity: string; readonly text?: ReadText } | undefined;
}

/** A file that was written to this lately may still be growing, in milliseconds. */
const SETTLED = 3_600_000;

/** Tells what of a batch of inputs is new to the store; those with nothing new are left out. */
export async function arrivals(
  batch: readonly Input[],
  known: (identities: readonly string[]) => Promise<Map<string, KnownText[]>>,
  now: Date,
): Promise<Arrival[]> {
  const named: { input: Input; identity: string | undefined }[] = [];
  for (const input of batch) named.push({ input, identity: await identify(input) });
  const seen = await known(named.flatMap(({ identity }) => identity ?? []));
  const fresh: Arrival[] = [];
  for (const { input, identity } of named) {
    const arrival =
      input.identity === undefined
        ? await textArrival(input, identity, seen, now)
        : objectArrival(input, input.identity, seen);
    if (arrival !== undefined) fresh.push(arrival);
  }
  return fresh;
}

/** What the ledger knows of these identities. */
export async function knownTexts(
  db: DuckDb,
  store: string,
  state: State,
  identities: readonly string[],
): Promise<Map<string, KnownText[]>> {
  const known = new Map<string, KnownText[]>();
  if (identities.length === 0 || state.objects.length === 0) return known;
  const files = state.objects.map((file) => literal(path.join(store, file)));
  const rows = await db.rows(`SELECT identity, text_bytes, content, first_line + lines - 1 AS lines
    FROM read_parquet([${files.join(", ")}])
    WHERE identity IN (${identities.map((identity) => literal(identity)).join(", ")})`);
  for (const { identity, text_bytes, content, lines } of rows) {
    const texts = known.get(identity as string) ?? [];
    texts.push({
      text_bytes: Number(text_bytes),
      content: content as string,
      lines: Number(lines),
    });
    known.set(identity as string, texts);
  }
  return known;
}

/** Undefined for what can be read only once. */
async function identify(input: Input): Promise<string | undefined> {
  if (input.identity !== undefined || input.path === undefined) return input.identity;
  const opened = await openInput(input, () => {});
  await opened.close();
  return textIdentity(opened.head);
}

/** An S3 object never changes under its identity: it is known or it is not. */
const objectArrival = (
  input: Input,
  identity: string,
  seen: ReadonlyMap<string, KnownText[]>,
): Arrival | undefined =>
  seen.has(identity) ? undefined : { input, outcome: () => ({ identity }) };

async function textArrival(
  input: Input,
  identity: string | undefined,
  seen: ReadonlyMap<string, KnownText[]>,
  now: Date,
): Promise<Arrival | undefined> {
  const known = identity === undefined ? [] : (seen.get(identity) ?? []);
  const { from, lines, complete } = await overlapWith(input, known);
  if (complete) return undefined;
  const fingerprint = new Fingerprint();
  const live = await isLive(input, now);
  const open = (): AsyncIterable<Buffer> => {
    const text = decompress(input.open(), input.name);
    return fingerprint.follow(live ? wholeLines(text) : text, from);
  };
  const { name, bytes } = input;
  return {
    input: { name, open, firstLine: lines + 1, ...(bytes === undefined ? {} : { bytes }) },
    outcome: () => {
      const text = fingerprint.result;
      return text.text_bytes <= from ? undefined : { identity: fingerprint.identity, text };
    },
  };
}

/** A plain file that is still written to may end in half a line. */
async function isLive(input: Input, now: Date): Promise<boolean> {
  if (input.path === undefined) return false;
  const { mtimeMs } = await stat(input.path);
  return now.getTime() - mtimeMs < SETTLED;
}

/** Leaves out what follows the last line end: the next ingest finds the line whole. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10) + 1;
    if (end > 0) {
      yield Buffer.concat([...rest, chunk.subarray(0, end)]);
      rest = [];
    }
    if (end < chunk.length) rest.push(chunk.subarray(end));
  }
}
