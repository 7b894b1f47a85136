import { PHRASE, other, percentDecoded, text } from "../kinds/text.js";
import { clfTime, epoch, time } from "../kinds/times.js";
import { duration, int, status } from "../kinds/numbers.js";
import { firstOfList } from "../kinds/lists.js";
import { host, hostPort } from "../kinds/addresses.js";
import { requestLine } from "../kinds/request.js";
import { type Kind, varied } from "../kinds/kind.js";
import { absorbQuotes, isLiteral, type Item, type Layout } from "../layout.js";
import { endAtSlash, isNative, mergeRuns, nameTwins } from "./items.js";
import { percentItems } from "./percent.js";

/**
 * HAProxy's log-format: `%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B … %hr %hs %{+Q}r`.
 * Captured headers are only written where some are configured: a layout for each case.
 * https://docs.haproxy.org/3.0/configuration.html#8.2.6
 */
export function haproxyLayouts(logFormat: string): Layout[] {
  let quoteAll = false;
  const parsed = percentItems(
    {
      dialect: "haproxy",
      directive: DIRECTIVE,
      items: ({ all, letter, argument = "" }) => {
        if (letter === "o") {
          quoteAll = argument.includes("+Q");
          return [];
        }
        const item = itemOf(all, letter);
        const quoted = argument.includes("-Q") ? false : quoteAll || argument.includes("+Q");
        return item && quoted && isText(item.kind)
          ? [{ literal: '"' }, item, { literal: '"' }]
          : item && [item];
      },
    },
    logFormat,
  );
  const items = endAtSlash(nameTwins(mergeClient(parsed)));
  const captures = items.flatMap((item) =>
    !isLiteral(item) && /^captured_\w+_headers$/.test(item.native) ? [item.native] : [],
  );
  return subsets(captures).map((left) => ({
    items: absorbQuotes(without(items, left)),
    escaping: "none",
  }));
}

/** `%`, `{options}`, then an alias, a sample expression in brackets or another percent sign. */
const DIRECTIVE = /%(?:\{(?<argument>[^}]*)\})?(?<letter>%|[A-Za-z]+|\[(?:[^\]\\]|\\.)*\])/g;

/** Quotes are only put around text. */
const isText = (kind: Kind): boolean => !["int", "duration", "status", "time"].includes(kind.name);

/** HAProxy writes `#22` for a quote and `#23` for the number sign itself. */
const decodeHash = (c: string): string =>
  `CASE WHEN contains(${c}, '#') THEN ${percentDecoded(
    `replace(replace(${c}, '%', '%25'), '#', '%')`,
  )} ELSE ${c} END`;

const decoded = (kind: Kind): Kind => varied(kind, { typed: (c) => kind.typed(decodeHash(c)) });

const DATE = "\\d\\d/[A-Za-z]{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d";
/** HAProxy pads every part: `05/Nov/2026:01:02:03.004`. */
const PADDED = 24;
const paddedTime = time("%d/%b/%Y:%H:%M:%S.%g", `${DATE}\\.\\d{3}`);
const acceptDate: Kind = {
  ...paddedTime,
  valid: (c, t) => `strlen(${c}) = ${PADDED} AND ${paddedTime.valid?.(c, t)}`,
};

/** A counter or timer; a plus says that the log was written before the end. */
const counted = (kind: Kind): Kind => ({ ...kind, pattern: "(?:\\+?-?\\d+(?:\\.\\d+)?|-)" });

const counter = (kind: Kind): Kind => ({
  ...counted(kind),
  valid: (c) => `regexp_full_match(${c}, '[+]?-?[0-9]+|-|')`,
});

const timer = (column: "duration_ms" | "first_byte_ms", rank = 0): Kind =>
  counted(duration(column, "ms", { rank }));

const number = counter({ ...other(), name: "int", wants: "a whole number" });

/** The status is -1 where the connection ended before there was one. */
const statusOrNone: Kind = {
  ...counted(status),
  typed: (c) => `CASE WHEN try_cast(${c} AS BIGINT) > 0 THEN try_cast(${c} AS BIGINT) END`,
  valid: (c) => `regexp_full_match(${c}, '-1|-|[0-9]{1,3}')`,
};

/** `<BADREQ>` stands for a request that could not be read. */
const request = varied(requestLine(), {
  typed: (c) => requestLine().typed(decodeHash(`nullif(${c}, '<BADREQ>')`)),
});

/** The tilde marks a connection that was encrypted. */
const frontend: Kind = { ...text("site"), columns: { site: (t) => `rtrim(${t}, '~')` } };

/** Headers between braces, divided by bars; one of several configured ones may hold blanks. */
const captured = other({ pattern: "\\{[^{}]*\\}" });

/** Aliases, by the names that the documentation gives the fields, with what they mean. */
const aliases: Record<string, Item & { native: string; kind: Kind }> = {
  b: { native: "backend", kind: other() },
  s: { native: "server", kind: other() },
  ci: { native: "%ci", kind: host("client_ip") },
  cp: { native: "%cp", kind: int("client_port") },
  si: { native: "%si", kind: host("target_ip") },
  sp: { native: "%sp", kind: int("target_port") },
  f: { native: "%f", kind: frontend },
  ft: { native: "%ft", kind: frontend },
  tr: { native: "%tr", kind: acceptDate },
  t: { native: "%t", kind: acceptDate },
  trg: { native: "%trg", kind: clfTime },
  trl: { native: "%trl", kind: clfTime },
  T: { native: "%T", kind: clfTime },
  Tl: { native: "%Tl", kind: clfTime },
  Ts: { native: "%Ts", kind: epoch("s") },
  ms: { native: "%ms", kind: number },
  ST: { native: "%ST", kind: statusOrNone },
  B: { native: "%B", kind: counter(int("bytes_sent")) },
  U: { native: "%U", kind: counter(int("bytes_received")) },
  Ta: { native: "%Ta", kind: timer("duration_ms", 2) },
  Tt: { native: "%Tt", kind: timer("duration_ms", 1) },
  Tu: { native: "%Tu", kind: timer("duration_ms") },
  Tr: { native: "%Tr", kind: timer("first_byte_ms") },
  Th: { native: "%Th", kind: counted({ ...duration("tls_handshake_ms", "ms") }) },
  TR: { native: "%TR", kind: number },
  Tw: { native: "%Tw", kind: number },
  Tc: { native: "%Tc", kind: number },
  Td: { native: "%Td", kind: number },
  Ti: { native: "%Ti", kind: number },
  Tq: { native: "%Tq", kind: number },
  CC: { native: "captured_request_cookie", kind: text("cookie") },
  CS: { native: "captured_response_cookie", kind: other() },
  ts: { native: "termination_state", kind: other() },
  tsc: { native: "termination_state", kind: other() },
  ac: { native: "actconn", kind: number },
  fc: { native: "feconn", kind: number },
  bc: { native: "beconn", kind: number },
  sc: { native: "srv_conn", kind: number },
  rc: { native: "retries", kind: number },
  sq: { native: "srv_queue", kind: number },
  bq: { native: "backend_queue", kind: number },
  hr: { native: "captured_request_headers", kind: captured },
  hs: { native: "captured_response_headers", kind: captured },
  r: { native: "%r", kind: request },
  HM: { native: "%HM", kind: text("method") },
  HU: { native: "%HU", kind: decoded(text("request_target", { rank: 1 })) },
  HP: { native: "%HP", kind: decoded(text("path")) },
  HPO: { native: "%HPO", kind: decoded(text("path")) },
  HQ: { native: "%HQ", kind: decoded(text("query")) },
  HV: { native: "%HV", kind: text("protocol") },
  ID: { native: "%ID", kind: text("request_id") },
  sslv: { native: "%sslv", kind: text("tls_protocol") },
  sslc: { native: "%sslc", kind: text("tls_cipher") },
};

const others = "H OG bi bp fi fp hrl hsl lc pid rt";

/** Sample expressions that say the same as an alias, or what no alias says. */
const samples: Record<string, Kind> = {
  src: host("client_ip"),
  src_port: int("client_port"),
  ssl_fc_sni: text("host"),
  ssl_fc_protocol: text("tls_protocol"),
  ssl_fc_cipher: text("tls_cipher"),
  status: statusOrNone,
  method: text("method"),
  pathq: text("request_target"),
  "unique-id": text("request_id"),
  "req.hdr(host)": text("host"),
  "hdr(host)": text("host"),
  "req.hdr(user-agent)": text("user_agent", { pattern: PHRASE }),
  "req.hdr(referer)": text("referrer", { pattern: PHRASE }),
  "req.hdr(x-forwarded-for)": firstOfList("client_ip"),
};

/** What stands in the line for an alias; undefined when there is none of that name. */
function itemOf(all: string, letter: string): (Item & { native: string; kind: Kind }) | undefined {
  if (letter.startsWith("[")) {
    const expression = letter.slice(1, -1).toLowerCase().replace(/\s/g, "");
    return { native: all, kind: samples[expression] ?? other({ pattern: PHRASE }) };
  }
  const alias = aliases[letter];
  if (alias !== undefined) return alias;
  return others.split(" ").includes(letter) ? { native: all, kind: other() } : undefined;
}

/** The address may be IPv6 without brackets: only the last colon divides it from the port. */
const mergeClient = (items: readonly Item[]): Item[] =>
  mergeRuns(items, (index) => {
    const [address, colon, port] = items.slice(index, index + 3);
    const divided = colon !== undefined && isLiteral(colon) && colon.literal === ":";
    if (!divided) return undefined;
    if (isNative(address, "%ci") && isNative(port, "%cp")) {
      return {
        length: 3,
        merged: { native: "%ci:%cp", kind: hostPort("client_ip", "client_port") },
      };
    }
    return isNative(address, "%si") && isNative(port, "%sp")
      ? { length: 3, merged: { native: "%si:%sp", kind: hostPort("target_ip", "target_port") } }
      : undefined;
  });

/** All ways to leave some of these out, none left out first. */
function subsets(names: readonly string[]): string[][] {
  const [first, ...rest] = names;
  if (first === undefined) return [[]];
  const tail = subsets(rest);
  return [...tail, ...tail.map((left) => [first, ...left])];
}

/** The items without some fields, each with one of the blanks beside it. */
function without(items: readonly Item[], left: readonly string[]): Item[] {
  const result: Item[] = [];
  for (const item of items) {
    if (!isLiteral(item) && left.includes(item.native)) continue;
    const last = result.at(-1);
    if (last !== undefined && isLiteral(last) && isLiteral(item)) {
      result[result.length - 1] = {
        literal: `${last.literal}${item.literal}`.replace(/ {2,}/g, " "),
      };
    } else {
      result.push(item);
    }
  }
  return result;
}
