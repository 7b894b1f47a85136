import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { shown, utf8 } from "./byte-string.js";
import { asUsers, cases as shared, get, one, TLS_HELLO, type Case } from "./cases.js";
import { bytesFrom, factsOf, named, type Columns, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { BIG, startOrigin } from "./origin.js";
import { play, type Told } from "./play.js";
import { freePorts, hasIpv6, Server, temporaryFolder } from "./server.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";

const PROGRAM = "/usr/sbin/squid";

const request = named("method", "request_target", "path", "query", "host", "scheme");
const common = {
  ...request,
  ...named("client_ip", "user", "status", "cache_result", "hierarchy"),
  bytes_sent: "bytes_sent_with_head",
};

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
  combined: {
    format: '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" %Ss:%Sh',
    columns: { ...common, ...named("time", "protocol", "referrer", "user_agent") },
  },
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
  one("CONNECT", { method: "CONNECT", target: `127.0.0.1:${origin}` }, {
    wire: `CONNECT 127.0.0.1:${origin} HTTP/1.1\r\nHost: x\r\n\r\n`,
    later: "GET /index.html HTTP/1.0\r\n\r\n",
  }),
  one("CONNECT to where nobody is", { method: "CONNECT", target: `127.0.0.1:${closed}` }),
  one("CONNECT to nowhere", { method: "CONNECT", target: "nowhere" }),
  get("a download through the proxy", `${ORIGIN}/big.bin`),
  one("a download through the proxy that is given up", { target: `${ORIGIN}/big.bin` }, { abortAfter: 100_000 }),
  ...asUsers(`${ORIGIN}/private/`, "Proxy-Authorization"),
];
const cases: readonly Case[] = [...shared, ...forProxy];

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);

/** What culprit calls the formats that Squid knows without a definition. */
const BUILT_IN: Record<string, string> = {
  squid: "squid",
  common: "squid-httpd",
  combined: "squid-httpd",
};

const logs = Object.entries(FORMATS).map(([name, { format, columns }]): ServerLog => ({
  name,
  path: inFolder(`logs/${name}.log`),
  flags: name in BUILT_IN ? ["--format", BUILT_IN[name] as string] : ["--log-format", format, "--dialect", "squid"],
  sameFlags: [],
  columns,
}));

const configuration = `
http_port 127.0.0.1:${main} accel defaultsite=localhost vhost name=server
${hasIpv6() ? `http_port [::1]:${main} accel defaultsite=localhost vhost name=server6` : ""}
http_port 127.0.0.1:${proxy} name=proxy
cache_peer 127.0.0.1 parent ${origin} 0 no-query originserver name=origin
acl proxy myportname proxy
cache_peer_access origin deny proxy
cache_peer_access origin allow all
auth_param basic program /usr/lib/squid/basic_fake_auth
acl private urlpath_regex ^/private
acl known proxy_auth REQUIRED
http_access deny proxy private !known
http_access allow all
always_direct allow proxy
never_direct allow !proxy
cache_effective_user proxy
pid_filename ${inFolder("logs/squid.pid")}
cache_log ${inFolder("logs/cache.log")}
coredump_dir ${inFolder("logs")}
cache_mem 8 MB
cache_store_log none
netdb_filename none
pinger_enable off
dns_nameservers 127.0.0.1
shutdown_lifetime 0 seconds
logfile_rotate 0
strip_query_terms off
logformat detailed ${FORMATS["detailed"]?.format}
${logs.map(({ path, name }) => `access_log stdio:${path} logformat=${name}`).join("\n")}
`;

const factsOfSquid = (told: Told, name: string): Facts => ({
  ...factsOf(told),
});

describeServer("Squid", PROGRAM, "squid", () => {
  let results: Results;

  beforeAll(async () => {
    const behind = await startOrigin(origin);
    mkdirSync(inFolder("logs"));
    // Squid opens its logs as its own user.
    chmodSync(inFolder("logs"), 0o777);
    writeFileSync(inFolder("squid.conf"), configuration);
    const server = await Server.start({
      command: PROGRAM,
      args: ["-N", "-n", `culprit${main}`, "-f", inFolder("squid.conf")],
      folder: folder.path,
      ports: [main, proxy],
    });
    try {
      const told = await play(cases, (item) => (forProxy.includes(item) ? proxy : main), logs);
      await server.stop();
      results = { told, rows: await readLogs(logs) };
    } finally {
      await server.stop();
      await behind.stop();
      for (const l of logs) console.log(l.name, readFileSync(l.path, "latin1"));
      console.log(server.said);
    }
  });

  afterAll(() => folder.remove());

  testLogs(logs, cases, factsOfSquid, () => results);
});
