import { integer, bytes } from "../../outputs/numbers.js";
import { textTable } from "../../outputs/table.js";
import { Exit, Problem, type ExitCode } from "../../problems/problem.js";
import { compact, forget } from "../../store/maintain.js";
import { readLedger } from "../../store/ledger.js";
import { status, type StoreStatus } from "../../store/status.js";
import { verify } from "../../store/verify.js";
import { withWriterLock } from "../../store/writer-lock.js";
import type { Command } from "../command.js";
import { withEngine, type EngineFlags } from "../engine.js";
import { outputFlags, storeFlags } from "../flags.js";
import type { Io } from "../io.js";
import { lookOf, writeDocument, writeText, type OutputFlags } from "../output.js";
import { storeOf, type StoreFlags } from "../store.js";
import { parseInstant, resolveInstant } from "../time-range.js";
import type { Value } from "../../outputs/values.js";

interface Flags extends StoreFlags, EngineFlags, OutputFlags {
  readonly before?: string;
}

type Action = (store: string, flags: Flags, io: Io) => Promise<ExitCode>;

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
    ...storeFlags,
    ...outputFlags,
  ],
  examples: [
    ["culprit store status --store /srv/logs", "ranges, objects, rows, bytes, rejects"],
    ["culprit store verify --store /srv/logs", "count every file against the ledger"],
    ["culprit store compact --store /srv/logs", "few large files instead of many small ones"],
    ["culprit store forget --before -1y --store /srv/logs", "retention"],
  ],
  async run([action = ""], flags, io) {
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run === undefined) throw unknown(action);
    return run(await storeOf(flags, io), flags, io);
  },
};

const actions: Record<string, Action> = {
  async status(store, flags, io) {
    const found = await withEngine(flags, io, async (db) =>
      status(db, store, await readLedger(store)),
    );
    if (flags.json === true)
      await writeDocument({ schema_version: 1, store, ...found } as unknown as Value, flags, io);
    else await writeText(statusLines(store, found, flags, io), flags, io);
    return Exit.ok;
  },
  async verify(store, flags, io) {
    const faults = await withEngine(flags, io, async (db) =>
      verify(db, store, await readLedger(store)),
    );
    if (flags.json === true) await writeDocument({ schema_version: 1, store, faults }, flags, io);
    else
      await writeText(
        faults.length === 0 ? ["every file is as the ledger says"] : faults,
        flags,
        io,
      );
    return faults.length === 0 ? Exit.ok : Exit.input;
  },
  async compact(store, flags, io) {
    const { before, after } = await withEngine(flags, io, (db) =>
      withWriterLock(store, () => compact(db, store, io.now())),
    );
    await writeText([`${integer(before)} files became ${integer(after)}`], flags, io);
    return Exit.ok;
  },
  async forget(store, flags, io) {
    if (flags.before === undefined) throw withoutTime();
    const before = resolveInstant(parseInstant(flags.before), { now: io.now(), zone: "UTC" });
    const { files, rows } = await withEngine(flags, io, () =>
      withWriterLock(store, () => forget(store, before, io.now())),
    );
    await writeText([`${integer(rows)} rows in ${integer(files)} files were forgotten`], flags, io);
    return Exit.ok;
  },
};

function statusLines(
  store: string,
  { types, objects, rejects, commits }: StoreStatus,
  flags: Flags,
  io: Io,
): string[] {
  const look = lookOf(flags, io);
  const rows = types.map((type) => [
    type.log_type,
    type.rows,
    bytes(type.bytes),
    type.files,
    type.from ?? "",
    type.until ?? "",
  ]);
  return [
    `${store}: ${integer(objects)} objects, ${integer(rejects)} rejects, ${integer(commits)} commits`,
    ...textTable(
      ["log type", "rows", "bytes", "files", "from", "until"].map((title) => ({ title })),
      rows,
      look,
    ),
  ];
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
