import { parseWhere } from "../../analyses/where.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { FormatFlags } from "../choose-format.js";
import type { Command } from "../command.js";
import { withEngine } from "../engine.js";
import { logFlags, outputFlags, type Flag } from "../flags.js";
import type { Io } from "../io.js";
import { columnsOf, tellStitched, typesOf, type Asked } from "../joined-logs.js";
import { shapeOf, type OutputFlags } from "../output.js";
import { parseCount, parseDerivation } from "../parse-flags.js";
import { filterSql, parseTimes, withLogs, type LogFlags } from "../session.js";
import { storedLogs, type SideFlags, type StoredLog } from "../stored-logs.js";
import { readLog, type ReadLog, type ToldLog } from "../two-logs.js";
import { parseZone } from "../zone.js";

interface Flags extends LogFlags, OutputFlags {
  readonly limit: string;
  readonly frontFormat?: string;
  readonly frontLogFormat?: string;
  readonly frontDialect?: string;
  readonly backFormat?: string;
  readonly backLogFormat?: string;
  readonly backDialect?: string;
  readonly frontWhere?: readonly string[];
  readonly backWhere?: readonly string[];
}

const dialects = logFlags.find(({ flags }) => flags.startsWith("--dialect"))?.choices ?? [];

const formatFlags: readonly Flag[] = (["front", "back"] as const).flatMap((side): Flag[] => [
  {
    flags: `--${side}-format <name>`,
    group: "This command",
    about: `the format of the ${side}'s log; default: detected`,
  },
  {
    flags: `--${side}-where <condition>`,
    group: "This command",
    about: `of a store: which lines are the ${side}'s, such as source=*${side === "front" ? "edge" : "app"}*`,
    repeat: true,
  },
  {
    flags: `--${side}-log-format <string>`,
    group: "This command",
    about: `the ${side}'s own format string, or a path to its configuration`,
  },
  {
    flags: `--${side}-dialect <name>`,
    group: "This command",
    about: `whose notation --${side}-log-format is; default: recognised`,
    choices: dialects,
  },
]);

/** Flags of one log that say nothing of two. */
const ELSEWHERE =
  /^--(?:format|log-format|dialect|date-format|time-format|map|rejects|max-rejects|owners|mmdb) /;

export const stitchCommand: Command<Flags> = {
  name: "stitch",
  about: "which line of the front became which line of the back, and who makes the back work",
  usage: "[front] [back]",
  flags: [
    ...formatFlags,
    { flags: "-n, --limit <n>", group: "This command", about: "rows a table", fallback: "10" },
    ...logFlags.filter(({ flags }) => !ELSEWHERE.test(`${flags} `)),
    ...outputFlags,
  ],
  examples: [
    [
      "culprit stitch squid/access.log apache/access.log",
      "who causes the misses, who bypasses Squid",
    ],
    [
      "culprit stitch 'squid/*.gz' 'apache/*.gz' -o joined.parquet",
      "the joined rows: culprit top session_id joined.parquet",
    ],
    [
      `culprit stitch squid.log apache.log --back-log-format '%h %D %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i"' --derive 'session_id=cookie~JSESSIONID=([^;]+)'`,
      "with the session from the back's cookies",
    ],
    [
      "culprit stitch --store logs --front-format squid --back-format combined",
      "both logs from a store; also with --engine",
    ],
  ],
  async run(sources, flags, io) {
    const [frontSource, backSource] = sources;
    const shape = shapeOf(flags);
    const zone = parseZone(flags.tz);
    const asked: Asked = {
      limit: parseCount("--limit", flags.limit),
      where: (flags.where ?? []).map(parseWhere),
      times: parseTimes(flags),
      writesRows: shape !== "text" && shape !== "json",
      zone,
    };
    if (frontSource === undefined) return ofStore(asked, flags, io);
    if (backSource === undefined || sources.length > 2) throw twoSources(sources.length);
    const onlyStored = (["frontWhere", "backWhere", "engine"] as const).find((name) => flags[name]);
    if (onlyStored !== undefined) throw notForFiles(onlyStored);
    const derivations = (flags.derive ?? []).map(parseDerivation);
    const derived = derivations.map(({ name }) => name);
    // Faults of the filter are told before anything is read.
    filterSql(asked.where, typesOf(derived), { now: io.now(), zone });
    const columns = columnsOf(asked, derived);
    await withEngine(flags, io, async (db) => {
      const shared = { db, columns: columns.read, derivations, flags };
      const log = (source: string, format: FormatFlags): Promise<ReadLog> =>
        readLog({ ...shared, source, format }, io);
      const front = await log(frontSource, formatOf(flags, "front"));
      const back = await log(backSource, formatOf(flags, "back"));
      const logs = { db, embedded: db, front, back, notes: [front, back] };
      await tellStitched(logs, derived, asked, flags, io);
    });
    return Exit.ok;
  },
};

/** Two logs of the store, which may be registered on an engine elsewhere. */
async function ofStore(asked: Asked, flags: Flags, io: Io): Promise<typeof Exit.ok> {
  const read = { ...flags, where: [], maxRejects: "100" };
  await withLogs(
    [],
    read,
    () => [],
    io,
    async (session) => {
      const sides = {
        front: { side: "front" as const, ...sideFlags(flags, "front") },
        back: { side: "back" as const, ...sideFlags(flags, "back") },
      };
      const { scope, embedded, derived } = session;
      const { front, back } = await storedLogs(session, sides, columnsOf(asked, derived).read);
      const told = (log: StoredLog): ToldLog => ({
        ...log,
        sources: session.sources,
        formats: [{ format: log.format, inputs: 1 }],
        accounting: { lines: log.lines, parsed: log.lines, rejected: 0, blank: 0 },
      });
      const logs = {
        db: scope.db,
        embedded,
        front: told(front),
        back: told(back),
        notes: [session],
      };
      // The time range chose the lines already.
      const answered = { ...asked, times: () => ({}) };
      await tellStitched(logs, derived, answered, flags, io);
    },
  );
  return Exit.ok;
}

const sideFlags = (flags: Flags, side: "front" | "back"): Omit<SideFlags, "side"> => {
  const [format, where] = [flags[`${side}Format`], flags[`${side}Where`]];
  return { ...(format !== undefined && { format }), ...(where !== undefined && { where }) };
};

function formatOf(flags: Flags, side: "front" | "back"): FormatFlags {
  const [format, logFormat, dialect] = (["Format", "LogFormat", "Dialect"] as const).map(
    (name) => flags[`${side}${name}`],
  );
  return {
    ...(format !== undefined && { format }),
    ...(logFormat !== undefined && { logFormat }),
    ...(dialect !== undefined && { dialect }),
  };
}

const twoSources = (count: number): Problem =>
  new Problem({
    code: "two-sources",
    what: `stitch takes two logs, the front's and the back's; ${count === 1 ? "one was" : `${count} were`} given`,
    why: "Each may be a file, a folder, a quoted glob or an address; without any, the store has both",
    help: "culprit stitch 'squid/access.log*' 'apache/access.log*'",
    exit: Exit.usage,
  });

const notForFiles = (name: "frontWhere" | "backWhere" | "engine"): Problem =>
  new Problem({
    code: "bad-flag",
    what: `--${name.replace("Where", "-where")} tells lines of a store apart, and two logs were named`,
    help: "Leave the logs out to ask the store, or leave the flag out",
    exit: Exit.usage,
  });
