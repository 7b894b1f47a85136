import { PHRASE, other, percentDecoded, text } from "../kinds/text.js";
import { clfTime, epoch } from "../kinds/times.js";
import { duration, int, status } from "../kinds/numbers.js";
import { host, hostName } from "../kinds/addresses.js";
import { type Kind, varied } from "../kinds/kind.js";
import { absorbQuotes, isLiteral, type Item, type Layout } from "../layout.js";
import { endAtSlash, isNative, mergeRuns, nameTwins } from "./items.js";
import { percentItems } from "./percent.js";
import { timeField } from "./times.js";

/**
 * Squid's logformat: `%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt`.
 * https://www.squid-cache.org/Doc/config/logformat/
 */
export function squidLayout(logformat: string): Layout {
  const items = percentItems(
    {
      dialect: "squid",
      directive: CODE,
      items: ({ all, letter, argument, at }) => {
        const own = QUOTING.exec(all)?.[1] as Quoting | undefined;
        const item = codeItem(all, letter, argument, own ?? quotingAt(logformat, at));
        return item && [item];
      },
    },
    logformat,
  );
  const padded = logformat.match(/%-?[1-9]/g)?.length;
  return {
    items: absorbQuotes(endAtSlash(nameTwins(mergeTime(items)))),
    escaping: "backslash",
    ...(padded === undefined ? {} : { padded }),
  };
}

/** `"` backslashes, `[` both backslashes and percent signs, `#` percent signs, `/` as a shell, `'` as it is. */
type Quoting = '"' | "[" | "#" | "/" | "'";

const QUOTING = /^%(["'[#/])/;

/** A quote or bracket in the text chooses the quoting of the codes up to the next one. */
function quotingAt(logformat: string, at: number): Quoting | undefined {
  let around: Quoting | undefined;
  for (const char of logformat.slice(0, at).replace(CODE, "")) {
    if (char === '"' && around !== "[") around = around === undefined ? '"' : undefined;
    else if (char === "[") around ??= "[";
    else if (char === "]" && around === "[") around = undefined;
  }
  return around;
}

const target = text("request_target", { rank: 1 });
const user = text("user", { pattern: PHRASE });

/** `1.1`, with or without `HTTP/`; `0.0` and `NONE/0.0` stand for no version at all. */
const version: Kind = {
  ...text("protocol"),
  columns: {
    protocol: (t) =>
      `CASE WHEN ends_with(${t}, '0.0') THEN NULL WHEN contains(${t}, '/') THEN ${t} ELSE 'HTTP/' || ${t} END`,
  },
};

/** `NONE` stands where Squid could not read a method. */
const method: Kind = { ...text("method"), columns: { method: (t) => `nullif(${t}, 'NONE')` } };

const codes: Record<string, Kind> = {
  ">a": host("client_ip", { rank: 2 }),
  ">A": host("client_ip", { rank: 1 }),
  ">p": int("client_port"),
  "<a": host("target_ip", { rank: 2 }),
  "<A": host("target_ip", { rank: 1 }),
  "<p": int("target_port"),
  ts: epoch("s"),
  tS: epoch("s"),
  tu: other(),
  tr: duration("duration_ms", "ms"),
  un: user,
  ul: user,
  ue: user,
  us: user,
  ui: other(),
  rm: method,
  ">rm": method,
  ru: target,
  ">ru": target,
  ">rs": text("scheme"),
  ">rd": hostName("host"),
  rp: text("request_target"),
  ">rp": text("request_target"),
  rv: version,
  ">rv": version,
  ">Hs": status,
  Hs: status,
  ">st": int("bytes_received"),
  "<st": int("bytes_sent"),
  Ss: text("cache_result"),
  Sh: text("hierarchy"),
  err_code: text("error_code"),
  master_xaction: text("request_id"),
  "ssl::>sni": text("host"),
  "ssl::>negotiated_version": text("tls_protocol"),
  "ssl::>negotiated_cipher": text("tls_cipher"),
};

/** Codes that the record has no column for. */
const others =
  "sn err_detail note >eui >la >lp la lp >qos >nfmark <la <lp <qos <nfmark >handshake dt et ea " +
  "credentials <rm <ru <rs <rd <rP >rP <rp <rv <Hs >h >ha <h mt st >sh <sh <sH <sS <bs <pt <tt " +
  "tl tg ssl::bump_mode ssl::>cert_subject ssl::>cert_issuer ssl::<cert_subject " +
  "ssl::<cert_issuer ssl::<cert ssl::<cert_errors ssl::<negotiated_version " +
  "ssl::>received_hello_version ssl::<received_hello_version ssl::>received_supported_version " +
  "ssl::<received_supported_version ssl::<negotiated_cipher icap::tt adapt::<last_h " +
  "adapt::sum_trs adapt::all_trs proxy_protocol::>h transport::>connection_id";

/** The longest code first, as Squid itself reads them. */
const known = [...Object.keys(codes), ...others.split(" ")].toSorted((a, b) => b.length - a.length);

/** `%`, quoting, `-`, width, `{argument}`, the code. */
const CODE = new RegExp(
  `%["'[#/]?-?\\d*(?:\\.\\d+)?(?:\\{(?<argument>[^}]*)\\})?(?:http::)?(?<letter>${[...known, "%"].join("|")})` +
    // An argument may also stand after the code; the text goes on there with `{` otherwise.
    "(?:\\{(?<late>[^}]*)\\})?",
  "g",
);

const headers: Record<string, Kind> = {
  "user-agent": text("user_agent", { pattern: PHRASE }),
  referer: text("referrer", { pattern: PHRASE }),
  cookie: text("cookie", { pattern: PHRASE }),
  host: hostName("host"),
};

/** What stands in the line for a code; undefined for a time that cannot be read back. */
function codeItem(
  native: string,
  code: string,
  argument: string | undefined,
  quoting: Quoting | undefined,
): Item | undefined {
  if (code === "tl" || code === "tg") {
    if (argument === undefined) return { native, kind: clfTime };
    return timeField(native, argument, code === "tg" ? "utc" : "log");
  }
  const header = code === ">h" || code === ">ha";
  const free =
    header ||
    /^(?:<h|note|err_detail|et|ea|adapt::<last_h|proxy_protocol::>h|ssl::.*cert_.*)$/.test(code);
  const own = header ? headers[(argument ?? "").toLowerCase()] : codes[code];
  const kind = own ?? other(free ? { pattern: PHRASE } : {});
  // A header without quotes has its blanks as %20, which are worth reading only in an agent.
  const agent = quoting === undefined && own === headers["user-agent"];
  return {
    native,
    kind: quoting === "[" || quoting === "#" || agent ? decoded(kind) : kind,
    ...(quoting === '"' || quoting === "[" ? {} : { escaping: "none" }),
  };
}

const decoded = (kind: Kind): Kind =>
  varied(kind, {
    typed: (c) => kind.typed(percentDecoded(c)),
    ...(Object.keys(kind.columns).length === 0 ? { extra: (_: string, t: string) => t } : {}),
  });

/** `%ts.%03tu` is one time. */
function mergeTime(items: readonly Item[]): Item[] {
  return mergeRuns(items, (index) => {
    const [seconds, point, fraction] = items.slice(index, index + 3);
    if (!isNative(seconds, "%ts") || point === undefined || !isLiteral(point)) return undefined;
    if (point.literal !== "." || fraction === undefined || isLiteral(fraction)) return undefined;
    if (!/^%\d*tu$/.test(fraction.native)) return undefined;
    return { length: 3, merged: { native: `%ts.${fraction.native}`, kind: epoch("s") } };
  });
}
