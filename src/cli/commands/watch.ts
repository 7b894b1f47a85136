import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { State } from "../../alerts/state.js";
import { readJson, replace } from "../../alerts/state-file.js";
import type { Reading } from "../../formats/reading.js";
import { terminalText } from "../../outputs/escape.js";
import { integer } from "../../outputs/numbers.js";
import { streamSink } from "../../outputs/sink.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { compact, groupsOf } from "../../store/compact.js";
import { ingest } from "../../store/ingest.js";
import { readLedger } from "../../store/ledger.js";
import type { Place } from "../../store/place.js";
import { ALERT } from "../../alerts/parameters.js";
import { Intake, NOT_FOLLOWED, type Followed } from "../../watch/intake.js";
import { loop, scheduleOf, type Job } from "../../watch/schedule.js";
import type { Rule } from "../../watch/rule.js";
import { alertingOf, Channels, deliverAll, type AlertFlags, type Alerting } from "../alerting.js";
import { checkRules } from "../check-rules.js";
import { chooser, type Choose } from "../choose-format.js";
import type { Command } from "../command.js";
import { warn } from "../engine.js";
import { problemText } from "../errors.js";
import { checkFlags } from "../flags.js";
import { withIngestEngine } from "../ingest-engine.js";
import type { Io } from "../io.js";
import { everyOf, resolved } from "../rules.js";
import type { LogFlags } from "../session.js";
import { storeOf } from "../store.js";
import { parseZone } from "../zone.js";

interface Flags extends AlertFlags, LogFlags {
  readonly follow?: readonly string[];
}

export const watchCommand: Command<Flags> = {
  name: "watch",
  about: "check rules on their schedules, follow logs as they are written, until it is stopped",
  usage: "[rule...]",
  flags: [
    {
      flags: "--follow <file>",
      group: "This command",
      about: "bring this log into the store as it is written; rotations are survived",
      repeat: true,
    },
    ...checkFlags,
  ],
  examples: [
    ["culprit watch", "all rules of culprit.yaml, each on its schedule"],
    [
      "culprit watch --follow /var/log/nginx/access.log --store /srv/logs",
      "also brings the log in as it grows",
    ],
  ],
  async run(names, flags, io) {
    const alerting = await alertingOf(names, flags, io);
    const { watch = {} } = alerting.loaded?.config ?? {};
    const zone = parseZone(flags.tz === "UTC" ? (watch.tz ?? "UTC") : flags.tz);
    const paths = [
      ...(flags.follow ?? []).map((file) => path.resolve(io.cwd, file)),
      ...resolved(watch.follow ?? [], alerting.folder),
    ];
    if (alerting.rules.length === 0 && paths.length === 0) throw nothingToWatch();
    const channels = new Channels(alerting, io);
    for (const name of new Set(alerting.rules.flatMap((rule) => rule.channels))) {
      await channels.of(name);
    }
    const own = { ...flags, tz: zone, maxRejects: "100" };
    return alerting.state.locked(() => run({ alerting, channels, paths, zone }, own, io));
  },
};

interface Watching {
  readonly alerting: Alerting;
  readonly channels: Channels;
  /** Logs that are followed, absolute. */
  readonly paths: readonly string[];
  readonly zone: string;
}

/** How often what was written is brought in, and what waits is told. */
const TAKE_MS = 1000;
const DELIVER_MS = 5000;
const COMPACT_MS = 10_000;
/**
 * While logs are followed, small files are put together as soon as they are many, a second or two of
 * work at a time: nothing is brought in meanwhile. Larger ones are left to `culprit store compact`.
 */
const SMALL_FILES = { bytes: 8 * 2 ** 20, rows: 400_000, leastFiles: 12 };
/** Writers hold lines back for a moment: a step is judged so much after its end. */
const SETTLE_MS = 5000;

async function run(watching: Watching, flags: Flags, io: Io): Promise<ExitCode> {
  const { alerting, channels, paths, zone } = watching;
  const { rules, state: folder, loaded } = alerting;
  let state = await folder.read();
  const log = logger(io);
  const jobs: Job[] = [];
  const guarded = (
    name: string,
    every: number | string,
    work: () => Promise<unknown>,
    later_ms = 0,
  ): void => {
    const schedule = scheduleOf(every, zone, name, later_ms);
    jobs.push({ name, schedule, run: () => log.guard(work) });
  };
  const intake = paths.length === 0 ? undefined : await openIntake(watching, flags, io);
  if (intake !== undefined) guarded("follow", TAKE_MS, () => intake.take());
  const pull = loaded?.config.watch?.pull;
  if (pull !== undefined) {
    const { pullCommand } = await import("./pull.js");
    guarded("pull", everyOf(pull) ?? pull, async () => {
      await pullCommand.run([], { ...flags, jobs: "16", color: "never" }, io);
    });
  }
  const check = async (group: readonly Rule[]): Promise<void> => {
    const checked = await checkRules(
      state,
      {
        rules: group,
        flags,
        silences: await folder.silences(),
        at: new Date(io.now().getTime() - SETTLE_MS),
        since: undefined,
        live: intake !== undefined && pull === undefined,
        interval_ms: ALERT.group_interval_ms,
      },
      io,
    );
    for (const { problem } of checked.results) if (problem !== undefined) log.problem(problem);
    for (const { channel, alert } of checked.events) {
      const { labels, annotations, reason } = alert;
      const words = `${labels["alertname"] ?? ""} for ${channel}: ${annotations["summary"] ?? ""}`;
      await log.say(`${reason} ${words}`);
    }
    state = checked.state;
    await folder.save(state);
  };
  for (const { every, later_ms, group } of bySchedule(rules)) {
    const names = group.map(({ name }) => name).join(", ");
    guarded(`rules ${names}`, every, () => check(group), later_ms);
  }
  guarded("alerts", DELIVER_MS, async () => {
    const now = io.now().getTime();
    const isDue = state.outbox.some(
      ({ status, after }) => status === "waiting" && Date.parse(after) <= now,
    );
    if (isDue) state = await told(state, watching, channels, io);
  });
  if (intake !== undefined) guarded("compact", COMPACT_MS, () => intake.compact());
  await log.say(`watching ${integer(rules.length)} rules, following ${integer(paths.length)} logs`);
  try {
    await loop({ jobs, now: io.now, wait: (ms) => waitFor(ms, io.signal), signal: io.signal });
  } finally {
    await intake?.close();
  }
  await log.say("stopped");
  return Exit.ok;
}

const told = (state: State, { alerting }: Watching, channels: Channels, io: Io): Promise<State> =>
  deliverAll(state, alerting.state, channels, io, true);

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

interface Scheduled {
  readonly every: number | string;
  /** How much after its time: when the lines of the last step are there. */
  readonly later_ms: number;
  readonly group: Rule[];
}

/** Rules that are due at the same times are checked together. */
function bySchedule(rules: readonly Rule[]): Scheduled[] {
  const groups = new Map<string, Scheduled>();
  for (const rule of rules) {
    const { every } = rule;
    const later_ms = typeof every === "number" ? (SETTLE_MS + rule.delay_ms) % every : 0;
    const key = `${every} ${later_ms}`;
    const known = groups.get(key) ?? { every, later_ms, group: [] };
    known.group.push(rule);
    groups.set(key, known);
  }
  return [...groups.values()];
}

/** Follows logs into the store, with one engine for all that time. */
async function openIntake(
  { alerting, paths }: Watching,
  flags: Flags,
  io: Io,
): Promise<{ take(): Promise<void>; compact(): Promise<void>; close(): Promise<void> }> {
  const place = await storeOf(flags, io);
  const file = path.join(alerting.state.folder, "follow.json");
  const choose = remembering(await chooser(flags, "keep", (message) => warn(io, message)));
  // What is being brought in is brought in whole, also when it is to stop.
  const unstopped = { ...io, signal: new AbortController().signal };
  const intake = new Intake({
    paths,
    now: () => io.now().getTime(),
    save: (followed) => replace(file, JSON.stringify(followed)),
    warn: (message) => warn(io, message),
    ingest: (inputs) =>
      withIngestEngine(flags, unstopped, (filling) =>
        place.locked(async () => {
          const options = { ...filling, place, inputs, derivations: [], choose, now: io.now };
          const { failed } = await ingest(options);
          const [first] = failed;
          if (first !== undefined) throw first.problem;
        }),
      ),
  });
  await intake.resume((await readJson<Followed>(file)) ?? NOT_FOLLOWED);
  return {
    take: async () => void (await intake.take()),
    compact: () => compactIfMany(place, flags, io),
    close: () => intake.close(),
  };
}

async function compactIfMany(place: Place, flags: Flags, io: Io): Promise<void> {
  const { files } = await readLedger(place);
  if (groupsOf(files, SMALL_FILES).length === 0) return;
  await withIngestEngine(flags, io, ({ db }) =>
    place.locked(() =>
      compact({ db, place, target: SMALL_FILES, mostGroups: 1, now: io.now, signal: io.signal }),
    ),
  );
}

/** The format of a log is the one that its lines had before: a few lines alone may tell too little. */
function remembering(choose: Choose): Choose {
  const last = new Map<string, Reading>();
  return (lines, input, like) => {
    const reading = choose(lines, input, last.get(input.name) ?? like);
    last.set(input.name, reading);
    return reading;
  };
}

/** Says what happens, one line each; a problem that stays the same is told once. */
function logger(io: Io) {
  const said = new Map<string, string>();
  const sink = streamSink(io.stdout);
  const problem = (error: Problem): void => {
    const text = problemText(error);
    if (said.get(error.code) !== text) io.stderr.write(text);
    said.set(error.code, text);
  };
  return {
    problem,
    say: (text: string) =>
      sink.write(`${io.now().toISOString().slice(0, 19)}Z ${terminalText(text)}\n`),
    /** A job that fails is tried again when it is next due; what is wrong with the configuration ends all. */
    async guard(work: () => Promise<unknown>): Promise<void> {
      try {
        await work();
      } catch (error) {
        if (io.signal.aborted) return;
        if (!(error instanceof Problem) || error.exit === Exit.usage) throw error;
        problem(error);
      }
    },
  };
}

const nothingToWatch = (): Problem =>
  new Problem({
    code: "no-rules",
    what: "There is nothing to watch",
    why: "The configuration has no rules, and no log is followed",
    help: "Write rules in culprit.yaml (docs/watch.md), or follow a log: culprit watch --follow access.log --store logs",
    exit: 2,
  });
