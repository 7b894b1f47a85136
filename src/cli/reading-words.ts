import { withoutPassword } from "../engines/address.js";
import { shellWord } from "../outputs/escape.js";
import type { LogFlags } from "./session.js";

/** The sources and the flags that say what is read, for commands that read it again. */
export function readingWords(flags: LogFlags, sources: readonly string[] = []): string[] {
  const named: [flag: string, values: readonly (string | undefined)[]][] = [
    ["--format", [flags.format]],
    ["--log-format", [flags.logFormat]],
    ["--dialect", [flags.dialect]],
    ["--date-format", [flags.dateFormat]],
    ["--time-format", [flags.timeFormat]],
    ["--map", flags.map ?? []],
    ["--derive", flags.derive ?? []],
    ["--log-tz", [flags.logTz === "UTC" ? undefined : flags.logTz]],
    ["--tz", [flags.tz === "UTC" ? undefined : flags.tz]],
    ["--since", [flags.since]],
    ["--until", [flags.until]],
    ["--range", [flags.range]],
    ["-w", flags.where ?? []],
    ["--store", [flags.store]],
    ["--engine", [flags.engine === undefined ? undefined : withoutPassword(flags.engine)]],
    ["--profile", [flags.profile]],
    ["--region", [flags.region]],
    ["--endpoint", [flags.endpoint]],
  ];
  const words = named.flatMap(([flag, values]) =>
    values.flatMap((value) => (value === undefined ? [] : [flag, shellWord(value)])),
  );
  return [...words, ...sources.map(shellWord)];
}
