import { PHRASE, other, text } from "../kinds/text.js";
import { duration, sizeWithDash, status } from "../kinds/numbers.js";
import { epoch } from "../kinds/times.js";
import { firstOfList } from "../kinds/lists.js";
import { host, site } from "../kinds/addresses.js";
import { requestLine } from "../kinds/request.js";
import type { Kind } from "../kinds/kind.js";
import { absorbQuotes, isLiteral, type Field, type Item, type Layout } from "../layout.js";
import { configEscapes, isNative, nameTwins, pushLiteral, withPattern } from "./items.js";
import { refusal } from "./refusal.js";
import { mergeTimes, timeField } from "./times.js";

export interface GoAccessOptions {
  /** strftime, or `%s`, `%f`, `%*` for seconds, microseconds, milliseconds since 1970. */
  readonly dateFormat?: string;
  readonly timeFormat?: string;
}

/**
 * GoAccess's log-format with its date-format and time-format:
 * `%h %^[%d:%t %^] "%r" %s %b "%R" "%u"`, `%d/%b/%Y`, `%T`.
 * https://goaccess.io/man#custom-log
 */
export function goaccessLayout(logFormat: string, options: GoAccessOptions = {}): Layout {
  const items: Item[] = [];
  let padded = 0;
  let end = 0;
  for (const match of logFormat.matchAll(SPECIFIER)) {
    const [all, specifier = "h", delimiters] = match;
    pushLiteral(items, configEscapes(logFormat.slice(end, match.index)));
    end = match.index + all.length;
    if (specifier === "%") pushLiteral(items, "%");
    else if (specifier === "~") padded += 1;
    else if (delimiters !== undefined) items.push({ native: all, kind: firstOfList("client_ip") });
    else items.push(specified(logFormat, all, specifier, match.index, options));
  }
  pushLiteral(items, configEscapes(logFormat.slice(end)));
  if (items.every(isLiteral)) {
    throw refusal("goaccess", logFormat, 0, logFormat.length, "it has no specifier");
  }
  const timed = mergeTimes(withZone(pathAndQuery(items)));
  return {
    items: bounded(absorbQuotes(nameTwins(timed))),
    escaping: "backslash",
    ...(padded > 0 ? { padded } : {}),
  };
}

/** The specifier that a whole JSON value consists of. */
export function goaccessField(value: string, options: GoAccessOptions): Field | undefined {
  const match = /^(%[^~^%])(?:\.%\^)?$/.exec(value);
  const all = match?.[1];
  return all === undefined ? undefined : specified(value, all, all[1] as string, 0, options);
}

const SPECIFIER = /%(.)|~h\{([^}]*)\}/gs;

/** Of several times taken GoAccess believes the first; the others go to `extra`. */
const taken = (unit: "s" | "ms" | "us" | "ns"): Kind => duration("duration_ms", unit);

const specifiers: Record<string, Kind> = {
  v: site,
  e: text("user", { pattern: PHRASE }),
  C: text("cache_result"),
  h: host("client_ip", { rank: 1 }),
  r: requestLine(),
  m: text("method"),
  U: text("request_target"),
  q: text("query"),
  H: text("protocol"),
  s: status,
  b: sizeWithDash("bytes_sent"),
  R: text("referrer", { pattern: PHRASE }),
  u: text("user_agent", { pattern: PHRASE }),
  K: text("tls_protocol"),
  k: text("tls_cipher"),
  M: other(),
  D: taken("us"),
  T: taken("s"),
  L: taken("ms"),
  n: taken("ns"),
};

function specified(
  logFormat: string,
  all: string,
  letter: string,
  at: number,
  { dateFormat = "%d/%b/%Y", timeFormat = "%T" }: GoAccessOptions,
): Field {
  if (letter === "^") return { native: all, kind: text("_ignored", { pattern: PHRASE }) };
  const format = letter === "t" ? timeFormat : dateFormat;
  if (letter === "x" || letter === "d" || letter === "t") {
    const unit = epochs[format];
    if (unit !== undefined) return { native: all, kind: epoch(unit) };
    const field = timeField(all, format);
    if (field !== undefined) return field;
    const which = letter === "t" ? "time-format" : "date-format";
    throw refusal("goaccess", logFormat, at, 2, `the ${which} ${format} cannot be read back`);
  }
  const kind = specifiers[letter];
  if (kind === undefined) {
    throw refusal("goaccess", logFormat, at, 2, `${all} is not one of its specifiers`);
  }
  return { native: all, kind };
}

const epochs: Record<string, "s" | "ms" | "us"> = { "%s": "s", "%*": "ms", "%f": "us" };

/** `%U` is the whole target, unless `%q` holds its query. */
function pathAndQuery(items: readonly Item[]): Item[] {
  if (!items.some((item) => isNative(item, "%q"))) return [...items];
  return items.map((item): Item =>
    isNative(item, "%U") ? { native: "%U", kind: text("path") } : item,
  );
}

/** In `[%d:%t %^]` the ignored part is the zone, which must not be ignored. */
function withZone(items: readonly Item[]): Item[] {
  return items.map((item, index) => {
    const [time, blank, , close] = items.slice(index - 2, index + 2);
    const zone =
      isNative(item, "%^") &&
      (isNative(time, "%t") || isNative(time, "%x")) &&
      blank !== undefined &&
      isLiteral(blank) &&
      blank.literal === " " &&
      close !== undefined &&
      isLiteral(close) &&
      close.literal.startsWith("]");
    return (zone && timeField("%^", "%z")) || item;
  });
}

/**
 * A value ends at the first character that follows it in the format, as GoAccess reads it.
 * What is ignored in front of `[` is most often `- - `, with two blanks.
 */
function bounded(items: readonly Item[]): Item[] {
  return items.map((item, index): Item => {
    if (isLiteral(item) || item.quoted === true || item.kind.pattern !== PHRASE) return item;
    const next = items[index + 1];
    const stop = next !== undefined && isLiteral(next) ? (next.literal[0] as string) : "";
    if (stop === "") return item;
    // It begins with no blank: a run of them belongs to the delimiter before it alone.
    const until = `(?:[^ \\t${escaped(stop)}][^${escaped(stop)}]*)?`;
    const narrowed = withPattern(item, stop === " " ? "[^ \\t]+" : until);
    return stop === "[" ? { ...narrowed, kind: { ...narrowed.kind, spaces: 2 } } : narrowed;
  });
}

const escaped = (char: string): string => char.replace(/[\\\]^-]/, "\\$&");
