import path from "node:path";
import { integer } from "../../outputs/numbers.js";
import { Exit, type ExitCode } from "../../problems/problem.js";
import { ingest, type IngestSummary } from "../../store/ingest.js";
import { isOwn, type Place } from "../../store/place.js";
import { chooser, type FormatFlags } from "../choose-format.js";
import type { Command } from "../command.js";
import { warn, withEngine, type EngineFlags } from "../engine.js";
import { problemText } from "../errors.js";
import { ingestFlags } from "../flags.js";
import type { Io } from "../io.js";
import { writeDocument, writeText, type OutputFlags } from "../output.js";
import { parseDerivation, parseMemory } from "../parse-flags.js";
import { findInputs, showing } from "../read-sources.js";
import type { S3Flags } from "../s3-settings.js";
import { storeOf, type StoreFlags } from "../store.js";
import type { Value } from "../../outputs/values.js";
import type { Input } from "../../sources/input.js";

export interface IngestFlags extends FormatFlags, EngineFlags, StoreFlags, OutputFlags, S3Flags {
  readonly derive?: readonly string[];
}

export const ingestCommand: Command<IngestFlags> = {
  name: "ingest",
  about: "bring files, folders, ssh or standard input into the store, each line once",
  usage: "<source...>",
  flags: ingestFlags,
  examples: [
    [
      "culprit ingest '/var/log/nginx/access.log*' --store /srv/logs",
      "again and again: only new lines enter",
    ],
    ["culprit report --store /srv/logs --since -1d", "then ask the store"],
  ],
  async run(sources, flags, io) {
    const store = await storeOf(flags, io);
    const found = await findInputs(sources, flags, io);
    // A folder of logs may hold the store itself.
    const inputs = found.filter(({ path: file, name }) => !isOwn(store, portable(file ?? name)));
    const sizes = inputs.map(({ bytes }) => bytes ?? 0);
    return ingestInputs(
      store,
      inputs,
      sizes.reduce((sum, size) => sum + size, 0),
      flags,
      io,
    );
  },
};

const portable = (file: string): string => file.split(path.sep).join("/");

/** Ingest works on one piece at a time, and gains nothing from more. */
const INGEST_MEMORY = 192 * 2 ** 20;

/** What the engine may hold while the store is filled. */
export const ingestMemory = (flag: string | undefined): string =>
  flag ?? String(Math.min(parseMemory(undefined), INGEST_MEMORY));

/** Brings inputs into the store, reports what became of them, and says so by the exit code. */
async function ingestInputs(
  place: Place,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  totalBytes: number | undefined,
  flags: IngestFlags,
  io: Io,
): Promise<ExitCode> {
  const derivations = (flags.derive ?? []).map(parseDerivation);
  const choose = await chooser(flags, "refuse", (message) => warn(io, message));
  const memory = ingestMemory(flags.memory);
  const summary = await withEngine({ ...flags, memory }, io, (db) =>
    place.locked(() =>
      showing(totalBytes, io, (progress) =>
        ingest({
          db,
          place,
          inputs,
          derivations,
          choose,
          signal: io.signal,
          now: io.now,
          ...progress,
        }),
      ),
    ),
  );
  for (const { problem } of summary.failed) io.stderr.write(problemText(problem));
  if (flags.json === true) await writeDocument(documentOf(place.name, summary), flags, io);
  else await writeText(linesOf(place.name, summary), flags, io);
  return summary.failed.length > 0 ? Exit.input : Exit.ok;
}

/** What became of the inputs, for programs. */
export const documentOf = (
  store: string,
  { failed, ...counts }: IngestSummary,
): Record<string, Value> => ({
  schema_version: 1,
  store,
  ...counts,
  failed: failed.map(({ name, problem }) => ({ name, code: problem.code, what: problem.message })),
});

/** What became of the inputs, for people. */
export function linesOf(store: string, summary: IngestSummary): string[] {
  const { objects, known, held_back, lines, parsed, rejected, blank, duplicates, failed } = summary;
  return [
    `${store}: ${integer(objects)} new objects, ${integer(known)} known before, ${integer(failed.length)} failed`,
    `${integer(lines)} lines = ${integer(parsed)} parsed + ${integer(rejected)} rejected + ${integer(blank)} blank` +
      (duplicates > 0 ? `; ${integer(duplicates)} were delivered before and left out` : ""),
    ...(held_back > 0
      ? [
          `${integer(held_back)} may still be written to and end in half a line, which enters once it is whole, or after an hour`,
        ]
      : []),
  ];
}
