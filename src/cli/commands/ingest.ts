import path from "node:path";
import { integer } from "../../outputs/numbers.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { ingest, type IngestSummary } from "../../store/ingest.js";
import { isOwn, type Place } from "../../store/place.js";
import { chooser, type FormatFlags } from "../choose-format.js";
import type { Command } from "../command.js";
import { warn, type EngineFlags } from "../engine.js";
import { problemText } from "../errors.js";
import { ingestFlags } from "../flags.js";
import { withIngestEngine } from "../ingest-engine.js";
import type { Io } from "../io.js";
import { writeDocument, writeText, type OutputFlags } from "../output.js";
import { parseDerivation } from "../parse-flags.js";
import { findInputs, showing } from "../read-sources.js";
import { withRemoteEngine } from "../remote.js";
import type { S3Flags } from "../s3-settings.js";
import { storeOf, type StoreFlags } from "../store.js";
import type { Value } from "../../outputs/values.js";
import type { Input } from "../../sources/input.js";

export interface IngestFlags extends FormatFlags, EngineFlags, StoreFlags, OutputFlags, S3Flags {
  readonly derive?: readonly string[];
  readonly engine?: string;
  readonly at?: string;
  readonly print?: boolean;
  readonly dryRun?: boolean;
}

export const ingestCommand: Command<IngestFlags> = {
  name: "ingest",
  about: "bring files, folders, ssh or standard input into the store, each line once",
  usage: "<source...>",
  flags: [
    {
      flags: "--engine <url>",
      group: "This command",
      about: "the engine reads the raw logs itself, where it sees them, into a table of its own",
    },
    {
      flags: "--at <place>",
      group: "This command",
      about: "with --engine: where the table's files lie; default: where its catalogue puts them",
    },
    {
      flags: "--print",
      group: "This command",
      about: "with --engine: print the statements and run none",
    },
    {
      flags: "--dry-run",
      group: "This command",
      about: "with --engine: let it read and count the lines, and write nothing",
    },
    ...ingestFlags,
  ],
  examples: [
    [
      "culprit ingest '/var/log/nginx/access.log*' --store /srv/logs",
      "again and again: only new lines enter",
    ],
    ["culprit report --store /srv/logs --since -1d", "then ask the store"],
    [
      "culprit ingest --engine trino://me@host:8080/lake/logs s3://bucket/AWSLogs/2026/11/ --format nlb",
      "the engine reads the lines where they lie",
    ],
  ],
  async run(sources, flags, io) {
    if (flags.engine !== undefined) return ingestOn(flags.engine, sources, flags, io);
    const only = [flags.at, flags.print, flags.dryRun].some((flag) => flag !== undefined);
    if (only) throw withoutEngine();
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

/** Lets an engine read the logs where they lie. */
async function ingestOn(
  address: string,
  [place, ...others]: readonly string[],
  flags: IngestFlags,
  io: Io,
): Promise<ExitCode> {
  if (place === undefined || others.length > 0 || flags.store !== undefined) throw onePlace(flags);
  if (flags.logTz !== "UTC") throw otherZone(flags.logTz);
  const { ingestRemote, plannedSql } = await import("../../engines/ingest.js");
  const choose = await chooser(flags, "refuse", (message) => warn(io, message));
  return withRemoteEngine(address, io, async (engine) => {
    const options = {
      engine,
      place,
      at: flags.at,
      derivations: (flags.derive ?? []).map(parseDerivation),
      choose: (lines: readonly string[]) =>
        choose(lines, { name: place, open: nothing }, undefined),
      dryRun: flags.dryRun === true,
      now: io.now,
    };
    if (flags.print === true) {
      const statements = plannedSql(options);
      const text = statements.flatMap((sql) => `${sql};`.split("\n"));
      if (flags.json !== true) await writeText(text, flags, io);
      else await writeDocument({ schema_version: 1, engine: engine.name, statements }, flags, io);
      return Exit.ok;
    }
    const summary = await ingestRemote(options);
    const whole = { ...summary, held_back: 0, duplicates: 0, failed: [] };
    if (flags.json === true) await writeDocument(documentOf(engine.name, whole), flags, io);
    else await writeText(linesOf(engine.name, whole), flags, io);
    return Exit.ok;
  });
}

async function* nothing(): AsyncGenerator<Buffer> {}

const withoutEngine = (): Problem =>
  new Problem({
    code: "bad-flag",
    what: "--at, --print and --dry-run need --engine",
    help: "culprit ingest --engine trino://host:8080/catalog/schema s3://bucket/prefix --format nlb",
    exit: Exit.usage,
  });

const onePlace = ({ store }: IngestFlags): Problem =>
  new Problem({
    code: "bad-flag",
    what: "An engine reads one place into a table of its own",
    ...(store === undefined ? {} : { why: "--store names a store of culprit's" }),
    help: "Name one folder or prefix as the engine sees it, and no --store",
    exit: Exit.usage,
  });

const otherZone = (zone: string): Problem =>
  new Problem({
    code: "engine-unsupported",
    what: `An engine does not read times of ${zone}`,
    why: "Times without a zone are UTC there",
    help: "Ingest without --engine",
    exit: Exit.usage,
  });

const portable = (file: string): string => file.split(path.sep).join("/");

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
  const summary = await withIngestEngine(flags, io, (filling) =>
    place.locked(() =>
      showing(totalBytes, io, (progress) =>
        ingest({
          ...filling,
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
