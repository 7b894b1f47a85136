// Real Squid in front of real Apache on loopback, and a crowd that asks. Used by tests and by eval/.
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Agent, createServer, request } from "node:http";
import { createServer as listenOn } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SQUID = "/usr/sbin/squid";
export const APACHE = "/usr/sbin/apache2";

/** The back's format, as its owner writes it. */
export const BACK_FORMAT = '%h %D %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i"';

/**
 * @typedef {object} Logs
 * @property {string} folder
 * @property {string} front Squid's own format
 * @property {string} back BACK_FORMAT
 * @property {string[]} frontIds what the client called the request, line by line
 * @property {string[]} backIds
 * @property {() => void} remove
 */

/**
 * Plays requests of many clients through Squid to Apache, and some straight to Apache, and writes both logs without the
 * header by which the truth is known. `skew` is added to Squid's times, in seconds.
 * @param {{ requests: number, seed: number, skew: number, concurrency?: number, rate?: number }} options
 * @returns {Promise<Logs>}
 */
export async function playThrough({ requests, seed, skew, concurrency = 64, rate = 500 }) {
  const folder = mkdtempSync(join(tmpdir(), "culprit-stitch-"));
  chmodSync(folder, 0o777);
  const random = randomOf(seed);
  const [squid = 0, apache = 0, origin = 0] = await freePorts(3);
  const behind = await startOrigin(origin, random);
  writeFileSync(join(folder, "httpd.conf"), httpdConf(folder, apache, origin));
  writeFileSync(join(folder, "squid.conf"), squidConf(folder, squid, apache));
  mkdirSync(join(folder, "logs"));
  chmodSync(join(folder, "logs"), 0o777);
  /** @type {{ stop(): Promise<void> }[]} */
  const servers = [];
  try {
    servers.push(
      await start(APACHE, ["-D", "FOREGROUND", "-f", join(folder, "httpd.conf")], apache),
    );
    servers.push(
      await start(SQUID, ["-N", "-n", `stitch${squid}`, "-f", join(folder, "squid.conf")], squid),
    );
    await crowd({ requests, concurrency, rate, random, squid, apache });
  } finally {
    for (const server of servers.toReversed()) await server.stop();
    behind.close();
    behind.closeAllConnections();
  }
  const front = withoutIds(join(folder, "logs/front.raw"), (line) => {
    const [time, rest] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" "))];
    return `${(Number(time) + skew).toFixed(3)}${rest}`;
  });
  const back = withoutIds(join(folder, "logs/back.raw"), (line) => line);
  writeFileSync(join(folder, "front.log"), front.text);
  writeFileSync(join(folder, "back.log"), back.text);
  return {
    folder,
    front: join(folder, "front.log"),
    back: join(folder, "back.log"),
    frontIds: front.ids,
    backIds: back.ids,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * @param {string} file
 * @param {(line: string) => string} change
 */
function withoutIds(file, change) {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return {
    ids: lines.map((line) => line.slice(line.lastIndexOf(" ") + 1)),
    text: lines.map((line) => `${change(line.slice(0, line.lastIndexOf(" ")))}\n`).join(""),
  };
}

/**
 * What the crowd asks for: pages that are kept for a second (hits and refreshes), pages that are never kept, one page
 * that everybody asks for at once, ever new queries by one client, and one client that knows the back's port.
 * @param {{ requests: number, concurrency: number, rate: number, random: () => number, squid: number, apache: number }} options
 */
async function crowd({ requests, concurrency, rate, random, squid, apache }) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency * 2 });
  let next = 0;
  const one = async () => {
    while (next < requests) {
      // Sooner or later, as people are; with all of them, a steady rate.
      const pause = (-Math.log(1 - random()) * 1000 * concurrency) / rate;
      await new Promise((resolve) => setTimeout(resolve, pause));
      const id = `r${next++}`;
      const client = Math.floor(60 * random() ** 2);
      const kind = random();
      const page = Math.floor(2000 * random() ** 2);
      let target = `/kept/${page}`;
      if (kind < 0.2) target = `/fresh/${page}?size=${Math.floor(3000 * random())}`;
      else if (kind < 0.3) target = "/fresh/hot";
      else if (kind < 0.35) target = `/fresh/search?q=${Math.floor(1e9 * random())}`;
      else if (kind < 0.36) target = `/missing/${page}`;
      const direct = kind >= 0.36 && kind < 0.37;
      const busting = target.startsWith("/fresh/search");
      const address = direct ? "127.0.9.9" : busting ? "127.0.8.8" : `127.0.1.${client + 1}`;
      const session = `S${address.replaceAll(".", "")}`;
      await ask({
        host: "127.0.0.1",
        port: direct ? apache : squid,
        path: target,
        method: random() < 0.03 ? "HEAD" : "GET",
        localAddress: address,
        agent,
        headers: {
          Host: "shop.example",
          "User-Agent": `Agent/${client % 7} (${direct ? "direct" : "crowd"})`,
          Referer: "http://shop.example/",
          Cookie: `JSESSIONID=${session}; user=u${client}; postcode=LU${client % 9} ${client % 5}LY`,
          "X-Id": id,
        },
      });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  agent.destroy();
}

/** @param {import("node:http").RequestOptions} options */
const ask = (options) =>
  new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      response.resume();
      response.once("end", () => resolve(undefined));
    });
    sent.once("error", reject);
    sent.end();
  });

/**
 * What Apache passes requests on to: it decides how long they take and whether they may be kept.
 * @param {number} port
 * @param {() => number} random
 * @returns {Promise<import("node:http").Server>}
 */
function startOrigin(port, random) {
  const server = createServer((asked, response) => {
    const url = new URL(asked.url ?? "/", "http://origin");
    const kept = url.pathname.startsWith("/kept/");
    const tag = `"${url.pathname.length}"`;
    response.setHeader("Cache-Control", kept ? "max-age=3" : "no-store");
    if (kept) response.setHeader("ETag", tag);
    const answer = () => {
      if (url.pathname.startsWith("/missing/")) response.statusCode = 404;
      else if (kept && asked.headers["if-none-match"] === tag) {
        response.statusCode = 304;
        response.end();
        return;
      }
      const size = Number(url.searchParams.get("size") ?? 400 + url.pathname.length * 100);
      response.end(Buffer.alloc(size, "x"));
    };
    const wait = Math.floor(60 * random() ** 3);
    if (wait < 2) answer();
    else setTimeout(answer, wait);
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** @type {(folder: string, port: number, origin: number) => string} */
const httpdConf = (folder, port, origin) => `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/httpd.pid
ErrorLog ${folder}/error.log
ServerName localhost
User www-data
Group www-data
${["mpm_event", "authz_core", "proxy", "proxy_http"].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
Listen 127.0.0.1:${port}
MaxKeepAliveRequests 0
KeepAliveTimeout 60
ProxyPass / http://127.0.0.1:${origin}/
LogFormat "${BACK_FORMAT.replaceAll('"', '\\"')} %{X-Id}i" back
CustomLog ${folder}/logs/back.raw back
`;

/** @type {(folder: string, port: number, apache: number) => string} */
const squidConf = (folder, port, apache) => `
http_port 127.0.0.1:${port} accel defaultsite=shop.example vhost
cache_peer 127.0.0.1 parent ${apache} 0 no-query originserver name=apache
http_access allow all
cache_effective_user proxy
pid_filename ${folder}/squid.pid
cache_log ${folder}/cache.log
coredump_dir ${folder}
cache_mem 64 MB
cache_store_log none
netdb_filename none
pinger_enable off
dns_nameservers 127.0.0.1
shutdown_lifetime 0 seconds
logfile_rotate 0
strip_query_terms off
logformat front %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt %{X-Id}>h
access_log stdio:${folder}/logs/front.raw logformat=front
`;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {number} port where it listens when it is ready
 */
async function start(command, args, port) {
  const child = spawn(command, args, { stdio: "ignore", env: { PATH: process.env["PATH"] } });
  const exited = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    const deadline = setTimeout(kill, 15_000);
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
    clearTimeout(deadline);
    process.off("exit", kill);
  };
  const deadline = Date.now() + 30_000;
  while (!isListening(port)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${command} does not listen on ${port}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { stop };
}

/** Whether a process listens there: to try it would stand in its log. @param {number} port */
function isListening(port) {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .filter((table) => existsSync(table))
    .flatMap((table) => readFileSync(table, "utf8").split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .some(([, address, , state]) => address?.endsWith(local) === true && state === "0A");
}

/** @param {number} count */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = listenOn();
      return new Promise(
        /** @param {(listening: import("node:net").Server) => void} resolve */ (resolve) => {
          server.listen(0, "127.0.0.1", () => resolve(server));
        },
      );
    }),
  );
  const ports = servers.map(
    (server) => /** @type {import("node:net").AddressInfo} */ (server.address()).port,
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** mulberry32: the same numbers for the same seed. @param {number} seed */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The pairs found against the truth: the id that both lines carry.
 * @param {Pick<Logs, "frontIds" | "backIds">} logs
 * @param {Iterable<{ line: number | null, back_line: number | null, stitch: string }>} rows of the joined table
 */
export function score({ frontIds, backIds }, rows) {
  const behind = new Set(backIds);
  const true_pairs = frontIds.filter((id) => behind.has(id)).length;
  let [found, wrong, ambiguous, wrong_certain] = [0, 0, 0, 0];
  for (const { line, back_line, stitch } of rows) {
    if (stitch !== "paired" && stitch !== "ambiguous") continue;
    const isRight = frontIds[Number(line) - 1] === backIds[Number(back_line) - 1];
    if (isRight) found += 1;
    else wrong += 1;
    if (stitch === "ambiguous") ambiguous += 1;
    else if (!isRight) wrong_certain += 1;
  }
  return { true_pairs, found, wrong, ambiguous, wrong_certain };
}
