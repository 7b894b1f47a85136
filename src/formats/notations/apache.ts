import { PHRASE, other, queryString, text, userName } from "../kinds/text.js";
import { clfTime, epoch } from "../kinds/times.js";
import { duration, int, sizeWithDash, status } from "../kinds/numbers.js";
import { firstOfList } from "../kinds/lists.js";
import { host, hostName, site } from "../kinds/addresses.js";
import { requestLine } from "../kinds/request.js";
import type { Kind } from "../kinds/kind.js";
import { absorbQuotes, isLiteral, type Item, type Layout } from "../layout.js";
import { isNative, mergeRuns } from "./items.js";
import { percentItems, type Directive } from "./percent.js";
import { refusal } from "./refusal.js";
import { mergeTimes, timeField } from "./times.js";

/**
 * Apache's LogFormat (mod_log_config, mod_logio, mod_ssl): `%h %l %u %t "%r" %>s %b`.
 * https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
 */
export function apacheLayout(logFormat: string): Layout {
  const items = percentItems(
    { dialect: "apache", directive: DIRECTIVE, items: directive },
    logFormat,
  );
  refuseTwins(logFormat, items);
  return { items: absorbQuotes(mergeTimes(mergePathAndQuery(items))), escaping: "backslash" };
}

/** `%`, then status conditions and `<`/`>`, then `{argument}`, then the letter (or `^ti`, `^to`). */
const DIRECTIVE =
  /%(?:!?\d{3}(?:,\d{3})*)?[<>]?(?:\{(?<argument>[^}]*)\})?(?<letter>\^t[io]|[A-Za-z%])/g;

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
  q: queryString,
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
  a: (argument) => (argument === "c" ? host("client_ip") : undefined),
  h: (argument) => (argument === "c" ? host("client_ip") : undefined),
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
  host: hostName("host"),
  "x-forwarded-for": firstOfList("client_ip"),
  "x-forwarded-proto": text("scheme"),
};

export const header = (name: string): Kind => headers[name] ?? other({ pattern: PHRASE });

function directive({ all, letter, argument }: Directive): Item[] | undefined {
  if (letter === "t") return timeItems(all, argument);
  const kind = argument === undefined ? plain[letter] : withArgument[letter]?.(argument);
  return kind && [{ native: all, kind }];
}

/** `%t`, `%{%F %T}t`, `%{begin:msec}t`. */
export function timeItems(native: string, argument: string | undefined): Item[] | undefined {
  const format = argument?.replace(/^(?:begin|end)(?::|$)/, "") ?? "";
  if (format === "") return [{ literal: "[" }, { native, kind: clfTime }, { literal: "]" }];
  const kind = epochs[format];
  if (kind !== undefined) return [{ native, kind }];
  const field = timeField(native, fractions[format] ?? format);
  return field && [field];
}

const epochs: Record<string, Kind> = {
  sec: epoch("s"),
  msec: epoch("ms", { rank: 1 }),
  usec: epoch("us", { rank: 2 }),
};

const fractions: Record<string, string> = { msec_frac: "%L", usec_frac: "%f" };

/** `%U%q` touch: together they are the request target. */
export function mergePathAndQuery(items: readonly Item[], kind = text("request_target")): Item[] {
  return mergeRuns(items, (index) =>
    isNative(items[index], "%U") && isNative(items[index + 1], "%q")
      ? { length: 2, merged: { native: "%U%q", kind } }
      : undefined,
  );
}

/** Two directives for the same number would leave it open which one counts. */
function refuseTwins(logFormat: string, items: readonly Item[]): void {
  const natives = items.flatMap((item) => (isLiteral(item) ? [] : [item.native]));
  const twin = natives.find(
    (native, index) =>
      natives.indexOf(native) !== index || (native === "%B" && natives.includes("%b")),
  );
  if (twin !== undefined) {
    const why = twin === "%B" ? "%b and %B are the same number" : `${twin} stands twice`;
    throw refusal("apache", logFormat, logFormat.lastIndexOf(twin), twin.length, why);
  }
}
