import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { shown } from "./byte-string.js";
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

/** What a proxy is asked, beside what a server is asked. */
const proxied = (origin: number): Case[] => [
  ...asUsers(`http://127.0.0.1:${origin}/private/`, "Proxy-Authorization"),
];

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);

const logsOf = (name: string): ServerLog[] =>
  Object.entries(FORMATS).map(([format, { format: text, columns }]) => ({
    name: `${name}, ${format}`,
    path: inFolder(`logs/${name}-${format}.log`),
    flags: ["--log-format", text, "--dialect", "squid"],
    sameFlags: format === "squid" ? [["--format", "squid"]] : format === "combined" ? [["--format", "squid-httpd"]] : [],
    columns,
  }));
const serverLogs = logsOf("server");
const proxyLogs = logsOf("proxy");

const configuration = (server: number, proxy: number, origin: number): string => `
http_port 127.0.0.1:${server} accel defaultsite=localhost vhost name=server
http_port 127.0.0.1:${proxy} name=proxy
${hasIpv6() ? `http_port [::1]:${server} accel defaultsite=localhost vhost name=server6` : ""}
cache_peer 127.0.0.1 parent ${origin} 0 no-query originserver name=origin
acl server myportname server server6
acl proxy myportname proxy
cache_peer_access origin allow server
auth_param basic program /usr/lib/squid/basic_fake_auth
auth_param basic utf8 off
acl private urlpath_regex ^/private
acl known proxy_auth REQUIRED
http_access deny proxy private !known
http_access allow all
always_direct allow proxy
never_direct allow server
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
logformat detailed ${FORMATS["detailed"]?.format}
${serverLogs.map(({ path, name }) => `access_log stdio:${path} logformat=${name.split(", ")[1]} server`).join("\n")}
${proxyLogs.map(({ path, name }) => `access_log stdio:${path} logformat=${name.split(", ")[1]} proxy`).join("\n")}
`;

const factsOfSquid = (told: Told, name: string): Facts => ({
  ...factsOf(told),
});

describeServer("Squid", PROGRAM, "squid", () => {
  let results: Results;
  let proxyResults: Results;
  const cases = [...shared];
  const forProxy = proxied(0);

  beforeAll(async () => {
    const origin = await startOrigin();
    const [main = 0, proxy = 0] = await freePorts(2);
    mkdirSync(inFolder("logs"));
    // Squid opens its logs as its own user.
    chmodSync(inFolder("logs"), 0o777);
    writeFileSync(inFolder("squid.conf"), configuration(main, proxy, origin.port));
    const server = await Server.start({
      command: PROGRAM,
      args: ["-N", "-n", `culprit${main}`, "-f", inFolder("squid.conf")],
      folder: folder.path,
      ports: [main, proxy],
    });
    try {
      const told = await play(cases, main, serverLogs);
      const proxyTold = await play(proxied(origin.port), proxy, proxyLogs);
      await server.stop();
      results = { told, rows: await readLogs(serverLogs) };
      proxyResults = { told: proxyTold, rows: await readLogs(proxyLogs) };
    } finally {
      await server.stop();
      await origin.stop();
      for (const l of [...serverLogs, ...proxyLogs]) console.log(l.name, readFileSync(l.path, "latin1"));
      console.log(server.said);
    }
  });

  afterAll(() => folder.remove());

  testLogs(serverLogs, cases, factsOfSquid, () => results);
  testLogs(proxyLogs, forProxy, factsOfSquid, () => proxyResults);
});
