import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { NGINX_COMBINED } from "../../src/formats/notations/nginx-conf.js";
import { shown } from "./byte-string.js";
import { asUsers, cases as shared, get, one, TLS_HELLO, type Case } from "./cases.js";
import { numberFrom, factsOf, named, type Columns, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { nginxConf } from "./nginx-conf.js";
import { BIG, SLOW, startOrigin } from "./origin.js";
import { play, type Told } from "./play.js";
import { wireOf } from "./request.js";
import { freePorts, Server, temporaryFolder, ZONE } from "./server.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";

const PROGRAM = "/usr/sbin/nginx";

const asked = named("method", "request_target", "path", "query", "protocol");
const combined = {
  ...asked,
  ...named("client_ip", "user", "time", "status", "bytes_sent", "referrer", "user_agent"),
};

/** The arguments of log_format after its name, and what it tells. */
const FORMATS: Record<string, { format: string; columns: Columns }> = {
  // Built in.
  combined: { format: NGINX_COMBINED, columns: combined },
  main: {
    format: `'$remote_addr - $remote_user [$time_local] "$request" '
      '$status $body_bytes_sent "$http_referer" '
      '"$http_user_agent" "$http_x_forwarded_for"'`,
    columns: { ...combined, "extra.$http_x_forwarded_for": "forwarded" },
  },
  timed: {
    format: `'$remote_addr $remote_port [$time_iso8601] $msec $request_method $request_uri $server_protocol '
      '$status $bytes_sent $request_length $request_time $upstream_addr $upstream_response_time '
      '$server_name "$http_host" "$cookie_sid" "$http_cookie" "$http_accept_language"'`,
    columns: {
      ...asked,
      ...named(
        "client_ip",
        "client_port",
        "status",
        "bytes_received",
        "duration_ms",
        "site",
        "host",
        "cookie",
      ),
      ...named("target_ip"),
      time: "exact_time",
      bytes_sent: "bytes_sent_with_head",
      "extra.$cookie_sid": "sid",
      "extra.$http_accept_language": "language",
    },
  },
  json: {
    format: `escape=json '{"time":"$time_iso8601","client":{"ip":"$remote_addr","port":$remote_port},'
      '"user":"$remote_user","request":"$request","status":$status,"bytes":$body_bytes_sent,'
      '"seconds":$request_time,"upstream":"$upstream_response_time","referrer":"$http_referer",'
      '"agent":"$http_user_agent","cookie":"$http_cookie","host":"$http_host","sid":"$cookie_sid"}'`,
    columns: {
      ...combined,
      ...named("client_port", "duration_ms", "cookie", "host"),
      "extra.$cookie_sid": "sid",
    },
  },
  tabs: {
    format: `escape=none '$remote_addr\\t$remote_user\\t$time_iso8601\\t$request\\t$status\\t'
      '$body_bytes_sent\\t$http_referer\\t$http_user_agent'`,
    columns: combined,
  },
};

const PROXIED = [
  get("through a proxy", "/origin/cached?x=1", { "User-Agent": "x" }),
  get("a slow answer", "/origin/slow"),
  get("an answer in chunks", "/origin/chunked"),
];

const cases: readonly Case[] = [
  ...shared,
  ...asUsers("/index.html"),
  get("another virtual host", "/", { Host: "shop.example:8080", "User-Agent": "x" }),
  ...PROXIED,
  one("nothing at all", { target: "" }, { wire: "", halfClose: true }),
];

/** With `escape=none` a line break ends the line: no reader could tell. */
const readable = cases.filter(({ name }) => name !== "a user with a line break");

/** A first line that nginx refuses: its variables are empty, only $request has it as it is. */
const refused = (requestLine: string): Facts => ({
  method: null,
  request_target: shown(requestLine),
  path: shown(requestLine),
  query: null,
  protocol: null,
  ...unread,
});
/** A request that nginx refuses before its headers. */
const unread: Facts = {
  user_agent: null,
  referrer: null,
  host: null,
  cookie: null,
  bytes_received: expect.any(Number),
};
const LONG_PATH = `/${"a".repeat(8187)}`;

/** Where nginx logs something else than what was sent. */
const otherwise: Record<string, Facts> = {
  "a control byte in the path": unread,
  "a tab in the path": unread,
  "a NUL in the path": unread,
  "an encoded NUL": unread,
  "encoding that is none": unread,
  "format codes in the path": unread,
  "a path up and out": unread,
  "a blank in the path": unread,
  "HTTP/2.0 as a version": unread,
  "a version that is none": unread,
  "another protocol": unread,
  OPTIONS: unread,
  "a method in small letters": unread,
  "a quote in the method": unread,
  // The buffer's size, 8k, is what is left of it.
  "a far too long path": { ...unread, request_target: LONG_PATH, path: LONG_PATH, protocol: null },
  "HTTP/0.9": { protocol: null, status: 200 },
  "a method alone": refused("GET"),
  garbage: {
    ...refused("there, general"),
    method: "hello",
  },
  "nothing but quotes": refused('" " "'),
  "a TLS handshake": refused(TLS_HELLO.slice(0, -1)),
  "a request that is not finished": { ...unread, status: 400 },
  // Headers from the one that is refused on are not read.
  "a far too long agent": { user_agent: null, bytes_received: expect.any(Number) },
  "a NUL in an agent": { user_agent: null, bytes_received: expect.any(Number) },
  "a forged line behind a line feed": { bytes_received: expect.any(Number) },
  "an empty host": { bytes_received: expect.any(Number) },
  "a host that is none": { bytes_received: expect.any(Number) },
  // A line that begins with a blank is no header to nginx.
  "a header on two lines": { user_agent: "a", bytes_received: expect.any(Number) },
  // The body of a method that a file does not allow is not read, nor is the empty line before.
  POST: { bytes_received: expect.any(Number) },
  PUT: { bytes_received: expect.any(Number) },
  "an empty line first": { bytes_received: wireOf({ target: "/" }).length },
  "a download that is given up": {
    bytes_sent: numberFrom(100_000, BIG),
    bytes_sent_with_head: numberFrom(100_000, BIG),
  },
  "another virtual host": { site: "shop.example" },
  "a slow answer": { duration_ms: numberFrom(SLOW - 5, 10_000) },
};

/** What $request_method, $request_uri and $server_protocol hold of first lines that are refused. */
const asVariables: Record<string, Facts> = {
  ...Object.fromEntries(
    [
      "a control byte in the path",
      "a tab in the path",
      "a NUL in the path",
      "a far too long path",
      "a blank in the path",
      "HTTP/2.0 as a version",
      "a version that is none",
      "another protocol",
      "OPTIONS",
      "a method in small letters",
      "a quote in the method",
      "a method alone",
      "garbage",
      "nothing but quotes",
      "a TLS handshake",
    ].map((name) => [name, { method: null, request_target: null, path: null, protocol: null }]),
  ),
  ...Object.fromEntries(
    [
      "an encoded NUL",
      "encoding that is none",
      "format codes in the path",
      "a path up and out",
    ].map((name) => [name, { request_target: null, path: null, query: null }]),
  ),
  // $request_uri is without scheme and host.
  "a whole URL": { request_target: "/x?y=1" },
};

/** What `escape=none` lets through as it is. */
const asTheyAre: Record<string, Facts> = {
  "a NUL in the path": { request_target: "/a\\x00b", path: "/a\\x00b" },
  "a TLS handshake": {
    request_target: shown(TLS_HELLO.slice(0, -1)),
    path: shown(TLS_HELLO.slice(0, -1)),
  },
};

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder, name);

const allLogs = Object.entries(FORMATS).map(([name, { format, columns }]): ServerLog => ({
  name,
  path: inFolder(`${name}.log`),
  format,
  flags: ["--log-format", format, "--dialect", "nginx"],
  sameFlags: [
    ["--log-format", `${inFolder("nginx.conf")}#${name}`],
    name === "combined" ? ["--format", "nginx"] : ["--log-format", inFolder(`${name}.conf`)],
  ],
  columns,
}));
const [logs, rawLogs] = [
  allLogs.filter(({ name }) => name !== "tabs"),
  allLogs.filter(({ name }) => name === "tabs"),
];

const factsOfNginx = (told: Told, name: string, log: string): Facts => ({
  ...factsOf(told),
  bytes_sent: told.response.transferredBytes,
  site: "default.example",
  target_ip: PROXIED.some((item) => item.name === name) ? "127.0.0.1" : null,
  ...otherwise[name],
  ...(log === "timed" && asVariables[name]),
  ...(log === "tabs" && asTheyAre[name]),
});

/** A client that says nothing is not logged. */
const linesOf = (name: string): number | undefined => (name === "nothing at all" ? 0 : undefined);

describeServer("nginx", PROGRAM, "nginx", () => {
  let results: Results;
  let rawResults: Results;

  beforeAll(async () => {
    const origin = await startOrigin();
    const [main = 0, raw = 0] = await freePorts(2);
    mkdirSync(inFolder("www"), { recursive: true });
    writeFileSync(inFolder("www/index.html"), "<p>hello</p>\n".repeat(100));
    writeFileSync(inFolder("www/big.bin"), Buffer.alloc(BIG, "x"));
    const written = [
      { port: main, logs },
      { port: raw, logs: rawLogs },
    ];
    for (const [name, conf] of nginxConf(folder, origin.port, written)) {
      writeFileSync(inFolder(name), conf);
    }
    const server = await Server.start({
      command: PROGRAM,
      args: ["-p", folder, "-c", inFolder("nginx.conf"), "-e", inFolder("error.log")],
      env: { TZ: ZONE },
      folder,
      ports: [main, raw],
      stopSignal: "SIGQUIT",
    });
    try {
      const played = await play(cases, main, logs, linesOf);
      const rawPlayed = await play(readable, raw, rawLogs, linesOf);
      await server.stop();
      results = { ...played, rows: await readLogs(logs) };
      rawResults = { ...rawPlayed, rows: await readLogs(rawLogs) };
    } finally {
      await server.stop();
      await origin.stop();
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  testLogs(logs, cases, factsOfNginx, () => results);
  testLogs(rawLogs, readable, factsOfNginx, () => rawResults);
});
