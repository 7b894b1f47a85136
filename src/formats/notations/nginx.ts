import { PHRASE, other, text, userName } from "../kinds/text.js";
import { clfTime, epoch, isoTime } from "../kinds/times.js";
import { duration, int, status } from "../kinds/numbers.js";
import { firstOfList, lastServer, list, sumOfList } from "../kinds/lists.js";
import { host, hostName, site } from "../kinds/addresses.js";
import { requestLine } from "../kinds/request.js";
import type { Kind } from "../kinds/kind.js";
import { absorbQuotes, isLiteral, type Item, type Layout } from "../layout.js";
import { allowEmpty, configEscapes, isNative, mergeRuns, nameTwins, pushLiteral } from "./items.js";
import { refusal } from "./refusal.js";

/** How nginx writes what would break a line; `json` and `none` write nothing for a missing value. */
export type NginxEscape = "default" | "json" | "none";

/**
 * nginx's log_format: `$remote_addr - $remote_user [$time_local] "$request" $status`.
 * https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
 */
export function nginxLayout(logFormat: string, escape: NginxEscape = "default"): Layout {
  return {
    items: allowEmpty(absorbQuotes(nginxItems(logFormat))),
    escaping: escape === "none" ? "none" : "backslash",
  };
}

/** Variables and the text between them, in order. */
export function nginxItems(logFormat: string): Item[] {
  const items: Item[] = [];
  let end = 0;
  for (const match of logFormat.matchAll(/\$(?:\{(\w+)\}|(\w+))?/g)) {
    const name = match[1] ?? match[2];
    if (name === undefined) {
      throw refusal("nginx", logFormat, match.index, 1, "a variable's name must follow the $");
    }
    pushLiteral(items, configEscapes(logFormat.slice(end, match.index)));
    end = match.index + match[0].length;
    items.push({ native: `$${name}`, kind: variables[name] ?? named(name) });
  }
  pushLiteral(items, configEscapes(logFormat.slice(end)));
  if (items.every(isLiteral)) {
    throw refusal("nginx", logFormat, 0, logFormat.length, "it has no $variable");
  }
  return nameTwins(targets(items));
}

/** As `$request` has them: where both are logged they are the same. */
const target = text("request_target", { rank: 1 });

/** The variables of nginx's own modules that the record has a column for. */
const variables: Record<string, Kind> = {
  remote_addr: host("client_ip", { rank: 2 }),
  remote_port: int("client_port"),
  remote_user: userName,
  time_local: clfTime,
  time_iso8601: isoTime("time", 1),
  msec: epoch("s", { rank: 2 }),
  request: requestLine(),
  request_method: text("method", { rank: 1 }),
  request_uri: target,
  server_protocol: text("protocol", { rank: 1 }),
  protocol: text("protocol"),
  scheme: text("scheme"),
  host: { ...hostName("host"), rank: 1 },
  server_name: site,
  status,
  body_bytes_sent: int("bytes_sent", { rank: 2 }),
  bytes_sent: int("bytes_sent", { rank: 1 }),
  request_length: int("bytes_received"),
  bytes_received: int("bytes_received"),
  request_time: duration("duration_ms", "s", { rank: 2 }),
  session_time: duration("duration_ms", "s", { rank: 2 }),
  request_id: text("request_id", { rank: 1 }),
  ssl_protocol: text("tls_protocol"),
  ssl_cipher: text("tls_cipher"),
  upstream_addr: lastServer("target_ip", "target_port"),
  upstream_response_time: sumOfList("duration_ms", "s"),
  upstream_session_time: sumOfList("duration_ms", "s"),
  upstream_header_time: sumOfList("first_byte_ms", "s"),
  upstream_first_byte_time: sumOfList("first_byte_ms", "s"),
  upstream_cache_status: text("cache_result"),
  proxy_protocol_addr: host("client_ip", { rank: 1 }),
  geoip_country_code: text("country"),
  geoip2_country_code: text("country"),
};

/** Request headers that the record has a column for; Kubernetes' ingress has names of its own. */
const headers: Record<string, Kind> = {
  http_host: hostName("host"),
  http_referer: text("referrer", { pattern: PHRASE }),
  http_user_agent: text("user_agent", { pattern: PHRASE }),
  http_cookie: text("cookie", { pattern: PHRASE }),
  http_x_forwarded_for: firstOfList("client_ip"),
  http_x_real_ip: { ...firstOfList("client_ip"), rank: 0 },
  http_cf_connecting_ip: { ...firstOfList("client_ip"), rank: 0 },
  http_true_client_ip: { ...firstOfList("client_ip"), rank: 0 },
  http_cf_ipcountry: text("country"),
  the_real_ip: host("client_ip", { rank: 1 }),
  req_id: text("request_id"),
};

/** A variable known by its name alone: from a map, another module or a header. */
function named(name: string): Kind {
  const header = headers[name];
  if (header !== undefined) return header;
  if (/^upstream_(?!http_|cookie_|trailer_)/.test(name)) return other({ pattern: list() });
  const free = /^(?:http|sent_http|upstream_http|upstream_trailer|sent_trailer|arg|cookie)_|^date_/;
  return free.test(name) || name === "request_body" ? other({ pattern: PHRASE }) : other();
}

const RUNS: readonly (readonly (string | RegExp)[])[] = [
  ["$scheme", /^:\/\/$/, "$host", "$request_uri"],
  ["$scheme", /^:\/\/$/, "$http_host", "$request_uri"],
  ["$scheme", /^:\/\/$/, "$server_name", "$request_uri"],
  ["$uri", "$is_args", "$args"],
  ["$uri", "$is_args", "$query_string"],
  ["$uri", /^\?$/, "$args"],
  ["$uri", /^\?$/, "$query_string"],
];

/** `$uri$is_args$args` and `$scheme://$host$request_uri` together are what was asked for. */
function targets(items: readonly Item[]): Item[] {
  const merged = mergeRuns(items, (index) => {
    const run = RUNS.find((parts) => parts.every((part, step) => is(items[index + step], part)));
    if (run === undefined) return undefined;
    const parts = items.slice(index, index + run.length);
    const native = parts.map((item) => (isLiteral(item) ? item.literal : item.native)).join("");
    return { length: run.length, merged: { native, kind: target } };
  });
  // $uri is decoded and rewritten: where the request itself is logged, that is what was asked for.
  const asked = merged.some((item) => !isLiteral(item) && "request_target" in item.kind.columns);
  return merged.map((item) => {
    const kind = isLiteral(item) ? undefined : rewritten[item.native];
    return kind === undefined ? item : { ...item, kind: asked ? other() : kind };
  });
}

const rewritten: Record<string, Kind> = {
  $uri: text("path"),
  $document_uri: text("path"),
  $args: text("query"),
  $query_string: text("query"),
};

const is = (item: Item | undefined, part: string | RegExp): boolean =>
  typeof part === "string"
    ? isNative(item, part)
    : item !== undefined && isLiteral(item) && part.test(item.literal);
