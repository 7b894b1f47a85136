import { stat } from "node:fs/promises";
import path from "node:path";
import { savingsAt } from "../analyses/blockplan/savings.js";
import { parseWhere } from "../analyses/where.js";
import { columnTypes } from "../formats/record.js";
import { shellWord } from "../outputs/escape.js";
import { Folder } from "../store/folder.js";
import { LEDGER } from "../store/ledger.js";
import { alertsShown } from "../web/alerts-shown.js";
import type { AlertsShown, BlockQuestion } from "../web/live-data.js";
import type { Blocking, Opened, Source } from "../web/server/source.js";
import { alertingOf } from "./alerting.js";
import { allowedByConfig } from "./block-flags.js";
import type { Io } from "./io.js";
import { inputData } from "./html-report.js";
import { readingWords } from "./reading-words.js";
import { storeOf } from "./store.js";
import { filterSql, withLogs, type LogFlags, type Session } from "./session.js";

export interface ServeFlags extends LogFlags {
  /** Where alerts remember what they told. */
  readonly state?: string;
}

/** The command line's logs or store, as a server opens them: as often as they change. */
export function logSource(sources: readonly string[], flags: ServeFlags, io: Io): Source {
  const columns = (derived: readonly string[]): string[] => [...columnTypes(derived).keys()];
  let files: readonly string[] = [];
  return {
    async open(signal) {
      const { session, close } = await opened(sources, flags, columns, { ...io, signal });
      files = session.sources;
      return served(session, sources, flags, close, io);
    },
    async stamp() {
      if (flags.engine !== undefined) return undefined;
      if (sources.length === 0) {
        const place = await storeOf(flags, io);
        // Looking into a bucket every second would cost money.
        return place instanceof Folder
          ? (await place.list(LEDGER)).map(({ name }) => name).join("\n")
          : undefined;
      }
      const stats = await Promise.all(
        files.map((name) => stat(path.resolve(io.cwd, name)).catch(() => undefined)),
      );
      const known = stats.map((one) => one && `${one.dev} ${one.ino} ${one.size} ${one.mtimeMs}`);
      return known.every((one) => one === undefined) ? undefined : known.join("\n");
    },
    alerts: () => alerts(flags, io),
  };
}

/** Reads the logs and keeps them open until they are closed. */
function opened(
  sources: readonly string[],
  flags: LogFlags,
  columns: (derived: readonly string[]) => string[],
  io: Io,
): Promise<{ session: Session; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    let release: () => void = () => {};
    const held = new Promise<void>((done) => (release = done));
    const ended = withLogs(sources, flags, columns, io, async (session) => {
      const close = async (): Promise<void> => {
        release();
        await ended;
      };
      resolve({ session, close });
      await held;
    });
    ended.catch(reject);
  });
}

async function served(
  session: Session,
  sources: readonly string[],
  flags: LogFlags,
  close: () => Promise<void>,
  io: Io,
): Promise<Opened> {
  const { scope, derived, embedded } = session;
  const words = (where: readonly string[]): string =>
    [...where.map((one) => `-w ${shellWord(one)}`), ...readingWords(flags, sources)].join(" ");
  const types = columnTypes(derived);
  const now = scope.covers === undefined ? io.now() : new Date(scope.covers.until.getTime() - 1);
  return {
    scope,
    ...(flags.engine === undefined && { embedded }),
    derived,
    known: await inputData(session, `culprit serve ${words([])}`, io),
    filter: (where) =>
      filterSql(where.map(parseWhere), types, { now, zone: scope.zone }, scope.dialect),
    wording: (where) => ({ zone: scope.zone, locale: "en", ascii: false, sources: words(where) }),
    blocking: await blocking(session, sources, flags, io),
    close,
  };
}

async function blocking(
  session: Session,
  sources: readonly string[],
  flags: LogFlags,
  io: Io,
): Promise<Blocking> {
  return {
    filtered: (flags.where ?? []).length > 0,
    allow: await allowedByConfig(flags, io),
    savings: (replay) => savingsAt(replay, session.formats[0]?.format),
    command: (question) => blockCommand(question, sources, flags),
  };
}

/** `culprit block` for a question of the page; its time stands in place of the command line's. */
function blockCommand(
  { where, window, target, by }: BlockQuestion,
  sources: readonly string[],
  flags: LogFlags,
): string {
  const { since: _since, until: _until, range: _range, ...rest } = flags;
  const [from, until] = (window ?? []).map((time) => new Date(time).toISOString());
  const reading =
    from === undefined || until === undefined ? flags : { ...rest, since: from, until };
  return [
    "culprit block",
    ...where.map((one) => `-w ${shellWord(one)}`),
    ...(target === 80 ? [] : [`--target ${target}%`]),
    ...(by === "requests" ? [] : [`--by ${by}`]),
    ...readingWords(reading, sources),
  ].join(" ");
}

/** What the rules of the configuration remember, or nothing. */
async function alerts(flags: ServeFlags, io: Io): Promise<AlertsShown> {
  const { state: folder, rules } = await alertingOf([], flags, io);
  const types = columnTypes([]);
  const remembered = {
    place: folder.folder,
    state: await folder.read(),
    silences: await folder.silences(),
    labelsOf: (name: string) => {
      const rule = rules.find((one) => one.name === name);
      return rule === undefined ? {} : { ...rule.labels, severity: rule.severity };
    },
    isColumn: (name: string) => types.has(name),
  };
  return alertsShown(remembered, io.now());
}
