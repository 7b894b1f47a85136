import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { asUsers, cases as shared, type Case } from "./cases.js";
import { named, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { LogFile } from "./log-file.js";
import { play } from "./play.js";
import { freePorts, hasIpv6, Server, temporaryFolder } from "./server.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";

const PROGRAM = "/usr/sbin/apache2";
const MODULES = ["mpm_event", "authn_core", "authn_anon", "authz_core", "authz_user", "auth_basic", "dir"];

const requestLine = named("method", "request_target", "path", "query", "protocol");
const common = { ...named("client_ip", "user", "time", "status"), ...requestLine };
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
    columns: { ...combined, site: "site", bytes_sent: "bytes_sent_with_head" },
  },
  detailed: {
    format:
      "%a %{remote}p %D %{JSESSIONID}C %I %O %{X-Forwarded-For}i " +
      "%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %{%z}t " +
      '"%r" %>s "%{Cookie}i" "%{Host}i" "%{Accept-Language}i"',
    columns: {
      ...requestLine,
      ...named("client_ip", "client_port", "duration_ms", "bytes_received", "status", "cookie", "host"),
      time: "exact_time",
      bytes_sent: "bytes_sent_with_head",
      "extra.%{JSESSIONID}C": "session",
      "extra.%{X-Forwarded-For}i": "forwarded",
      "extra.%{Accept-Language}i": "language",
    },
  },
} as const;

const cases: readonly Case[] = [...shared, ...asUsers("/private/")];

const unread: Facts = { user_agent: null, referrer: null };

/** Where Apache itself logs something else than what was sent. */
const otherwise: Record<string, Facts> = {
};

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);
const quoted = (format: string): string => `"${format.replace(/["\\]/g, "\\$&")}"`;

const logs: ServerLog[] = Object.entries(FORMATS).map(([name, { format, columns }]) => ({
  name,
  path: inFolder(`${name}.log`),
  flags: ["--log-format", format, "--dialect", "apache"],
  sameFlags: [["--log-format", `${inFolder("httpd.conf")}#${name}`]],
  columns,
}));

const configuration = (main: number, lenient: number): string => `
ServerRoot ${folder.path}
DefaultRuntimeDir ${folder.path}
PidFile ${inFolder("httpd.pid")}
ErrorLog ${inFolder("error.log")}
ServerName localhost
User www-data
Group www-data
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
Listen 127.0.0.1:${main}
Listen 127.0.0.1:${lenient}
${hasIpv6() ? `Listen [::1]:${main}` : ""}
DocumentRoot ${inFolder("www")}
DirectoryIndex index.html
<Location /private>
  AuthType Basic
  AuthName private
  AuthBasicProvider anon
  Anonymous_NoUserID on
  Anonymous_MustGiveEmail off
  Anonymous *
  Require valid-user
</Location>
<VirtualHost *:${main}>
  ServerName default.example
</VirtualHost>
<VirtualHost *:${main}>
  ServerName shop.example
</VirtualHost>
<VirtualHost *:${lenient}>
  ServerName lenient.example
  HttpProtocolOptions Unsafe LenientMethods Allow0.9
</VirtualHost>
${logs.map(({ name, path, flags }) => `LogFormat ${quoted(flags[1] ?? "")} ${name}\nCustomLog ${path} ${name}`).join("\n")}
`;

describeServer("Apache", PROGRAM, "apache2", () => {
  let results: Results;

  beforeAll(async () => {
    const [main = 0, lenient = 0] = await freePorts(2);
    mkdirSync(inFolder("www/private"), { recursive: true });
    writeFileSync(inFolder("www/index.html"), "<p>hello</p>\n".repeat(100));
    writeFileSync(inFolder("www/private/index.html"), "<p>private</p>\n");
    writeFileSync(inFolder("www/big.bin"), Buffer.alloc(30_000_000, "x"));
    writeFileSync(inFolder("httpd.conf"), configuration(main, lenient));
    const server = await Server.start({
      command: PROGRAM,
      args: ["-DFOREGROUND", "-f", inFolder("httpd.conf")],
      folder: folder.path,
      ports: [main, lenient],
    });
    try {
      const told = await play(cases, {
        addresses: {
          main: { host: "127.0.0.1", port: main },
          lenient: { host: "127.0.0.1", port: lenient },
          ipv6: hasIpv6() ? { host: "::1", port: main } : { host: "127.0.0.1", port: main },
        },
        logs: logs.map(({ path }) => new LogFile(path)),
      });
      await server.stop();
      results = { told, rows: await readLogs(logs) };
    } finally {
      await server.stop();
    }
  });

  afterAll(() => folder.remove());

  testLogs(logs, cases, otherwise, () => results);
});
