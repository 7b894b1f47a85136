import { duration, int, sizeWithDash, status } from "../kinds/numbers.js";
import { epoch, clfTime } from "../kinds/times.js";
import { host, site } from "../kinds/addresses.js";
import { other, queryString, text, userName } from "../kinds/text.js";
import { present, type Kind } from "../kinds/kind.js";
import { requestLine } from "../kinds/request.js";
import { absorbQuotes, type Item, type Layout } from "../layout.js";
import { header, mergePathAndQuery } from "./apache.js";
import { nameTwins } from "./items.js";
import { percentItems, type Directive } from "./percent.js";
import { strftimeOf } from "./simple-date.js";
import { mergeTimes, timeField } from "./times.js";

interface TomcatOptions {
  /** What `%D` counts: microseconds since Tomcat 10 (the default), milliseconds before. */
  readonly timeTaken?: "us" | "ms";
}

/** Names that Tomcat accepts in place of a pattern. */
const aliases: Record<string, string> = {
  common: '%h %l %u %t "%r" %s %b',
  combined: '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"',
};

/**
 * The pattern of Tomcat's AccessLogValve: `%h %l %u %t "%r" %s %b`, `common` or `combined`.
 * `%T` is seconds, with or without a fraction, and `%F` milliseconds in all versions.
 * https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html#Access_Log_Valve
 */
export function tomcatLayout(pattern: string, options: TomcatOptions = {}): Layout {
  const notation = aliases[pattern.trim()] ?? pattern;
  const timeTaken = duration("duration_ms", options.timeTaken ?? "us", { rank: 3 });
  const items = percentItems(
    {
      dialect: "tomcat",
      directive: /%(?:\{(?<argument>[^}]*)\})?(?<letter>[A-Za-z%])/g,
      items: (directive) =>
        directive.all === "%D" ? [{ native: "%D", kind: timeTaken }] : itemsOf(directive),
    },
    // server.xml is XML.
    notation.replaceAll("&quot;", '"'),
  );
  return {
    items: absorbQuotes(mergeTimes(nameTwins(mergePathAndQuery(items, pathAndQuery)))),
    escaping: "backslash",
  };
}

/** Java's `null` stands where a request has no version or method. */
const request: Kind = {
  ...requestLine(),
  typed: (c) => requestLine().typed(`regexp_replace(${c}, ' null$', '')`),
};
const orNull = (column: "method" | "protocol"): Kind => ({
  ...text(column),
  typed: (c) => `nullif(${present(c)}, 'null')`,
});

/** Tomcat 10.1.60 writes a dash behind the path where there is no query, 10.1.18 wrote nothing. */
const pathAndQuery: Kind = {
  ...text("request_target"),
  typed: (c) =>
    present(`CASE WHEN contains(${c}, '?') THEN ${c} ELSE regexp_replace(${c}, '-$', '') END`),
};

const plain: Record<string, Kind> = {
  a: host("client_ip", { rank: 2 }),
  A: host("target_ip"),
  b: sizeWithDash("bytes_sent", { rank: 1 }),
  B: sizeWithDash("bytes_sent", { rank: 1 }),
  F: duration("first_byte_ms", "ms"),
  h: host("client_ip", { rank: 1 }),
  H: orNull("protocol"),
  I: other(),
  l: other(),
  m: orNull("method"),
  p: int("_server_port"),
  q: queryString,
  r: request,
  s: status,
  S: text("session_id"),
  T: duration("duration_ms", "s", { rank: 1 }),
  u: userName,
  U: text("path"),
  v: site,
  X: other(),
};

const withArgument: Record<string, (argument: string) => Kind | undefined> = {
  a: (type) => (type === "peer" || type === "remote" ? host("client_ip", { rank: 1 }) : undefined),
  c: () => other(),
  i: (name) => header(name.toLowerCase()),
  L: (identifier) => (identifier === "c" ? other() : undefined),
  o: () => other(),
  p: (type) =>
    type === "remote" ? int("client_port") : type === "local" ? int("_server_port") : undefined,
  r: (attribute) => attributes[attribute] ?? other(),
  s: () => other(),
  T: (unit) => units[unit],
};

/** Request attributes that say what the connection was encrypted with. */
const attributes: Record<string, Kind> = {
  "org.apache.tomcat.util.net.secure_protocol_version": text("tls_protocol"),
  "javax.servlet.request.cipher_suite": text("tls_cipher"),
  "jakarta.servlet.request.cipher_suite": text("tls_cipher"),
};

const units: Record<string, Kind> = {
  s: duration("duration_ms", "s", { rank: 2 }),
  fracsec: duration("duration_ms", "s", { rank: 2 }),
  ms: duration("duration_ms", "ms", { rank: 2 }),
  us: duration("duration_ms", "us", { rank: 2 }),
  ns: duration("duration_ms", "ns", { rank: 2 }),
};

function itemsOf({ all, letter, argument }: Directive): readonly Item[] | undefined {
  if (letter === "t") return timeItems(all, argument ?? "");
  const kind = argument === undefined ? plain[letter] : withArgument[letter]?.(argument);
  // Tomcat takes each byte that it receives for a character; only users are decoded.
  return kind && [{ native: all, kind, ...(letter === "u" ? {} : { escaping: "bytes" }) }];
}

/** `%t`, or `%{begin:yyyy-MM-dd HH:mm:ss.SSS}t` with a SimpleDateFormat. */
function timeItems(native: string, argument: string): Item[] | undefined {
  const format = argument.replace(/^(?:begin|end)(?::|$)/, "");
  if (format === "") return [{ literal: "[" }, { native, kind: clfTime }, { literal: "]" }];
  if (format === "sec") return [{ native, kind: epoch("s") }];
  if (format === "msec") return [{ native, kind: epoch("ms", { rank: 1 }) }];
  const strftime = format === "msec_frac" ? "%L" : strftimeOf(format);
  const field = strftime === undefined ? undefined : timeField(native, strftime);
  return field && [field];
}
