import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { apacheConf } from "./apache-conf.js";
import { shown } from "./byte-string.js";
import { asUsers, cases as shared, get, TLS_HELLO, type Case } from "./cases.js";
import { numberFrom, factsOf, named, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { BIG } from "./origin.js";
import { play, type Told } from "./play.js";
import { freePorts, Server, temporaryFolder, ZONE } from "./server.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";

const PROGRAM = "/usr/sbin/apache2";
const asked = named("method", "request_target", "path", "query", "protocol");
const common = { ...named("client_ip", "user", "time", "status"), ...asked };
const combined = { ...common, ...named("bytes_sent", "referrer", "user_agent") };

/** LogFormat strings and what they tell. */
const FORMATS = {
  common: { format: '%h %l %u %t "%r" %>s %b', columns: { ...common, ...named("bytes_sent") } },
  combined: {
    format: '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
    columns: combined,
  },
  vhost_combined: {
    format: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
    columns: { ...combined, ...named("site"), bytes_sent: "bytes_sent_with_head" },
  },
  parts: {
    format: '%h %V %{usec}t %m "%U" "%q" %H %>s %{us}T',
    columns: {
      ...named("client_ip", "method", "query", "protocol", "status", "duration_ms"),
      time: "exact_time",
    },
  },
  detailed: {
    format:
      "%a %{remote}p %D %{JSESSIONID}C %I %O %{X-Forwarded-For}i " +
      "%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %{%z}t " +
      '"%r" %>s "%{Cookie}i" "%{Host}i" "%{Accept-Language}i"',
    columns: {
      ...asked,
      ...named(
        "client_ip",
        "client_port",
        "duration_ms",
        "bytes_received",
        "status",
        "cookie",
        "host",
      ),
      time: "exact_time",
      bytes_sent: "bytes_sent_with_head",
      "extra.%{JSESSIONID}C": "session",
      "extra.%{X-Forwarded-For}i": "forwarded",
      "extra.%{Accept-Language}i": "language",
    },
  },
} as const;

const cases: readonly Case[] = [
  ...shared,
  ...asUsers("/private/"),
  get("another virtual host", "/", { Host: "shop.example:8080", "User-Agent": "x" }),
];

/** A request whose first line is refused: nothing after it is read. */
const refused = (requestLine: string, facts: Facts = {}): Facts => ({
  ...unread,
  method: null,
  request_target: shown(requestLine),
  path: shown(requestLine),
  query: null,
  protocol: null,
  bytes_received: requestLine.length + 2,
  ...facts,
});
/** A request whose headers are refused: those before are known, but not how much was read. */
const unread: Facts = {
  user_agent: null,
  referrer: null,
  cookie: null,
  host: null,
  bytes_received: expect.any(Number),
};

const LONG_PATH = `/${"a".repeat(8186)}`;

/** Where Apache logs something else than what was sent. */
const otherwise: Record<string, Facts> = {
  // A refused request line is logged without its end where a blank or control byte makes it odd.
  "a tab in the path": { ...unread, request_target: "/a b", path: "/a b", protocol: null },
  "a NUL in the path": { ...unread, request_target: "/a", path: "/a", protocol: null },
  "a blank in the path": { ...unread, protocol: null },
  "a control byte in the path": unread,
  // LimitRequestLine: the first 8,191 bytes.
  "a far too long path": {
    ...unread,
    request_target: LONG_PATH,
    path: LONG_PATH,
    protocol: null,
  },
  "a fragment": unread,
  "a version that is none": unread,
  "another protocol": unread,
  "a quote in the method": unread,
  "two blanks in the request line": unread,
  "a method alone": refused("GET"),
  garbage: refused("hello there, general", {
    method: "hello",
    request_target: "there, general",
    path: "there, general",
  }),
  "nothing but quotes": refused('" " "'),
  // The line is a C string: it ends at the first NUL.
  "a TLS handshake": refused(TLS_HELLO.slice(0, TLS_HELLO.indexOf("\0")), {
    bytes_received: TLS_HELLO.length,
  }),
  "control bytes in an agent": { user_agent: null, bytes_received: expect.any(Number) },
  "a far too long agent": unread,
  "a NUL in an agent": unread,
  "a forged line behind a line feed": unread,
  // The field line that is not finished is left out.
  "a request that is not finished": { host: null },
  // mod_logio counts the bytes of a request up to where the next one was seen.
  "three requests at once": { bytes_received: expect.any(Number) },
  // Field lines of one name are one list.
  "the same header twice": { user_agent: "a, b" },
  "HTTP/0.9": { protocol: null, status: 200 },
  // The URL's host replaces the Host header.
  "a whole URL": { host: "other.example" },
  // mod_logio counts what was sent, %b what was handed over.
  "a download that is given up": {
    bytes_sent: BIG,
    bytes_sent_with_head: numberFrom(100_000, BIG),
  },
  "another virtual host": { site: "shop.example" },
};

/** %m, %q and %H of first lines that are refused: what Apache makes of them before it gives up. */
const parts: Record<string, Facts> = {
  "a tab in the path": { protocol: "HTTP/1.0" },
  "a NUL in the path": { method: null, protocol: "HTTP/1.0" },
  "a fragment": { query: null },
  "a far too long path": { method: null, protocol: "HTTP/1.0" },
  "a blank in the path": { protocol: "HTTP/1.0" },
  "HTTP/0.9": { protocol: "HTTP/0.9" },
  "a version that is none": { protocol: "HTTP/1.0" },
  "another protocol": { protocol: "HTTP/1.0" },
  "a method alone": { method: "GET", protocol: "HTTP/1.0" },
  garbage: { protocol: "HTTP/1.0" },
  "nothing but quotes": { method: '"', protocol: "HTTP/1.0" },
  "a TLS handshake": { protocol: "HTTP/1.0" },
};

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder, name);
const logs: ServerLog[] = Object.entries(FORMATS).map(([name, { format, columns }]) => ({
  name,
  path: inFolder(`${name}.log`),
  format,
  flags: ["--log-format", format, "--dialect", "apache"],
  sameFlags: [
    ["--log-format", `${inFolder("httpd.conf")}#${name}`],
    ["--log-format", inFolder(`${name}.conf`)],
  ],
  columns,
}));

const factsOfApache = (told: Told, name: string, log: string): Facts => ({
  ...factsOf(told),
  site: "default.example",
  duration_ms: numberFrom(0.001, 10_000),
  ...otherwise[name],
  ...(log === "parts" && parts[name]),
});

describeServer("Apache", PROGRAM, "apache2", () => {
  let results: Results;

  beforeAll(async () => {
    const [main = 0] = await freePorts(1);
    mkdirSync(inFolder("www/private"), { recursive: true });
    writeFileSync(inFolder("www/index.html"), "<p>hello</p>\n".repeat(100));
    writeFileSync(inFolder("www/private/index.html"), "<p>private</p>\n");
    writeFileSync(inFolder("www/big.bin"), Buffer.alloc(BIG, "x"));
    for (const [name, conf] of apacheConf(folder, main, logs)) writeFileSync(inFolder(name), conf);
    const server = await Server.start({
      command: PROGRAM,
      args: ["-DFOREGROUND", "-f", inFolder("httpd.conf")],
      env: { TZ: ZONE },
      folder,
      ports: [main],
    });
    try {
      const played = await play(cases, main, logs);
      await server.stop();
      results = { ...played, rows: await readLogs(logs) };
    } finally {
      await server.stop();
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  testLogs(logs, cases, factsOfApache, () => results);
});
