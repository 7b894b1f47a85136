/** What the name of a log file says about its place in a rotated set. */
export interface Rotation {
  /** The name without its compression ending, number and date: equal for all members of a set. */
  readonly base: string;
  /** The name without its compression ending. */
  readonly uncompressed: string;
  /** `YYYYMMDDHHMMSS` as far as the name tells; zeros after that. */
  readonly date?: string;
  /** The rotation number; without a date the highest is the oldest, within a day the lowest. */
  readonly number?: number;
}

const COMPRESSED = /\.(?:gz|zst|zstd|bz2|xz|Z|lz4|zip)$/i;
const LAST_SEGMENT = /[^/\\]*$/;

/** `-20261101`, `.2026-11-01`, `_2026-11-01-13`, `-20261101T1300`, and the same at the start of the name. */
const DATE =
  /(?:^|[._-])((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:[-_.T]?([01]\d|2[0-3])(?:[-_.:]?([0-5]\d)(?:[-_.:]?([0-5]\d))?)?)?Z?(?=[._-]|$)/;
/** IIS: `u_ex261101.log`, by the hour `u_ex26110113.log`. */
const IIS_DATE = /(?<=^(?:u_)?ex)(\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])?(?=\.)/i;
/** Apache's rotatelogs and logrotate's `dateformat -%s`: seconds since 1970. */
const EPOCH = /[._-](1\d{9})(?=[._-]|$)/;
/** `access.log.3`; `access.3.log`, as logrotate's `extension` writes it. */
const NUMBER = /\.(\d{1,5})(?=$|\.(?:log|txt)$)/;

/**
 * Reads a name's rotation marks.
 *
 * @example
 * rotationOf("/var/log/access.log.3.gz")
 * // { base: "/var/log/access.log", uncompressed: "/var/log/access.log.3", number: 3 }
 */
export function rotationOf(name: string): Rotation {
  const uncompressed = name.replace(COMPRESSED, "");
  const folder = uncompressed.replace(LAST_SEGMENT, "");
  let rest = uncompressed.slice(folder.length);
  let date: string | undefined;
  const take = (pattern: RegExp, read: (match: RegExpExecArray) => string): void => {
    const match = pattern.exec(rest);
    if (!match) return;
    rest = rest.slice(0, match.index) + rest.slice(match.index + match[0].length);
    date ??= read(match);
  };
  take(EPOCH, ([, seconds]) =>
    new Date(Number(seconds) * 1000).toISOString().replace(/\D/g, "").slice(0, 14),
  );
  take(DATE, ([, y, , m, d, h, min, s]) => pad(y, m, d, h, min, s));
  take(IIS_DATE, ([, y, m, d, h]) => pad(`20${y ?? ""}`, m, d, h));
  const number = NUMBER.exec(rest);
  if (number) rest = rest.slice(0, number.index) + rest.slice(number.index + number[0].length);
  return {
    base: folder + rest,
    uncompressed,
    ...(date === undefined ? {} : { date }),
    ...(number ? { number: Number(number[1]) } : {}),
  };
}

function pad(...parts: (string | undefined)[]): string {
  return parts
    .map((part) => part ?? "")
    .join("")
    .padEnd(14, "0");
}

/**
 * Puts the members of each rotated set in time order, oldest first, at the place of the set's first
 * member; other items keep their order.
 *
 * @example
 * inTimeOrder(["access.log", "error.log", "access.log.1", "access.log.2.gz"], (name) => name)
 * // ["access.log.2.gz", "access.log.1", "access.log", "error.log"]
 */
export function inTimeOrder<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const sets = new Map<string, { item: T; rotation: Rotation }[]>();
  for (const item of items) {
    const rotation = rotationOf(nameOf(item));
    const set = sets.get(rotation.base);
    if (set) set.push({ item, rotation });
    else sets.set(rotation.base, [{ item, rotation }]);
  }
  return [...sets.values()].flatMap((set) =>
    set.toSorted((a, b) => byAge(a.rotation, b.rotation)).map(({ item }) => item),
  );
}

/**
 * Oldest first: numbers downwards, then dates upwards, then the file still written to. Numbers stand
 * before dates because a set that has both is one whose rotation was changed to dates.
 */
function byAge(a: Rotation, b: Rotation): number {
  if (eraOf(a) !== eraOf(b)) return eraOf(a) - eraOf(b);
  if (a.date !== undefined && b.date !== undefined) {
    if (a.date !== b.date) return a.date < b.date ? -1 : 1;
    return (a.number ?? 0) - (b.number ?? 0);
  }
  return (b.number ?? 0) - (a.number ?? 0);
}

function eraOf(rotation: Rotation): number {
  if (rotation.date !== undefined) return 1;
  return rotation.number === undefined ? 2 : 0;
}
