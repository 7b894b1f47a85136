import { duration, int, sizeWithDash, status } from "../kinds/numbers.js";
import { host } from "../kinds/addresses.js";
import { other, text, userName } from "../kinds/text.js";
import { requestLine } from "../kinds/request.js";
import type { Kind } from "../kinds/kind.js";
import { absorbQuotes, type Item, type Layout } from "../layout.js";
import { header, mergePathAndQuery, timeItems } from "./apache.js";
import { nameTwins } from "./items.js";
import { percentItems, type Directive } from "./percent.js";
import { mergeTimes } from "./times.js";

/**
 * The format of varnishncsa's `-F`: `%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i"`.
 * https://varnish-cache.org/docs/trunk/reference/varnishncsa.html#format
 */
export function varnishLayout(format: string): Layout {
  const items = percentItems(
    {
      dialect: "varnish",
      directive: /%[<>]?(?:\{(?<argument>[^}]*)\})?(?<letter>[A-Za-z%])/g,
      items: itemsOf,
    },
    format,
  );
  return {
    items: absorbQuotes(mergeTimes(nameTwins(mergePathAndQuery(items)))),
    escaping: "backslash",
  };
}

const plain: Record<string, Kind> = {
  b: sizeWithDash("bytes_sent", { rank: 2 }),
  D: duration("duration_ms", "us", { rank: 2 }),
  h: host("client_ip"),
  H: text("protocol"),
  I: int("bytes_received"),
  l: other(),
  m: text("method"),
  O: int("bytes_sent", { rank: 1 }),
  q: text("query", { pattern: "[^ \\t]*" }),
  r: requestLine(),
  s: status,
  T: duration("duration_ms", "s", { rank: 1 }),
  u: userName,
  U: text("path"),
};

const withArgument: Record<string, (argument: string) => Kind | undefined> = {
  i: (name) => header(name.toLowerCase()),
  o: () => other(),
  T: (unit) => units[unit],
  x: (name) => extended[name] ?? (/^(?:VCL_Log|VSL|Varnish):/.test(name) ? other() : undefined),
};

const units: Record<string, Kind> = {
  s: duration("duration_ms", "s", { rank: 2 }),
  ms: duration("duration_ms", "ms", { rank: 2 }),
  us: duration("duration_ms", "us", { rank: 2 }),
};

const extended: Record<string, Kind> = {
  "Varnish:hitmiss": text("cache_result", { rank: 1 }),
  "Varnish:handling": text("cache_result"),
  "Varnish:time_firstbyte": duration("first_byte_ms", "s"),
  "Varnish:vxid": text("request_id"),
};

function itemsOf({ all, letter, argument }: Directive): readonly Item[] | undefined {
  if (letter === "t") return timeItems(all, argument);
  const kind = argument === undefined ? plain[letter] : withArgument[letter]?.(argument);
  return kind && [{ native: all, kind }];
}
