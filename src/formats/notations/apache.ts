import type { Problem } from "../../problems/problem.js";
import {
  PHRASE,
  clfTime,
  duration,
  epoch,
  host,
  int,
  other,
  requestLine,
  sizeWithDash,
  site,
  status,
  text,
  time,
  userName,
  type Kind,
} from "../kinds.js";
import { absorbQuotes, isLiteral, type Item, type Layout } from "../layout.js";
import { configEscapes, isNative, pushLiteral } from "./items.js";
import { refusal } from "./refusal.js";
import { strptime } from "./strftime.js";

/**
 * Apache's LogFormat (mod_log_config, mod_logio, mod_ssl): `%h %l %u %t "%r" %>s %b`.
 * https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
 */
export function apacheLayout(logFormat: string): Layout {
  const items: Item[] = [];
  let end = 0;
  for (const match of logFormat.matchAll(DIRECTIVE)) {
    const [all, argument, letter] = match as unknown as [string, string | undefined, string];
    pushText(items, logFormat, end, match.index);
    end = match.index + all.length;
    if (letter === "%") pushLiteral(items, "%");
    else items.push(...directive(logFormat, all, letter, argument, match.index));
  }
  pushText(items, logFormat, end, logFormat.length);
  refuseTwins(logFormat, items);
  return { items: absorbQuotes(mergePathAndQuery(items)), escaping: "backslash" };
}

/** `%`, then status conditions and `<`/`>`, then `{argument}`, then the letter (or `^ti`, `^to`). */
const DIRECTIVE = /%(?:!?\d{3}(?:,\d{3})*)?[<>]?(?:\{([^}]*)\})?(\^t[io]|[A-Za-z%])/g;

const plain: Record<string, Kind> = {
  a: host("client_ip", { rank: 2 }),
  A: host("target_ip"),
  b: sizeWithDash("bytes_sent", { rank: 2 }),
  B: sizeWithDash("bytes_sent", { rank: 2 }),
  D: duration("duration_ms", "us", { rank: 3 }),
  f: other(),
  h: host("client_ip", { rank: 1 }),
  H: text("protocol"),
  I: int("bytes_received"),
  k: int("_keepalive"),
  l: other(),
  L: text("request_id"),
  m: text("method"),
  O: int("bytes_sent", { rank: 1 }),
  p: int("_server_port"),
  P: int("_process"),
  q: text("query", { pattern: "\\S*" }),
  r: requestLine({ ascii: true }),
  R: other(),
  s: status,
  S: int("_transferred"),
  T: duration("duration_ms", "s", { rank: 1 }),
  u: userName,
  U: text("path"),
  v: site,
  V: { ...site, rank: 1 },
  X: other(),
};

const durations = { s: "s", ms: "ms", us: "us" } as const;

/** What an argument in braces may be and mean, by letter. */
const withArgument: Record<string, (argument: string) => Kind | undefined> = {
  a: (argument) => (argument === "c" ? host("_peer_ip") : undefined),
  h: (argument) => (argument === "c" ? host("_peer_host") : undefined),
  i: (name) => header(name.toLowerCase()),
  o: (name) =>
    name.toLowerCase() === "content-length" ? sizeWithDash("_content_length") : other(),
  C: () => other(),
  e: () => other(),
  n: () => other(),
  x: (name) =>
    name === "SSL_PROTOCOL"
      ? text("tls_protocol")
      : name === "SSL_CIPHER"
        ? text("tls_cipher")
        : other(),
  c: (name) =>
    name === "version" ? text("tls_protocol") : name === "cipher" ? text("tls_cipher") : other(),
  p: (argument) =>
    argument === "remote"
      ? int("client_port")
      : argument === "canonical" || argument === "local"
        ? int("_server_port")
        : undefined,
  P: (argument) => (/^(pid|tid|hextid)$/.test(argument) ? other() : undefined),
  t: (format) => strftimeKind(format),
  T: (unit) =>
    unit in durations
      ? duration("duration_ms", durations[unit as keyof typeof durations], { rank: 2 })
      : undefined,
  "^ti": () => other(),
  "^to": () => other(),
};

const headers: Record<string, Kind> = {
  "user-agent": text("user_agent", { pattern: PHRASE }),
  referer: text("referrer", { pattern: PHRASE }),
  cookie: text("cookie", { pattern: PHRASE }),
  host: text("host"),
  "x-forwarded-proto": text("scheme"),
};

const header = (name: string): Kind => headers[name] ?? other({ pattern: PHRASE });

function strftimeKind(format: string): Kind | undefined {
  const at = format.replace(/^(?:begin|end):/, "");
  if (at === "sec") return epoch("s");
  if (at === "msec") return epoch("ms", { rank: 1 });
  if (at === "usec") return epoch("us", { rank: 2 });
  if (at === "msec_frac" || at === "usec_frac") return int("_fraction");
  const parsed = strptime(at);
  return parsed && time(parsed.format, parsed.pattern);
}

function directive(
  logFormat: string,
  all: string,
  letter: string,
  argument: string | undefined,
  at: number,
): Item[] {
  if (letter === "t" && argument === undefined) {
    return [{ literal: "[" }, { native: all, kind: clfTime }, { literal: "]" }];
  }
  const kind = argument === undefined ? plain[letter] : withArgument[letter]?.(argument);
  if (kind === undefined)
    throw refused(logFormat, at, `${all} is not a directive of Apache's LogFormat`, all.length);
  return [{ native: all, kind }];
}

/** `%U%q` touch: together they are the request target. */
function mergePathAndQuery(items: Item[]): Item[] {
  return items.flatMap((item, index): Item[] => {
    const next = items[index + 1];
    const previous = items[index - 1];
    if (isNative(item, "%q") && isNative(previous, "%U")) return [];
    if (isNative(item, "%U") && isNative(next, "%q")) {
      return [{ native: "%U%q", kind: text("request_target") }];
    }
    return [item];
  });
}

function pushText(items: Item[], logFormat: string, from: number, to: number): void {
  const text = logFormat.slice(from, to);
  const at = text.search(/%[^ "\][|;,:=)(-]/);
  if (at >= 0) throw refused(logFormat, from + at, "this directive is not complete");
  pushLiteral(items, configEscapes(text));
}

/** Two directives for the same number would leave it open which one counts. */
function refuseTwins(logFormat: string, items: readonly Item[]): void {
  const natives = items.flatMap((item) => (isLiteral(item) ? [] : [item.native]));
  const twin = natives.find(
    (native, index) =>
      natives.indexOf(native) !== index || (native === "%B" && natives.includes("%b")),
  );
  if (twin !== undefined) {
    throw refused(
      logFormat,
      logFormat.lastIndexOf(twin),
      twin === "%B" ? "%b and %B are the same number" : `${twin} stands twice`,
      twin.length,
    );
  }
}

const refused = (logFormat: string, at: number, why: string, length = 1): Problem =>
  refusal("apache", logFormat, at, length, why);
