import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { asUsers, cases as shared, get, type Case } from "./cases.js";
import { numberFrom, factsOf, named, type Columns, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { BIG } from "./origin.js";
import { play, type Told } from "./play.js";
import { freePorts, Server, temporaryFolder } from "./server.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";
import { tomcatConf } from "./tomcat-conf.js";

const HOME = "/usr/share/tomcat10";

const asked = named("method", "request_target", "path", "query", "protocol");
const common = { ...asked, ...named("client_ip", "user", "time", "status", "bytes_sent") };

/** Patterns of an AccessLogValve and what they tell; the first two are known by name. */
const PATTERNS: Record<string, { pattern: string; columns: Columns }> = {
  common: { pattern: "common", columns: common },
  combined: { pattern: "combined", columns: { ...common, ...named("referrer", "user_agent") } },
  timed: {
    pattern: '%h %l %u %t "%r" %s %b %D %F %S %I %{sid}c "%{User-Agent}i"',
    columns: {
      ...common,
      ...named("duration_ms", "first_byte_ms", "session_id", "user_agent"),
      "extra.%{sid}c": "sid",
    },
  },
  parts: {
    pattern: '%h %t %m "%U" "%q" %H %v %D',
    columns: { ...asked, ...named("client_ip", "time", "site", "duration_ms") },
  },
  detailed: {
    pattern:
      "%a %{remote}p %{yyyy-MM-dd'T'HH:mm:ss.SSSZ}t %m %U%q %H %s %B %{us}T " +
      '"%{Referer}i" "%{Cookie}i" "%{Host}i" "%{X-Forwarded-For}i" %{Accept-Language}i',
    columns: {
      ...asked,
      ...named("client_ip", "client_port", "status", "bytes_sent", "duration_ms"),
      ...named("referrer", "cookie", "host"),
      time: "exact_time",
      "extra.%{X-Forwarded-For}i": "forwarded",
      "extra.%{Accept-Language}i": "language",
    },
  },
};

const cases: readonly Case[] = [
  ...shared,
  ...asUsers("/private/"),
  get("another virtual host", "/", { Host: "shop.example:8080", "User-Agent": "x" }),
];

/** What Tomcat does not log. */
const UNLOGGED = ["a request that is not finished"];

/** A request that Tomcat refuses while it reads the headers. */
const unread: Facts = { user_agent: null, referrer: null, cookie: null, host: null };
/** A target that is none is logged as a dash. */
const noTarget: Facts = { ...unread, request_target: null, path: null, query: null };
/** A request without a version that Tomcat knows: it writes `null`. */
const noVersion: Facts = { ...unread, protocol: null };
const nothing: Facts = { ...noTarget, method: null, protocol: null };

/** Where Tomcat logs something else than what was sent. */
const otherwise: Record<string, Facts> = {
  "control bytes in an agent": { user_agent: null },
  "a NUL in an agent": { user_agent: null },
  "a far too long agent": { user_agent: null },
  // Field lines of one name are one list.
  "the same header twice": { user_agent: "a,b" },
  "quotes and backslashes in the path": noTarget,
  "UTF-8 in the path": noTarget,
  "bytes in the path that are no UTF-8": noTarget,
  "a control byte in the path": noTarget,
  "a NUL in the path": noTarget,
  "format codes in the path": noTarget,
  "a fragment": noTarget,
  "a far too long path": noTarget,
  // What stands behind the blank is not read.
  "a tab in the path": { ...noVersion, request_target: "/a", path: "/a" },
  "a blank in the path": { ...noVersion, request_target: "/a", path: "/a" },
  "HTTP/0.9": { protocol: null, status: 200 },
  "a version that is none": noVersion,
  "another protocol": noVersion,
  "a quote in the method": nothing,
  "a method alone": nothing,
  garbage: { ...noVersion, method: "hello", request_target: "there,", path: "there," },
  "nothing but quotes": nothing,
  "a TLS handshake": nothing,
  // What is asked of the server itself is answered at once.
  OPTIONS: { duration_ms: 0, first_byte_ms: null },
  "a host that is none": { site: expect.any(String) },
  "a whole URL": { request_target: "/x?y=1" },
  "an empty host": { site: null },
  "another virtual host": { site: "shop.example" },
  // A cookie with blanks in its value is none.
  "a session with quotes": { sid: null },
  "a download that is given up": { bytes_sent: numberFrom(100_000, BIG + 1) },
  "a user with control bytes": { user: null },
  "a user that is no UTF-8": { user: null },
};

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder, name);
const logs = Object.entries(PATTERNS).map(([name, { pattern, columns }]): ServerLog => ({
  name,
  path: inFolder(`logs/${name}.log`),
  format: pattern,
  flags: ["--log-format", pattern, "--dialect", "tomcat"],
  sameFlags: [["--log-format", pattern.replaceAll('"', "&quot;"), "--dialect", "tomcat"]],
  columns,
}));

/** %H of first lines that have no version. */
const asVariables: Record<string, Facts> = Object.fromEntries(
  ["a quote in the method", "a method alone", "nothing but quotes", "a TLS handshake"].map(
    (name) => [name, { protocol: "HTTP/1.1" }],
  ),
);
/** %q of an empty query is a question mark: that it was there cannot be told from the path. */
const parts: Record<string, Facts> = { "an empty query": { request_target: "/" } };

const factsOfTomcat = (told: Told, name: string, log: string): Facts => ({
  ...factsOf(told),
  site: "localhost",
  duration_ms: numberFrom(0.001, 10_000),
  session_id:
    /^set-cookie: JSESSIONID=(\w+)/im.exec(told.exchange.received.toString("latin1"))?.[1] ?? null,
  first_byte_ms: expect.any(Number),
  ...otherwise[name],
  ...((log === "parts" || log === "detailed") && asVariables[name]),
  ...(log === "parts" && parts[name]),
});

describeServer("Tomcat", `${HOME}/bin/bootstrap.jar`, "tomcat10", () => {
  let results: Results;

  beforeAll(async () => {
    const [main = 0] = await freePorts(1);
    mkdirSync(inFolder("temp"), { recursive: true });
    const files: Record<string, string | Buffer> = {
      ...tomcatConf(main, logs),
      "webapps/ROOT/index.html": "<p>hello</p>\n".repeat(100),
      "webapps/ROOT/private/index.html": "<p>private</p>\n",
      "webapps/ROOT/big.bin": Buffer.alloc(BIG, "x"),
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(inFolder(name)), { recursive: true });
      writeFileSync(inFolder(name), content);
    }
    const server = await Server.start({
      command: "java",
      args: [
        "-Duser.timezone=GMT+05:30",
        "-Xmx128m",
        "-XX:TieredStopAtLevel=1",
        "-classpath",
        `${HOME}/bin/bootstrap.jar:${HOME}/bin/tomcat-juli.jar`,
        `-Dcatalina.home=${HOME}`,
        `-Dcatalina.base=${folder}`,
        `-Djava.io.tmpdir=${inFolder("temp")}`,
        "org.apache.catalina.startup.Bootstrap",
        "start",
      ],
      folder,
      ports: [main],
    });
    try {
      const played = await play(cases, main, logs, (name) =>
        UNLOGGED.includes(name) ? 0 : undefined,
      );
      await server.stop();
      results = { ...played, rows: await readLogs(logs) };
    } finally {
      await server.stop();
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  testLogs(logs, cases, factsOfTomcat, () => results);
});
