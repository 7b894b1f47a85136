import type { Dialect } from "../../engines/dialect.js";
import type { Row } from "../../engines/engine.js";
import type { Scope } from "../scope.js";

/** What a client, an address or a group asked for. */
export interface Traffic {
  readonly requests: number;
  readonly bytes_sent: number;
  /** Images, styles, scripts, fonts. */
  readonly assets: number;
  /** Everything else. */
  readonly pages: number;
  /** Pages asked for without a referrer. */
  readonly unreferred: number;
  readonly distinct_pages: number;
  readonly heads: number;
  /** Answered with 4xx. */
  readonly missing: number;
  readonly robots: number;
  readonly sitemaps: number;
  readonly icons: number;
  readonly first_seen: Date;
  readonly last_seen: Date;
}

/** Columns of the record that `scrapers` reads. */
export const scraperColumns = [
  "time",
  "client_ip",
  "client_net",
  "user_agent",
  "session_id",
  "method",
  "path",
  "key",
  "query",
  "status",
  "bytes_sent",
  "referrer",
] as const;

const ASSETS =
  "css js mjs png jpg jpeg gif svg ico webp avif woff woff2 ttf eot otf map mp4 webm".split(" ");

const PATH = "coalesce(path, key)";

/** Whether a request is for an asset, as SQL over the record. */
export const isAsset = ({ matches }: Dialect): string =>
  matches(PATH, `(?i)\\.(?:${ASSETS.join("|")})$`);

const URL = `${PATH} || CASE WHEN query IS NULL THEN '' ELSE '?' || query END`;

/**
 * Requests as `scrapers` sees them: `url` with its query, whether it is an asset, and fingerprints of
 * address, User-Agent and URL.
 */
export const hitsSql = ({ dialect, requests }: Scope, where = "TRUE"): string =>
  `SELECT client_ip, client_net, user_agent, session_id, time, query, bytes_sent, method, status,
    ${PATH} AS file, ${URL} AS url, ${isAsset(dialect)} AS asset, referrer IS NULL AS unreferred,
    ${dialect.fingerprint("client_ip")} AS ip_key,
    ${dialect.fingerprint("coalesce(user_agent, '')")} AS agent_key,
    ${dialect.fingerprint(URL)} AS page_key
  FROM ${requests} WHERE client_ip IS NOT NULL AND ${PATH} IS NOT NULL AND ${where}`;

/** Aggregates over `hits` that `trafficOf` reads, all but the different pages. */
export function sumsSql(dialect: Dialect): string {
  const begins = (text: string): string => dialect.startsWith("file", dialect.literal(text));
  const count = (condition: string): string => `count(*) FILTER (WHERE ${condition})`;
  return [
    "count(*) AS requests",
    "CAST(coalesce(sum(bytes_sent), 0) AS BIGINT) AS bytes_sent",
    `${count("asset")} AS assets`,
    `${count("NOT asset")} AS pages`,
    `${count("NOT asset AND unreferred")} AS unreferred_pages`,
    `${count("method = 'HEAD'")} AS heads`,
    `${count("status BETWEEN 400 AND 499")} AS missing`,
    `${count("file = '/robots.txt'")} AS robots`,
    `${count(begins("/sitemap"))} AS sitemaps`,
    `${count(`${begins("/favicon")} OR ${begins("/apple-touch-icon")}`)} AS icons`,
    "min(time) AS first_seen",
    "max(time) AS last_seen",
  ].join(", ");
}

const SUMS = [
  "requests",
  "bytes_sent",
  "assets",
  "pages",
  "unreferred_pages",
  "heads",
  "missing",
  "robots",
  "sitemaps",
  "icons",
] as const;

/** Aggregates over clients that `sumOfTraffic` reads, all but the different pages. */
export const clientSumsSql = [
  ...SUMS.map((name) => `CAST(sum(${name}) AS BIGINT) AS sum_${name}`),
  "min(first_seen) AS first_time",
  "max(last_seen) AS last_time",
].join(", ");

/** What several clients asked for; the row has their `distinct_pages`, too. */
export const sumOfTraffic = (row: Row): Traffic =>
  trafficOf({
    ...Object.fromEntries(SUMS.map((name) => [name, row[`sum_${name}`]])),
    distinct_pages: row["distinct_pages"],
    first_seen: row["first_time"],
    last_seen: row["last_time"],
  });

export function trafficOf(row: Row): Traffic {
  const number = (name: string): number => Number(row[name] ?? 0);
  return {
    requests: number("requests"),
    bytes_sent: number("bytes_sent"),
    assets: number("assets"),
    pages: number("pages"),
    unreferred: number("unreferred_pages"),
    distinct_pages: number("distinct_pages"),
    heads: number("heads"),
    missing: number("missing"),
    robots: number("robots"),
    sitemaps: number("sitemaps"),
    icons: number("icons"),
    first_seen: row["first_seen"] as Date,
    last_seen: row["last_seen"] as Date,
  };
}
