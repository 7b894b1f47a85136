import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Random } from "./random.mjs";
import { requests } from "./world.mjs";
import { writers } from "./writers.mjs";

/*
 * Measures `culprit pull` on a server that speaks S3's protocol, in a process of its own:
 * objects a minute, the peak of memory, and that a second pull reads nothing.
 *
 *   node bench/pull.mjs [--objects 20000] [--lines 100] [--jobs 16]
 */

const SEED = 20_261_102;

/** @param {number} objects @param {number} lines */
function* bodies(objects, lines) {
  const random = new Random(SEED);
  const write = writers["s3"];
  if (write === undefined) throw new Error("no writer for s3");
  let body = "";
  let held = 0;
  let number = 0;
  for (const request of requests(objects * lines, SEED)) {
    body += `${write(request, random)}\n`;
    held += 1;
    if (held < lines) continue;
    const time = new Date(Date.UTC(2026, 10, 1) + number * 30_000).toISOString();
    const id = number.toString(16).toUpperCase().padStart(16, "0");
    yield [`site/${time.slice(0, 19).replaceAll(/[T:]/g, "-")}-${id}`, body];
    body = "";
    held = 0;
    number += 1;
  }
}

/** Runs the server, fills it, and says where it is. */
async function serve() {
  const { startFauxqs } = await import("fauxqs");
  const server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  server.createBucket("logs");
  const [objects, lines] = process.argv.slice(3).map(Number);
  let bytes = 0;
  const waiting = bodies(objects ?? 0, lines ?? 0);
  const worker = async () => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const [key = "", body = ""] = next.value;
      bytes += body.length;
      const url = `http://127.0.0.1:${server.port}/logs/${key}`;
      const answer = await fetch(url, {
        method: "PUT",
        body: Buffer.from(body, "latin1"),
        headers: { "content-type": "text/plain" },
      });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`PUT ${key}: ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  process.send?.({ port: server.port, bytes });
}

/** @param {readonly string[]} args @returns {Promise<{ seconds: number, peak: number, stdout: string }>} */
async function culprit(args) {
  const began = performance.now();
  const program = path.join("dist", "bin.js");
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
  });
  let peak = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 100);
  let stdout = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  const [code] = await once(child, "close");
  clearInterval(watch);
  if (code !== 0) throw new Error(`culprit ended with ${code}: ${stdout}`);
  return { seconds: (performance.now() - began) / 1000, peak, stdout };
}

async function measure() {
  const { values } = parseArgs({
    options: {
      objects: { type: "string", default: "20000" },
      lines: { type: "string", default: "100" },
      jobs: { type: "string", default: "16" },
    },
  });
  const server = fork(fileURLToPath(import.meta.url), ["--serve", values.objects, values.lines]);
  const folder = await mkdtemp(path.join(tmpdir(), "culprit-bench-pull-"));
  try {
    const [{ port, bytes }] = await once(server, "message");
    const place = ["s3://logs/site/", "--endpoint", `http://127.0.0.1:${port}`, "--store", folder];
    const first = await culprit(["pull", ...place, "--jobs", values.jobs, "--json"]);
    const { objects, lines, parsed } = JSON.parse(first.stdout);
    const second = await culprit(["pull", ...place, "--json"]);
    if (JSON.parse(second.stdout).objects !== 0) throw new Error("the second pull read again");
    const perMinute = Math.round((objects * 60) / first.seconds);
    console.log(
      `objects          ${objects} of ${values.lines} lines, ${Math.round(bytes / 1e6)} MB`,
    );
    console.log(`lines            ${lines} (${parsed} parsed)`);
    console.log(
      `first pull       ${first.seconds.toFixed(1)} s, ${perMinute} objects/min (goal 5000)`,
    );
    console.log(`peak memory      ${Math.round(first.peak)} MB (goal below 500)`);
    console.log(`second pull      ${second.seconds.toFixed(1)} s, nothing read`);
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

await (process.argv[2] === "--serve" ? serve() : measure());
