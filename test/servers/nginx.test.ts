import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { asUsers, cases as shared, get, one, type Case } from "./cases.js";
import { bytesFrom, factsOf, named, type Columns, type Facts } from "./facts.js";
import { describeServer } from "./installed.js";
import { LogFile } from "./log-file.js";
import { BIG, startOrigin } from "./origin.js";
import { play, type Told } from "./play.js";
import { freePorts, hasIpv6, Server, temporaryFolder } from "./server.js";
import { readLogs, testLogs, type Results, type ServerLog } from "./test-logs.js";

const PROGRAM = "/usr/sbin/nginx";

const requestLine = named("method", "request_target", "path", "query", "protocol");
const combined = {
  ...requestLine,
  ...named("client_ip", "user", "time", "status", "bytes_sent", "referrer", "user_agent"),
};

/** The arguments of log_format after its name, and what it tells. */
const FORMATS: Record<string, { format: string; columns: Columns }> = {
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
      ...requestLine,
      ...named("client_ip", "client_port", "status", "bytes_received", "duration_ms", "site", "host", "cookie"),
      ...named("target_ip", "target_port"),
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
    format: `escape=none '$remote_addr\t$remote_user\t$time_iso8601\t$request\t$status\t'
      '$body_bytes_sent\t$http_referer\t$http_user_agent'`,
    columns: combined,
  },
};

const cases: readonly Case[] = [
  ...shared,
  ...asUsers("/index.html"),
  get("another virtual host", "/", { Host: "shop.example:8080", "User-Agent": "x" }),
  get("through a proxy", "/origin/cached?x=1", { "User-Agent": "x" }),
  get("a slow answer", "/origin/slow"),
  get("an answer in chunks", "/origin/chunked"),
  one("nothing at all", { target: "" }, { wire: "", halfClose: true }),
];

const otherwise: Record<string, Facts> = {
  "a download that is given up": {
    bytes_sent: bytesFrom(100_000, BIG),
    bytes_sent_with_head: bytesFrom(100_000, BIG),
  },
  "another virtual host": { site: "shop.example" },
};

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);

const logs: ServerLog[] = [
  {
    name: "combined",
    path: inFolder("combined.log"),
    flags: ["--format", "nginx"],
    sameFlags: [["--log-format", `${inFolder("nginx.conf")}#combined`]],
    columns: combined,
  },
  ...Object.entries(FORMATS).map(([name, { format, columns }]) => ({
    name,
    path: inFolder(`${name}.log`),
    flags: ["--log-format", format, "--dialect", "nginx"],
    sameFlags: [["--log-format", `${inFolder("nginx.conf")}#${name}`]],
    columns,
  })),
];

const configuration = (main: number, origin: number): string => `
daemon off;
user www-data;
worker_processes 1;
pid ${inFolder("nginx.pid")};
error_log ${inFolder("error.log")};
events { worker_connections 64; }
http {
  client_body_temp_path ${inFolder("client_body")};
  proxy_temp_path ${inFolder("proxy")};
  fastcgi_temp_path ${inFolder("fastcgi")};
  uwsgi_temp_path ${inFolder("uwsgi")};
  scgi_temp_path ${inFolder("scgi")};
  root ${inFolder("www")};
${Object.entries(FORMATS)
  .map(([name, { format }]) => `  log_format ${name} ${format};`)
  .join("\n")}
${logs.map(({ name, path }) => `  access_log ${path} ${name};`).join("\n")}
  server {
    listen 127.0.0.1:${main} default_server;
    ${hasIpv6() ? `listen [::1]:${main} default_server;` : ""}
    server_name default.example;
    location /origin/ { proxy_pass http://127.0.0.1:${origin}; proxy_http_version 1.1; }
  }
  server {
    listen 127.0.0.1:${main};
    server_name shop.example;
  }
}
`;

const factsOfNginx = (told: Told, name: string): Facts => ({
  ...factsOf(told),
  bytes_sent: told.response.transferredBytes,
  site: "default.example",
  target_ip: null,
  target_port: null,
  ...otherwise[name],
});

describeServer("nginx", PROGRAM, "nginx", () => {
  let results: Results;

  beforeAll(async () => {
    const origin = await startOrigin();
    const [main = 0] = await freePorts(1);
    mkdirSync(inFolder("www"), { recursive: true });
    writeFileSync(inFolder("www/index.html"), "<p>hello</p>\n".repeat(100));
    writeFileSync(inFolder("www/big.bin"), Buffer.alloc(BIG, "x"));
    writeFileSync(inFolder("nginx.conf"), configuration(main, origin.port));
    const server = await Server.start({
      command: PROGRAM,
      args: ["-p", folder.path, "-c", inFolder("nginx.conf"), "-e", inFolder("error.log")],
      folder: folder.path,
      ports: [main],
      stopSignal: "SIGQUIT",
    });
    try {
      const told = await play(cases, {
        addresses: {
          main: { host: "127.0.0.1", port: main },
          ipv6: hasIpv6() ? { host: "::1", port: main } : { host: "127.0.0.1", port: main },
        },
        logs: logs.map(({ path }) => new LogFile(path)),
        lines: (name) => (name === "nothing at all" ? 0 : undefined),
      });
      await server.stop();
      results = { told, rows: await readLogs(logs) };
    } finally {
      await server.stop();
      await origin.stop();
    }
  });

  afterAll(() => folder.remove());

  testLogs(logs, cases, factsOfNginx, () => results);
});
