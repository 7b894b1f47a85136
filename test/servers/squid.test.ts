import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { logged, shown, utf8 } from "./byte-string.js";
import { asUsers, cases as shared, get, one, type Case } from "./cases.js";
import { numberFrom, factsOf, named, type Columns, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { BIG, SLOW, startOrigin } from "./origin.js";
import { play, type Told } from "./play.js";
import { headerOf, partsOf } from "./request.js";
import { freePorts, Server, temporaryFolder, ZONE } from "./server.js";
import { squidConf } from "./squid-conf.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";

const PROGRAM = "/usr/sbin/squid";

const request = named("method", "request_target", "path", "query", "host", "scheme");
const common = {
  ...request,
  ...named("client_ip", "user", "status", "cache_result", "hierarchy"),
  bytes_sent: "bytes_sent_with_head",
};

const COMBINED =
  '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" %Ss:%Sh';
const combined = { ...common, ...named("time", "protocol", "referrer", "user_agent") };

/** Logformats and what they tell; the first three are built in. */
const FORMATS: Record<string, { format: string; columns: Columns }> = {
  squid: {
    format: "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt",
    columns: { ...common, time: "exact_time", ...named("duration_ms", "target_ip") },
  },
  common: {
    format: '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st %Ss:%Sh',
    columns: { ...common, ...named("time", "protocol") },
  },
  combined: { format: COMBINED, columns: combined },
  // Unlike the one built in, a format of one's own protects quotes and backslashes.
  quoted: { format: COMBINED, columns: combined },
  detailed: {
    format:
      "%ts.%03tu %>a %>p %>st %<st %tr %rm %ru %rv %>Hs %Ss %Sh %<a %[un " +
      '"%{User-Agent}>h" [%{Cookie}>h] %{Referer}>h %#{Accept-Language}>h',
    columns: {
      ...common,
      ...named("client_port", "bytes_received", "duration_ms", "protocol", "target_ip"),
      ...named("user_agent", "cookie", "referrer"),
      time: "exact_time",
      "extra.%#{Accept-Language}>h": "language",
    },
  },
};

const [main = 0, proxy = 0, origin = 0, closed = 0] = await freePorts(4);
const ORIGIN = `http://127.0.0.1:${origin}`;

/** What a proxy is asked, beside what a server is asked. */
const forProxy: readonly Case[] = [
  get("a page through the proxy", `${ORIGIN}/page?x=1`, { "User-Agent": "x", Host: undefined }),
  get("a page that is missing", `${ORIGIN}/missing`),
  get("a page that is kept", `${ORIGIN}/cached`),
  get("the same page again", `${ORIGIN}/cached`),
  get("a slow page", `${ORIGIN}/slow`),
  get("a page in chunks", `${ORIGIN}/chunked`),
  one("a page by HEAD", { method: "HEAD", target: `${ORIGIN}/page` }),
  one("a form", { method: "POST", target: `${ORIGIN}/form`, body: "a=1" }),
  get("a server that is down", `http://127.0.0.1:${closed}/x`),
  get("a URL with a user", `http://us%22er:pa%20ss@127.0.0.1:${origin}/x`),
  get("a URL with quotes", `${ORIGIN}/"a\\b"?c="d"`),
  get("a URL with a blank", `${ORIGIN}/a b?c d`),
  get("a URL in UTF-8", utf8(`${ORIGIN}/käse?ü`)),
  get("a URL of bytes that are no UTF-8", `${ORIGIN}/\xff\xc3(`),
  get("a URL with format codes", `${ORIGIN}/%n%s$x/\${jndi:ldap://127.0.0.1/a}?%d`),
  get("a URL without a path", ORIGIN),
  get("an unknown scheme", "gopher2://127.0.0.1/x"),
  get("a port that is none", "http://127.0.0.1:99999999/x"),
  one(
    "CONNECT",
    { method: "CONNECT", target: `127.0.0.1:${origin}` },
    {
      wire: `CONNECT 127.0.0.1:${origin} HTTP/1.1\r\nHost: x\r\n\r\n`,
      later: "GET /index.html HTTP/1.0\r\n\r\n",
    },
  ),
  one("CONNECT to where nobody is", { method: "CONNECT", target: `127.0.0.1:${closed}` }),
  get("a download through the proxy", `${ORIGIN}/big.bin`),
  one(
    "a download through the proxy that is given up",
    { target: `${ORIGIN}/big.bin` },
    { abortAfter: 100_000 },
  ),
  ...asUsers(`${ORIGIN}/private/`, "Proxy-Authorization"),
];
const cases: readonly Case[] = [...shared, ...forProxy];

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder, name);

/** What culprit calls the formats that Squid knows without a definition. */
const BUILT_IN: Record<string, string> = {
  squid: "squid",
  common: "squid-httpd",
  combined: "squid-httpd",
};

const logs = Object.entries(FORMATS).map(([name, { format, columns }]): ServerLog => ({
  name,
  path: inFolder(`logs/${name}.log`),
  format,
  flags:
    name in BUILT_IN
      ? ["--format", BUILT_IN[name] as string]
      : ["--log-format", format, "--dialect", "squid"],
  sameFlags: [],
  columns,
}));

/** What follows a first line of HTTP/0.9 is logged as a request of its own. */
const EXTRA_LINES: Record<string, number> = {
  "HTTP/2.0 as a version": 2,
  "a version that is none": 2,
  "another protocol": 2,
};

const atProxy = (name: string): boolean => forProxy.some((item) => item.name === name);

/** A request that Squid answers itself. */
const ownAnswer: Facts = { cache_result: "NONE_NONE", hierarchy: "HIER_NONE", target_ip: null };
/** A request that Squid could not read: its URL tells so. */
const unread = (why: string, method: string | null = "GET"): Facts => ({
  ...ownAnswer,
  method,
  request_target: `error:${why}`,
  path: `error:${why}`,
  query: null,
  host: null,
  scheme: null,
  user_agent: null,
  referrer: null,
  cookie: null,
  bytes_received: expect.any(Number),
});
/** A request without a version, as Squid understands it. */
const oldest: Facts = { protocol: "HTTP/0.9", bytes_received: expect.any(Number) };
/** One that the client has not waited for; Squid may have ended it before it knew. */
const aborted: Facts = {
  cache_result: expect.stringMatching(/^TCP_MISS(_ABORTED)?$/),
  bytes_sent_with_head: numberFrom(100_000, BIG),
};
/** A user whose name Squid does not take. */
const denied: Facts = { ...ownAnswer, cache_result: "TCP_DENIED", user: null };
const url = (written: string): Facts => {
  const { path, query } = partsOf(written);
  return { request_target: written, path, query: query ?? null };
};

/** Where Squid logs something else than what was sent. */
const otherwise: Record<string, Facts> = {
  "a far too long agent": unread("request-too-large"),
  "a far too long path": unread("request-too-large"),
  "a forged line behind a line feed": { ...ownAnswer, user_agent: null },
  "a NUL in an agent": { ...ownAnswer, user_agent: null },
  "a control byte in the path": unread("invalid-request"),
  "a NUL in the path": unread("invalid-request"),
  "HTTP/1.0": { host: "localhost" },
  "HTTP/0.9": { ...oldest, host: "localhost", status: 200 },
  "no host": { host: "localhost" },
  // The highest version that Squid speaks.
  "HTTP/2.0 as a version": {
    ...ownAnswer,
    protocol: "HTTP/1.1",
    bytes_received: expect.any(Number),
  },
  // What is no version belongs to the path, without the blank.
  "a version that is none": { ...oldest, ...url("http://localhost/HTTP/x") },
  "another protocol": { ...oldest, ...url("http://localhost/RTSP/1.0") },
  "an empty host": { ...ownAnswer, ...url("http:///"), host: null },
  "a host that is none": { ...url("http://localhost/"), host: "localhost" },
  OPTIONS: { ...ownAnswer, request_target: "http://:80*", path: "/", host: ":80*" },
  // Methods are known whatever their letters.
  "a method in small letters": { method: "GET" },
  "a quote in the method": unread("invalid-request", "GE"),
  "a whole URL": { ...url("http://other.example:8080/x?y=1"), host: "other.example" },
  "a method alone": unread("invalid-request"),
  garbage: unread("invalid-request", "hello"),
  "nothing but quotes": unread("invalid-request", null),
  "a TLS handshake": unread("invalid-request", null),
  "a request that is not finished": {
    ...unread("transaction-end-before-headers", null),
    protocol: null,
  },
  // What stands for one blank or line end is counted as one.
  "a header on two lines": { bytes_received: expect.any(Number) },
  "two blanks in the request line": { bytes_received: expect.any(Number) },
  "an empty line first": { bytes_received: expect.any(Number) },
  "a download that is given up": aborted,
  "a download through the proxy that is given up": aborted,
  "the same page again": { ...ownAnswer, cache_result: "TCP_MEM_HIT" },
  "a URL with a user": url(`${ORIGIN}/x`),
  "a URL with a blank": url(`${ORIGIN}/ab?cd`),
  "a URL without a path": url(`${ORIGIN}/`),
  "an unknown scheme": { ...ownAnswer, path: "/x", scheme: "gopher2" },
  "a port that is none": ownAnswer,
  "a slow page": { duration_ms: numberFrom(SLOW - 5, 10_000) },
  CONNECT: { path: null, scheme: null, cache_result: "TCP_TUNNEL" },
  // Its own answer to CONNECT is not counted.
  "CONNECT to where nobody is": {
    ...ownAnswer,
    path: null,
    scheme: null,
    hierarchy: "HIER_DIRECT",
    target_ip: "127.0.0.1",
    bytes_sent_with_head: 0,
  },
  "a user with a line break": denied,
  "a dash as user": denied,
  // A quoted byte that is no UTF-8 stays as it is quoted.
  "a user that is no UTF-8": { user: "j%fcrgen" },
};

const REFERRER =
  'http://x/"é\\" 203.0.113.66 - root [01/Jan/2030:00:00:00 +0000] "GET /forged HTTP/1.1" 200 666 "-" "x" \t$x';

/** Where one log tells less than the others. */
const special: Record<string, Record<string, Facts>> = {
  // The built-in combined protects no quotes: a referrer with `" "` cannot be told from the agent.
  combined: {
    "a referrer with everything": {
      referrer: REFERRER.slice(0, REFERRER.indexOf('" "')),
      user_agent: `${REFERRER.slice(REFERRER.indexOf('" "') + 3)}" "last`,
    },
  },
  // Outside quotes a header is written as a URL is; what was encoded before cannot be told.
  detailed: {
    "a referrer with everything": {
      referrer: encodeURI(REFERRER),
    },
  },
};

/** Squid logs the URL that it has made of the Host header and the path. */
function factsOfSquid(told: Told, name: string, log: string): Facts {
  const facts = factsOf(told);
  const isProxied = atProxy(name);
  return {
    ...facts,
    ...(isProxied
      ? {}
      : urlFacts(`http://${headerOf(told.request, "Host") ?? "localhost"}${told.request.target}`)),
    scheme: "http",
    cache_result: "TCP_MISS",
    hierarchy: isProxied ? "HIER_DIRECT" : "FIRSTUP_PARENT",
    target_ip: "127.0.0.1",
    ...(isProxied && { host: "127.0.0.1" }),
    ...otherwise[name],
    ...special[log]?.[name],
  };
}

/** Blanks and control bytes are taken out of a URL, what is not ASCII is percent-encoded. */
function urlFacts(sent: string): Facts {
  const written = sent
    .replace(/[\x00-\x20\x7f]/g, "")
    .replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
  const { path, query } = partsOf(written);
  return { request_target: shown(written), path: shown(path), query: logged(query) };
}

describeServer("Squid", PROGRAM, "squid", () => {
  let results: Results;

  beforeAll(async () => {
    const behind = await startOrigin(origin);
    mkdirSync(inFolder("logs"), { recursive: true });
    // Squid opens its logs as its own user.
    chmodSync(inFolder("logs"), 0o777);
    const conf = squidConf(inFolder("logs"), { main, proxy, origin }, logs);
    writeFileSync(inFolder("squid.conf"), conf);
    const server = await Server.start({
      command: PROGRAM,
      args: ["-N", "-n", `culprit${main}`, "-f", inFolder("squid.conf")],
      env: { TZ: ZONE },
      folder,
      ports: [main, proxy],
    });
    try {
      const portOf = (item: Case): number => (forProxy.includes(item) ? proxy : main);
      const played = await play(cases, portOf, logs, (name) => EXTRA_LINES[name]);
      await server.stop();
      results = { ...played, rows: await readLogs(logs) };
    } finally {
      await server.stop();
      await behind.stop();
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  testLogs(logs, cases, factsOfSquid, () => results);
});
