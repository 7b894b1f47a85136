import { bytes, integer } from "../../outputs/numbers.js";
import { createProgress } from "../../outputs/progress.js";
import type { Value } from "../../outputs/values.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { isS3Address } from "../../sources/s3.js";
import { parseS3Address, type S3Address } from "../../sources/s3-address.js";
import { S3 } from "../../sources/s3-client.js";
import type { TimeWindow } from "../../sources/s3-keys.js";
import { planPull, pull, type PullProgress, type PullSummary } from "../../store/pull.js";
import { costOf, type PullCost } from "../../store/pull-cost.js";
import type { PullPlan } from "../../store/pull-plan.js";
import type { Place } from "../../store/place.js";
import { chooser } from "../choose-format.js";
import type { Command } from "../command.js";
import { loadConfig } from "../config/find.js";
import { warn, withEngine } from "../engine.js";
import { ingestFlags } from "../flags.js";
import { withIngestEngine, type Filling } from "../ingest-engine.js";
import type { Io } from "../io.js";
import { writeDocument, writeText } from "../output.js";
import { parseCount, parseDerivation } from "../parse-flags.js";
import { reportProblems } from "../report-problems.js";
import { s3Settings } from "../s3-settings.js";
import { storeOf } from "../store.js";
import { parseInstant, resolveInstant } from "../time-range.js";
import { documentOf, linesOf, type IngestFlags } from "./ingest.js";

interface Flags extends IngestFlags {
  readonly since?: string;
  readonly until?: string;
  readonly jobs: string;
  readonly dryRun?: boolean;
  readonly deleteAfter?: boolean;
  readonly allowSelf?: boolean;
}

export const pullCommand: Command<Flags> = {
  name: "pull",
  about: "bring new log objects from S3 into the store, each once, late ones included",
  usage: "[source...]",
  flags: [
    {
      flags: "--since <time>",
      group: "Filter",
      about: "leave out objects whose names say that they end before: 2026-11-05, -2d",
    },
    {
      flags: "--until <time>",
      group: "Filter",
      about: "leave out objects whose names say that they begin after",
    },
    {
      flags: "--dry-run",
      group: "This command",
      about: "say what would be read, with requests and their price, and read nothing",
    },
    {
      flags: "--delete-after",
      group: "This command",
      about: "delete from the bucket what is in the store with every line understood",
    },
    {
      flags: "--allow-self",
      group: "This command",
      about: "also a bucket that writes its access log into itself",
    },
    {
      flags: "--jobs <n>",
      group: "Limits",
      about: "objects fetched at the same time",
      fallback: "16",
    },
    ...ingestFlags,
  ],
  examples: [
    ["culprit pull s3://my-logs/site/ --store /srv/logs", "again and again: only new objects"],
    ["culprit pull s3://my-logs/AWSLogs/ --since -7d --dry-run --store /srv/logs", "what it costs"],
    ["culprit pull", "all buckets that culprit.yaml names"],
  ],
  async run(sources, flags, io) {
    const place = await storeOf(flags, io);
    const jobs = parseCount("--jobs", flags.jobs);
    const window = windowOf(flags, io);
    const runs = sources.length > 0 ? [{ sources, flags }] : await configured(flags, io);
    const places = runs.map((each) => each.sources.map(placeOf));
    const results: Result[] = [];
    for (const [index, each] of runs.entries()) {
      const settings = { ...s3Settings(each.flags, io), jobs };
      const common = { place, window, places: places[index] ?? [] };
      results.push(
        await orProblem(runs.length > 1, io, async () => {
          const s3 = await S3.open(settings, each.sources.join(" "));
          return flags.dryRun === true
            ? dryRun({ ...common, s3 }, each.flags, io)
            : pullAll({ ...common, s3, jobs }, each.flags, io);
        }),
      );
    }
    await write(results, flags, io);
    return results.some(({ code }) => code !== Exit.ok) ? Exit.input : Exit.ok;
  },
};

/** What became of one pull: for programs, for people, and as an exit code. */
interface Result {
  readonly document: Record<string, Value>;
  readonly lines: readonly string[];
  readonly code: ExitCode;
}

interface Common {
  readonly place: Place;
  readonly s3: S3;
  readonly places: readonly S3Address[];
  readonly window: TimeWindow;
}

/** The buckets that the configuration names, each with its own flags. */
async function configured(
  flags: Flags,
  io: Io,
): Promise<{ sources: readonly string[]; flags: Flags }[]> {
  const buckets = (await loadConfig(flags, io))?.config.buckets ?? [];
  if (buckets.length === 0) {
    throw new Problem({
      code: "no-source",
      what: "There is nothing to pull",
      why: "No s3:// source was given, and the configuration names no buckets",
      help: "culprit pull s3://bucket/prefix/, or name it under buckets: in culprit.yaml",
      exit: Exit.usage,
    });
  }
  return buckets.map(({ url, ...own }) => {
    const given = Object.entries(own).filter(([, value]) => value !== undefined);
    return { sources: [url], flags: { ...Object.fromEntries(given), ...flags } };
  });
}

/** One bucket of several that cannot be pulled does not hold up the others. */
async function orProblem(several: boolean, io: Io, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!several || !(error instanceof Problem)) throw error;
    reportProblems([error], io);
    const { code, message } = error;
    return { document: { problem: { code, what: message } }, lines: [], code: error.exit };
  }
}

async function write(results: readonly Result[], flags: Flags, io: Io): Promise<void> {
  if (flags.json !== true) {
    await writeText(
      results.flatMap(({ lines }) => lines),
      flags,
      io,
    );
    return;
  }
  const documents = results.map(({ document }) => document);
  const [only] = documents;
  const document = documents.length === 1 && only !== undefined ? only : { pulls: documents };
  await writeDocument({ schema_version: 1, ...document }, flags, io);
}

async function pullAll(options: Common & { jobs: number }, flags: Flags, io: Io): Promise<Result> {
  const { place } = options;
  const derivations = (flags.derive ?? []).map(parseDerivation);
  const choose = await chooser(flags, "refuse", (message) => warn(io, message));
  const fill = (filling: Filling): Promise<PullSummary> =>
    place.locked(() =>
      showing(io, (shown) =>
        pull({
          ...options,
          ...shown,
          ...filling,
          derivations,
          choose,
          signal: io.signal,
          now: io.now,
          allowSelf: flags.allowSelf === true,
          deleteAfter: flags.deleteAfter === true,
        }),
      ),
    );
  // One core has enough to do with fetching.
  const summary = await withIngestEngine(flags, io, fill, 1);
  const problems = summary.failed.map(({ problem }) => problem);
  reportProblems(problems, io);
  const { plan, deletion, ...counts } = summary;
  return {
    document: {
      ...documentOf(place.name, { ...counts, known: plan.known }),
      plan: { ...plan },
      ...(deletion === undefined ? {} : { deletion: deletionDocument(deletion) }),
    },
    lines: pullLines(options.places, place.name, summary),
    code: problems.length + (deletion?.failed.length ?? 0) > 0 ? Exit.input : Exit.ok,
  };
}

async function dryRun(options: Common, flags: Flags, io: Io): Promise<Result> {
  const plan = await withEngine(flags, io, (db) =>
    showing(io, async (shown) => (await planPull({ ...options, ...shown, db })).plan),
  );
  const cost = costOf(options.s3.requests.list, plan.fresh);
  return {
    document: { store: options.place.name, plan: { ...plan }, ...cost },
    lines: [...planLines(options.places, plan), costLine(cost)],
    code: Exit.ok,
  };
}

function placeOf(source: string): S3Address {
  if (isS3Address(source)) return parseS3Address(source);
  throw new Problem({
    code: "bad-source",
    what: "pull reads from S3 only",
    where: source,
    help: "write s3://bucket/prefix/; culprit ingest takes files, folders and ssh://",
    exit: Exit.usage,
  });
}

function windowOf({ since, until }: Flags, io: Io): TimeWindow {
  const clock = { now: io.now(), zone: "UTC" };
  const at = (text: string): Date => resolveInstant(parseInstant(text), clock);
  return {
    ...(since === undefined ? {} : { since: at(since) }),
    ...(until === undefined ? {} : { until: at(until) }),
  };
}

/** Runs a pull, showing on a terminal how far it is. */
async function showing<T>(
  io: Io,
  work: (shown: {
    onProgress(progress: PullProgress): void;
    onBytes(count: number): void;
    onLines(count: number): void;
  }) => Promise<T>,
): Promise<T> {
  const now = (): number => io.now().getTime();
  const progress = createProgress({ stream: io.stderr, env: io.env, now });
  let found: PullProgress = { listed: 0, fresh: 0, downloaded: 0 };
  let read = 0;
  let lines = 0;
  const show = (): void => {
    const { listed, fresh, downloaded } = found;
    const label = `listed ${integer(listed)}, new ${integer(fresh)}, downloaded ${integer(downloaded)}, ingested`;
    progress.update({ bytes: read, lines, label });
  };
  try {
    return await work({
      onProgress: (at) => {
        found = at;
        show();
      },
      onBytes: (count) => {
        read += count;
        show();
      },
      onLines: (count) => {
        lines += count;
        show();
      },
    });
  } finally {
    progress.finish();
  }
}

function planLines(places: readonly S3Address[], plan: PullPlan): string[] {
  const { listed, skipped, known, fresh, fresh_bytes } = plan;
  const left = Object.entries(skipped).map(([reason, count]) => `${integer(count)} ${reason}`);
  return [
    `${places.map(({ name }) => name).join(", ")}: ${integer(listed)} objects listed, ` +
      `${integer(known)} known before, ${integer(fresh)} new (${bytes(fresh_bytes)})`,
    ...(left.length === 0 ? [] : [`left out by their names: ${left.join(", ")}`]),
  ];
}

function pullLines(places: readonly S3Address[], store: string, summary: PullSummary): string[] {
  const { plan, deletion, ...counts } = summary;
  return [
    ...planLines(places, plan),
    ...linesOf(store, { ...counts, known: plan.known }),
    ...(deletion === undefined ? [] : deletionLines(deletion)),
  ];
}

function deletionLines({ deleted, failed }: NonNullable<PullSummary["deletion"]>): string[] {
  return [
    `${integer(deleted)} objects were deleted from the bucket`,
    ...failed.slice(0, 5).map(({ key, reason }) => `not deleted: ${key} (${reason})`),
    ...(failed.length > 5 ? [`not deleted: ${integer(failed.length - 5)} more`] : []),
  ];
}

const deletionDocument = ({ deleted, failed }: NonNullable<PullSummary["deletion"]>): Value => ({
  deleted,
  failed: failed.map((each) => ({ ...each })),
});

const costLine = ({ requests, dollars, prices }: PullCost): string =>
  `${integer(requests.list)} LIST requests were made, ${integer(requests.get)} GET requests would follow: ` +
  `about $${dollars.toFixed(dollars < 0.01 ? 4 : 2)} (approximate: $${prices.list_per_1000} per 1,000 LIST, ` +
  `$${prices.get_per_1000} per 1,000 GET; transfer out of AWS's network not counted)`;
