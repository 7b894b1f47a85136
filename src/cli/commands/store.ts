import { integer } from "../../outputs/numbers.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { compact } from "../../store/compact.js";
import { forget } from "../../store/forget.js";
import type { Place } from "../../store/place.js";
import { status } from "../../store/status.js";
import { verify } from "../../store/verify.js";
import { registrationOf } from "../../store/registration.js";
import type { Command } from "../command.js";
import { withEngine, type EngineFlags } from "../engine.js";
import { outputFlags, storeFlags } from "../flags.js";
import type { Io } from "../io.js";
import { lookOf, writeDocument, writeText, type OutputFlags } from "../output.js";
import { parseSize } from "../parse-flags.js";
import { withRemoteEngine } from "../remote.js";
import { readLedger } from "../../store/ledger.js";
import { REQUESTS } from "../../store/data-files.js";
import { mustExist, storeOf, type StoreFlags } from "../store.js";
import { statusLines } from "../store-text.js";
import { parseInstant, resolveInstant } from "../time-range.js";

interface Flags extends StoreFlags, EngineFlags, OutputFlags {
  readonly before?: string;
  readonly targetSize: string;
  readonly engine?: string;
  readonly at?: string;
  readonly print?: boolean;
}

type Action = (place: Place, flags: Flags, io: Io) => Promise<ExitCode>;

export const storeCommand: Command<Flags> = {
  name: "store",
  about:
    "look after the store: status, verify, compact, forget --before TIME, register --engine URL",
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
    {
      flags: "--engine <url>",
      group: "This command",
      about: "register: where the store becomes a table, such as trino://host:8080/lake/logs",
    },
    {
      flags: "--at <place>",
      group: "This command",
      about: "register: where the engine sees the store's folder requests, if not by its path here",
    },
    {
      flags: "--print",
      group: "This command",
      about: "register: print the statements and run none",
    },
    ...storeFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit store status --store /srv/logs", "ranges, objects, rows, bytes, rejects, thin hours"],
    ["culprit store verify --store /srv/logs", "count every file against the ledger"],
    ["culprit store compact --store /srv/logs", "few large files instead of many small ones"],
    ["culprit store forget --before -1y --store /srv/logs", "retention"],
    [
      "culprit store register --store /srv/logs --engine trino://host:8080/lake/logs --at local:///requests",
      "the store as a table of Trino",
    ],
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
  register,

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
    const target = { bytes: parseSize("--target-size", flags.targetSize) };
    const { now, signal } = io;
    const { before, after } = await withEngine(flags, io, (db) =>
      place.locked(() => compact({ db, place, target, now, signal })),
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

/** Makes the store a table of an engine elsewhere, or makes the table anew. */
async function register(place: Place, flags: Flags, io: Io): Promise<ExitCode> {
  const { engine: address } = flags;
  if (address === undefined) throw withoutEngine();
  const about = registrationOf(await readLedger(place), flags.at ?? `${place.name}/${REQUESTS}`);
  return withRemoteEngine(address, io, async (engine) => {
    const statements = engine.registration(about);
    if (flags.print === true) {
      const lines = statements.flatMap((sql) => `${sql};`.split("\n"));
      await write({ store: place.name, statements }, lines, flags, io);
      return Exit.ok;
    }
    for (const sql of statements) await engine.run(sql);
    const [row = {}] = await engine.rows(`SELECT count(*) AS many FROM ${engine.table}`);
    const rows = Number(row["many"]);
    const text = `${engine.table} on ${engine.name} has ${integer(rows)} rows`;
    await write({ store: place.name, table: engine.table, rows, statements }, [text], flags, io);
    return Exit.ok;
  });
}

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

const withoutEngine = (): Problem =>
  new Problem({
    code: "bad-flag",
    what: "Registering needs an engine",
    help: "culprit store register --engine trino://host:8080/catalog/schema --at PLACE",
    exit: 2,
  });

const withoutTime = (): Problem =>
  new Problem({
    code: "bad-flag",
    what: "Forgetting needs a time",
    help: "culprit store forget --before 2025-01-01, or --before -1y",
    exit: 2,
  });
