import { enrichmentFlags } from "./enrichment.js";
/** A flag, declared once: parsing, help, docs and completions come from it. */
export interface Flag {
  /** commander's notation: `-n, --limit <n>`. */
  readonly flags: string;
  readonly about: string;
  readonly group: "Logs" | "Filter" | "Output" | "Limits" | "This command" | "Every command";
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly repeat?: boolean;
  readonly fallback?: string;
}

export const configFlag: Flag = {
  flags: "--config <file>",
  group: "Logs",
  about: "the configuration; default: culprit.yaml here or above, then the user's",
};

/** What every command accepts. */
export const commonFlags: readonly Flag[] = [
  {
    flags: "--env-file <file>",
    group: "Every command",
    about: "NAME=VALUE lines, such as .env: variables that are not set already",
    repeat: true,
  },
];

/** What every command that reads logs accepts. */
export const logFlags: readonly Flag[] = [
  configFlag,
  {
    flags: "--store <place>",
    group: "Logs",
    about:
      "without sources: read this store, a folder or s3://bucket/prefix; default: CULPRIT_STORE, then the configuration",
  },
  {
    flags: "--engine <url>",
    group: "Logs",
    about: "ask a registered store there: trino://, athena://, clickhouse:// (docs/engines.md)",
  },
  {
    flags: "--dry-run",
    group: "Logs",
    about: "with --engine and --store: only say what a query would read there, and its cost",
  },
  ...enrichmentFlags,
  {
    flags: "--format <name>",
    group: "Logs",
    about: "the log's format; default: detected (culprit formats lists them)",
  },
  {
    flags: "--log-format <string>",
    group: "Logs",
    about: "the writer's own format string, or a path to httpd.conf or nginx.conf",
  },
  {
    flags: "--dialect <name>",
    group: "Logs",
    about: "whose notation --log-format is; default: recognised",
    choices: ["apache", "nginx", "squid", "tomcat", "tomcat9", "varnish", "goaccess", "haproxy"],
  },
  {
    flags: "--date-format <string>",
    group: "Logs",
    about: "with --dialect goaccess: its date-format",
  },
  {
    flags: "--time-format <string>",
    group: "Logs",
    about: "with --dialect goaccess: its time-format",
  },
  {
    flags: "--map <column=path>",
    group: "Logs",
    about: "with --format jsonl: where a column stands in the object",
    repeat: true,
  },
  {
    flags: "--derive <name=column~regex>",
    group: "Logs",
    about: "a column of your own: the first group of a regex",
    repeat: true,
  },
  {
    flags: "--log-tz <zone>",
    group: "Logs",
    about: "the zone of log times that carry none",
    fallback: "UTC",
  },
  {
    flags: "--profile <name>",
    group: "Logs",
    about: "s3://: the AWS profile; default: the standard credential chain",
  },
  {
    flags: "--region <name>",
    group: "Logs",
    about: "s3://: the bucket's region; default: found by itself",
  },
  {
    flags: "--endpoint <url>",
    group: "Logs",
    about: "s3://: another server that speaks S3, such as http://localhost:9000",
  },
  {
    flags: "--since <time>",
    group: "Filter",
    about: "from this time on: 2026-11-05, -2h (before the last line), today",
  },
  { flags: "--until <time>", group: "Filter", about: "before this time" },
  { flags: "--range <A..B>", group: "Filter", about: "both at once: 2026-11-05T01:00..05:00" },
  {
    flags: "-w, --where <condition>",
    group: "Filter",
    about: "status=5xx, path=/shop/*, client_ip=203.0.113.0/24, user_agent~bot",
    repeat: true,
  },
  { flags: "--tz <zone>", group: "Output", about: "the zone of hours and days", fallback: "UTC" },
  {
    flags: "--memory <size>",
    group: "Limits",
    about: "what the engine may hold before it spills, such as 2GB; default: a quarter",
  },
  {
    flags: "--cache <folder>",
    group: "Limits",
    about: "a store in s3://: keep fetched files there; default: culprit in the user's caches",
  },
  {
    flags: "--cache-size <size>",
    group: "Limits",
    about: "how large it may become before what was not used for longest goes",
    fallback: "10GB",
  },
  {
    flags: "--rejects <file>",
    group: "Limits",
    about: "write every rejected line there (.jsonl: with place and reason)",
  },
  {
    flags: "--max-rejects <percent>",
    group: "Limits",
    about: "exit 3 when more lines than this are rejected",
    fallback: "100",
  },
];

const named = (...names: string[]): readonly Flag[] =>
  logFlags.filter(({ flags }) => names.some((name) => flags.startsWith(`--${name} `)));

/** What commands on the store itself accept. */
export const storeFlags: readonly Flag[] = named(
  "config",
  "store",
  "profile",
  "region",
  "endpoint",
  "memory",
  "log-tz",
  "cache",
  "cache-size",
);

/** What commands on rules and alerts accept. */
export const alertFlags: readonly Flag[] = [
  {
    flags: "--state <folder>",
    group: "This command",
    about: "where alerts remember what they told; default: the store, else the user's state folder",
  },
  ...storeFlags,
];

/** What commands that check rules accept. */
export const checkFlags: readonly Flag[] = [
  ...alertFlags,
  ...named(
    "engine",
    "format",
    "log-format",
    "dialect",
    "date-format",
    "time-format",
    "map",
    "derive",
    "tz",
  ),
];

/** How a result is written. */
export const outputFlags: readonly Flag[] = [
  { flags: "--json", group: "Output", about: "one JSON document" },
  { flags: "--jsonl", group: "Output", about: "one JSON object a row" },
  { flags: "--csv", group: "Output", about: "CSV with a header" },
  {
    flags: "-o, --output <file>",
    group: "Output",
    about: "write to a file: .json .jsonl .csv .parquet .md",
  },
  {
    flags: "--color <when>",
    group: "Output",
    about: "colours",
    choices: ["auto", "always", "never"],
    fallback: "auto",
  },
  { flags: "--ascii", group: "Output", about: "only ASCII characters" },
  { flags: "--wide", group: "Output", about: "do not cut lines to the terminal's width" },
];

/** What commands that fill the store accept. */
export const ingestFlags: readonly Flag[] = [
  ...named(
    "config",
    "store",
    "format",
    "log-format",
    "dialect",
    "date-format",
    "time-format",
    "map",
    "derive",
    "log-tz",
    "profile",
    "region",
    "endpoint",
    "memory",
    "cache",
    "cache-size",
  ),
  ...outputFlags.filter(({ flags }) => flags === "--json" || flags.startsWith("-o,")),
];
