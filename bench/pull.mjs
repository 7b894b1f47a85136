import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure } from "./measure.mjs";
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

/**
 * Runs culprit as a whole process: what it said, and what the kernel counted.
 * @param {string} folder
 * @param {readonly string[]} args
 */
function culprit(folder, args) {
  const env = { ...process.env, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
  const program = path.join(import.meta.dirname, "..", "dist", "bin.js");
  const { usage, stdout } = measure(`node ${program} ${args.join(" ")}`, { cwd: folder, env });
  return { ...usage, said: JSON.parse(stdout) };
}

/** @param {import("./measure.mjs").Usage} usage */
const timesOf = ({ wall, user, sys }) =>
  `${wall.toFixed(1)} s, ${(user + sys).toFixed(1)} s of CPU`;

async function main() {
  const { values } = parseArgs({
    options: {
      objects: { type: "string", default: "20000" },
      lines: { type: "string", default: "100" },
      jobs: { type: "string", default: "16" },
    },
  });
  const load = loadavg()[0]?.toFixed(1);
  const server = fork(fileURLToPath(import.meta.url), ["--serve", values.objects, values.lines]);
  const folder = await mkdtemp(path.join(tmpdir(), "culprit-bench-pull-"));
  try {
    const [{ port, bytes }] = await once(server, "message");
    const place = `s3://logs/site/ --endpoint http://127.0.0.1:${port} --store store --json`;
    const first = culprit(folder, ["pull", place, "--jobs", values.jobs]);
    const plan = culprit(folder, ["pull", place, "--dry-run"]);
    const second = culprit(folder, ["pull", place]);
    const { objects, lines, parsed } = first.said;
    const perMinute = Math.round((objects * 60) / first.wall);
    const figures = [
      ["objects", `${objects} of ${values.lines} lines, ${Math.round(bytes / 1e6)} MB`],
      ["lines", `${lines}, ${parsed} of them parsed`],
      ["first pull", `${timesOf(first)}, ${perMinute} objects/min (goal 5000)`],
      ["peak memory", `${Math.round(first.peak / 2 ** 20)} MiB (goal below 500 MB)`],
      ["second pull", `${timesOf(second)}, ${second.said.objects} objects read`],
      ["its requests", `${plan.said.requests.list} LIST, ${plan.said.requests.get} GET`],
    ];
    console.log(`load average at the start: ${load}`);
    for (const [what = "", figure] of figures) console.log(`${what.padEnd(14)} ${figure}`);
  } finally {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

await (process.argv[2] === "--serve" ? serve() : main());
