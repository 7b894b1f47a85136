import { stat } from "node:fs/promises";
import path from "node:path";
import { parseWhere } from "../analyses/where.js";
import { columnTypes } from "../formats/record.js";
import { shellWord } from "../outputs/escape.js";
import { Folder } from "../store/folder.js";
import { LEDGER } from "../store/ledger.js";
import type { Opened, Source } from "../web/server/source.js";
import type { Io } from "./io.js";
import { inputData } from "./html-report.js";
import { readingWords } from "./reading-words.js";
import { storeOf } from "./store.js";
import { filterSql, withLogs, type LogFlags, type Session } from "./session.js";

/** The command line's logs or store, as a server opens them: as often as they change. */
export function logSource(sources: readonly string[], flags: LogFlags, io: Io): Source {
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
    close,
  };
}
