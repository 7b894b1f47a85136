import type { S3Object } from "./s3-client.js";

/** Half-open, either end may be open. */
export interface TimeWindow {
  readonly since?: Date;
  readonly until?: Date;
}

/** The times that the lines of an object can have, by what its key says. */
export interface Covered {
  readonly from: number;
  readonly until: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** S3 delivers most logs within hours; days have been seen. */
export const LATEST_S3 = 7 * DAY;

/** A layout of keys: what the time in it means for the lines inside. */
interface Layout {
  readonly name: string;
  /** Groups: year, month, day, and what there is of hour, minute, second. */
  readonly pattern: RegExp;
  /** Lines may be this much older than the key's time, and this much younger than its end. */
  readonly before: number;
  readonly after: number;
}

const DATE = String.raw`(\d{4})-(\d\d)-(\d\d)`;
const FOLDERS = String.raw`(\d{4})/(\d\d)/(\d\d)`;
const HIVE = String.raw`year=(\d{4})/month=(\d\d?)/day=(\d\d?)(?:/hour=(\d\d?))?`;

const layouts: readonly Layout[] = [
  {
    // [prefix]YYYY-MM-DD-hh-mm-ss-ID: delivered then, or the day of the events at 00-00-00.
    name: "s3",
    pattern: new RegExp(String.raw`${DATE}-(\d\d)-(\d\d)-(\d\d)-[0-9A-Za-z]+$`),
    before: LATEST_S3,
    after: HOUR,
  },
  {
    // …/acct_elasticloadbalancing_region_app.id_20261105T1005Z_ip_rand.log.gz: the end of 5 or 60 minutes.
    name: "elb",
    pattern: /_elasticloadbalancing_[^/]*_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z(?:_[^/]*)?$/,
    before: DAY,
    after: HOUR,
  },
  {
    // [prefix/]DistId.YYYY-MM-DD-HH.id.gz: the hour of the requests.
    name: "cloudfront",
    pattern: new RegExp(String.raw`\.${DATE}-(\d\d)\.[0-9A-Za-z]+\.(?:gz|parquet)$`),
    before: DAY,
    after: DAY,
  },
  { name: "hive", pattern: new RegExp(`(?:^|/)${HIVE}/`), before: LATEST_S3, after: DAY },
  {
    name: "folders",
    pattern: new RegExp(String.raw`(?:^|/)${FOLDERS}(?:/(\d\d))?/`),
    before: LATEST_S3,
    after: DAY,
  },
];

/**
 * The times that the lines of an object can have, judged by its key; undefined when it says none.
 *
 * @example
 * coveredBy("logs/2026-11-05-10-31-02-0123456789ABCDEF")
 * // from 2026-10-29T10:31:02Z, a week before its delivery, until 2026-11-05T11:31:03Z
 */
export function coveredBy(key: string): Covered | undefined {
  for (const { pattern, before, after } of layouts) {
    const match = pattern.exec(key);
    if (match === null) continue;
    const span = spanOf(match.slice(1));
    if (span !== undefined) return { from: span.from - before, until: span.until + after };
  }
  return undefined;
}

/** Whether a key says that nothing in the object can be of the window. */
export function isOutside(key: string, window: TimeWindow): boolean {
  return !meets(coveredBy(key), window);
}

/**
 * Whether a folder's path says so of everything in it: `…/2026/`, `…/2026/11/`, `…/year=2026/`.
 * Its last date counts; a path without one may hold anything.
 */
export function isFolderOutside(path: string, window: TimeWindow): boolean {
  const match =
    /\/(\d{4})(?:\/(\d\d)(?:\/(\d\d)(?:\/(\d\d))?)?)?\/$/.exec(`/${path}`) ??
    /\/year=(\d{4})(?:\/month=(\d\d?)(?:\/day=(\d\d?)(?:\/hour=(\d\d?))?)?)?\/$/.exec(`/${path}`);
  const span = match === null ? undefined : spanOf(match.slice(1));
  if (span === undefined) return false;
  return !meets({ from: span.from - LATEST_S3, until: span.until + DAY }, window);
}

/** Whether a folder is of one day, or of one hour of it. */
export const isDayFolder = (path: string): boolean =>
  /(?:^|\/)(?:\d{4}\/\d\d\/\d\d|year=\d{4}\/month=\d\d?\/day=\d\d?)\//.test(path);

function meets(covered: Covered | undefined, { since, until }: TimeWindow): boolean {
  if (covered === undefined) return true;
  const early = since !== undefined && covered.until <= since.getTime();
  const late = until !== undefined && covered.from >= until.getTime();
  return !early && !late;
}

/** The span that digits name, to the end of the last one there; undefined when there is no such date. */
function spanOf(digits: readonly (string | undefined)[]): Covered | undefined {
  const [year = 0, month, day, hour, minute, second] = digits.map((text) =>
    text === undefined ? undefined : Number(text),
  );
  const given = [month, day, hour, minute, second];
  if (year < 1990 || (month ?? 1) < 1 || (month ?? 1) > 12) return undefined;
  if ((day ?? 1) < 1 || (day ?? 1) > 31 || (hour ?? 0) > 23) return undefined;
  const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  // Partitioned by the time of the events, S3 writes 00-00-00: it stands for the whole day.
  const wholeDay = second !== undefined && hour === 0 && minute === 0 && second === 0;
  const length = [365 * DAY + DAY, 31 * DAY, DAY, HOUR, 60_000, 1000];
  const known = wholeDay ? 2 : given.filter((part) => part !== undefined).length;
  return { from, until: from + (length[known] as number) };
}

/** Names of what lies beside logs, with the word that people know it by. */
const noLogs: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/\/$|_\$folder\$$/, "folder markers"],
  [/(?:^|\/)ELBAccessLogTestFile$/, "test files of load balancers"],
  [/(?:^|\/)(?:ConfigWritabilityCheckFile|\.s3keep|\.keep|_SUCCESS|_delta_log\/.*)$/, "markers"],
  [/\/CloudTrail(?:-Digest|-Insight|-Aggregated)?\//, "of CloudTrail"],
  [
    /\/(?:Config|GuardDuty|vpcflowlogs|vpcdnsquerylogs|network-firewall|WAFLogs)\//,
    "of other AWS services",
  ],
  [
    /\.(?:parquet|orc|avro|png|jpe?g|gif|webp|ico|css|js|html?|pdf|zip|tar|jar|sql|ya?ml|md)$/i,
    "of other types",
  ],
];

/** Archived objects cannot be read before they are restored. */
const ARCHIVED: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/**
 * Why an object is no log to read, judged without reading it; undefined for what may be one.
 *
 * @example
 * whyNoLog({ key: "AWSLogs/123456789012/ELBAccessLogTestFile", … }) // "test files of load balancers"
 */
export function whyNoLog({ key, bytes, storageClass }: S3Object): string | undefined {
  const named = noLogs.find(([pattern]) => pattern.test(key));
  if (named !== undefined) return named[1];
  if (bytes === 0) return "empty";
  return ARCHIVED.has(storageClass) ? "archived" : undefined;
}
