import { HEADER } from "../format.js";
import { duration, int, status } from "../kinds/numbers.js";
import { host } from "../kinds/addresses.js";
import { other, percentDecoded, text, urlEncoded } from "../kinds/text.js";
import { present, type Kind, type Target } from "../kinds/kind.js";
import type { Field, Layout } from "../layout.js";
import { delimitedLayout } from "./delimited.js";

/**
 * The W3C extended log format, whose `#Fields:` line names what each line holds.
 * https://www.w3.org/TR/WD-logfile.html
 */
export function w3cLayouts(header: string, timeTaken?: "s" | "ms"): Layout[] | undefined {
  const names = fieldNames(header);
  if (names === undefined) return undefined;
  const unit = timeTaken ?? (isIis(names) ? "ms" : "s");
  const fields = w3cFields(names, unit);
  return [" ", "\t"].map((delimiter) => delimitedLayout(fields, delimiter, "doubled"));
}

/** The names in a `#Fields:` line; undefined for any other line. */
export function fieldNames(line: string): string[] | undefined {
  if (!line.startsWith(HEADER)) return undefined;
  const names = line.slice(HEADER.length).replaceAll(/[\u200B-\u200D\uFEFF]/g, "");
  const found = names.split(/[ \t,;|]+/).filter((name) => name !== "");
  return found.length === 0 ? undefined : found;
}

const isIis = (names: readonly string[]): boolean =>
  names.some((name) => /^(?:sc-win32-status|sc-substatus|s-sitename)$/i.test(name));

export function w3cFields(names: readonly string[], unit: "s" | "ms"): Field[] {
  const kinds = { ...known, "time-taken": duration("duration_ms", unit) };
  const dated = datedKinds(names, kinds, "_date", "_time");
  return names.map((native) => ({ native, kind: dated[native.toLowerCase()] ?? other() }));
}

// The engine alone would read 205-12-7: and 10:37 too. To the exact reading blanks around are none.
const DATE = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}";
const TIME = "[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:[.][0-9]+)?";

/** A day, with or without the time of day that another field holds. */
const date = (column: Target): Kind => ({
  ...text(column),
  name: "date",
  wants: "a date like 2026-10-31",
  shape: new RegExp(`^${DATE}$`),
  valid: (c) => `try_cast(${c} AS DATE) IS NOT NULL AND regexp_full_match(${c}, ' *${DATE} *')`,
});

const timeOfDay = (column: Target): Kind => ({
  ...text(column),
  name: "time of day",
  wants: "a time like 23:59:59",
  shape: new RegExp(`^${TIME}$`),
  valid: (c) => `try_cast(${c} AS TIME) IS NOT NULL AND regexp_full_match(${c}, ' *${TIME} *')`,
});

/** Date and time of day together are the time; one of them alone stays what it is. */
export function datedKinds(
  names: readonly string[],
  kinds: Readonly<Record<string, Kind>>,
  dateColumn: Target,
  timeColumn: Target,
): Record<string, Kind> {
  const lower = new Set(names.map((name) => name.toLowerCase()));
  for (const zone of ["", "-local"]) {
    if (!lower.has(`date${zone}`) || !lower.has(`time${zone}`)) continue;
    return {
      ...kinds,
      [`date${zone}`]: date(dateColumn),
      [`time${zone}`]: timeOfDay(timeColumn),
    };
  }
  return { ...kinds };
}

/**
 * IIS writes `+` for the spaces in an agent; other writers quote it, or percent-encode it. A plus
 * of the client's own stands before a bot's address: `(+http://…)`.
 */
const agent: Kind = {
  ...text("user_agent"),
  typed: (c) =>
    `CASE WHEN contains(${c}, ' ') THEN ${present(c)} WHEN contains(${c}, '%20') THEN ${percentDecoded(present(c))} ELSE replace(replace(${present(c)}, '+', ' '), '  http', ' +http') END`,
};

const cookie: Kind = { ...text("cookie"), typed: (c) => `replace(${present(c)}, ';+', '; ')` };

/** The host as the client named it, which is also the site. */
const hostHeader: Kind = {
  ...text("host"),
  columns: {
    host: (t) => `regexp_replace(${t}, ':[0-9]+$', '')`,
    site: (t) => `regexp_replace(${t}, ':[0-9]+$', '')`,
  },
};

const beforeQuery = (t: string): string => `split_part(${t}, '?', 1)`;
const behindQuery = (t: string): string =>
  `CASE WHEN contains(${t}, '?') THEN nullif(substr(${t}, strpos(${t}, '?') + 1), '') END`;

const stem: Kind = { ...text("path"), columns: { path: beforeQuery, query: behindQuery } };

/** `http://host/path?query`, `host/path` or `/path`. */
export const uri = (encoded = false): Kind => ({
  ...(encoded ? urlEncoded("path") : text("path")),
  columns: {
    path: (t) =>
      `CASE WHEN starts_with(${t}, '/') THEN ${beforeQuery(t)} ELSE coalesce(nullif(regexp_extract(${t}, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^/?#]*([^?#]*)', 1), ''), '/') END`,
    query: behindQuery,
    host: (t) =>
      `CASE WHEN NOT starts_with(${t}, '/') THEN nullif(regexp_extract(${t}, '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/?#:]*)', 1), '') END`,
  },
  rank: -1,
});

/** Fields by their names in lower case; any other stays in `extra`. */
const known: Record<string, Kind> = {
  "c-ip": host("client_ip"),
  "c-port": int("client_port"),
  "cs-username": text("user"),
  "cs-auth-username": text("user"),
  "s-ip": host("target_ip"),
  "s-port": int("target_port"),
  "cs-method": text("method"),
  "cs-uri": uri(),
  "cs-uri-stem": stem,
  "cs-uri-path": stem,
  "cs-uri-query": text("query"),
  "cs-uri-scheme": text("scheme"),
  "cs-protocol": text("scheme"),
  "cs-host": hostHeader,
  "cs(host)": hostHeader,
  "cs-version": text("protocol"),
  "cs(user-agent)": agent,
  "cs(referer)": text("referrer"),
  "cs(referrer)": text("referrer"),
  "cs(cookie)": cookie,
  "sc-status": status,
  "c-status": status,
  "sc-bytes": int("bytes_sent"),
  "cs-bytes": int("bytes_received"),
  timetakenms: duration("duration_ms", "ms"),
  "x-duration": duration("duration_ms", "s"),
  "s-action": text("cache_result"),
  "s-hierarchy": text("hierarchy"),
  "cs-countrycode": text("country"),
};
