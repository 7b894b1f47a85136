import { integer } from "../../outputs/numbers.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { compact } from "../../store/compact.js";
import { forget } from "../../store/forget.js";
import type { Place } from "../../store/place.js";
import { status } from "../../store/status.js";
import { verify } from "../../store/verify.js";
import type { Command } from "../command.js";
import { withEngine, type EngineFlags } from "../engine.js";
import { outputFlags, storeFlags } from "../flags.js";
import type { Io } from "../io.js";
import { lookOf, writeDocument, writeText, type OutputFlags } from "../output.js";
import { parseSize } from "../parse-flags.js";
import { mustExist, storeOf, type StoreFlags } from "../store.js";
import { statusLines } from "../store-text.js";
import { parseInstant, resolveInstant } from "../time-range.js";

interface Flags extends StoreFlags, EngineFlags, OutputFlags {
  readonly before?: string;
  readonly targetSize: string;
}

type Action = (place: Place, flags: Flags, io: Io) => Promise<ExitCode>;

export const storeCommand: Command<Flags> = {
  name: "store",
  about: "look after the store: status, verify, compact, forget --before TIME",
  usage: "<action>",
  flags: [
    {
      flags: "--before <time>",
      group: "This command",
      about: "forget: whole days before this time",
    },
    {
      flags: "--target-size <size>",
      group: "This command",
      about: "compact: how large files may become",
      fallback: "128MB",
    },
    ...storeFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit store status --store /srv/logs", "ranges, objects, rows, bytes, rejects, thin hours"],
    ["culprit store verify --store /srv/logs", "count every file against the ledger"],
    ["culprit store compact --store /srv/logs", "few large files instead of many small ones"],
    ["culprit store forget --before -1y --store /srv/logs", "retention"],
  ],
  async run([action = ""], flags, io) {
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run === undefined) throw unknown(action);
    const store = await storeOf(flags, io);
    await mustExist(store);
    return run(store, flags, io);
  },
};

const actions: Record<string, Action> = {
  async status(place, flags, io) {
    const found = await withEngine(flags, io, (db, workspace) => status(db, place, workspace));
    await write(
      { store: place.name, ...found },
      statusLines(place.name, found, lookOf(flags, io)),
      flags,
      io,
    );
    return Exit.ok;
  },

  async verify(place, flags, io) {
    const found = await withEngine(flags, io, (db, workspace) => verify(db, place, workspace));
    const { faults, files, rows } = found;
    const fine = `${integer(rows)} rows in ${integer(files)} files are as the ledger says`;
    await write({ store: place.name, ...found }, faults.length === 0 ? [fine] : faults, flags, io);
    return faults.length === 0 ? Exit.ok : Exit.input;
  },

  async compact(place, flags, io) {
    const targetBytes = parseSize("--target-size", flags.targetSize);
    const { now, signal } = io;
    const { before, after } = await withEngine(flags, io, (db) =>
      place.locked(() => compact({ db, place, targetBytes, now, signal })),
    );
    const text = `${integer(before)} files became ${integer(after)}`;
    await write({ store: place.name, before, after }, [text], flags, io);
    return Exit.ok;
  },

  async forget(place, flags, io) {
    if (flags.before === undefined) throw withoutTime();
    const before = resolveInstant(parseInstant(flags.before), { now: io.now(), zone: "UTC" });
    const found = await place.locked(() => forget(place, before, io.now()));
    const { files, rows, rejects } = found;
    const text =
      `${integer(rows)} rows in ${integer(files)} files were forgotten` +
      (rejects > 0 ? `, and ${integer(rejects)} rejects` : "");
    await write({ store: place.name, ...found }, [text], flags, io);
    return Exit.ok;
  },
};

async function write(
  document: object,
  lines: readonly string[],
  flags: Flags,
  io: Io,
): Promise<void> {
  if (flags.json !== true) return writeText(lines, flags, io);
  await writeDocument({ schema_version: 1, ...document }, flags, io);
}

const unknown = (action: string): Problem =>
  new Problem({
    code: "unknown-action",
    what: `The store cannot ${action}`,
    help: `One of ${Object.keys(actions).join(", ")}`,
    exit: 2,
  });

const withoutTime = (): Problem =>
  new Problem({
    code: "bad-flag",
    what: "Forgetting needs a time",
    help: "culprit store forget --before 2025-01-01, or --before -1y",
    exit: 2,
  });
