// Two million lines of Squid to two million of Apache, of one day, on this machine.
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { measure } from "./measure.mjs";
import { Random, Zipf } from "./random.mjs";

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "2000000" },
    // The part of all requests that goes to one URL.
    hot: { type: "string", default: "0.02" },
    keep: { type: "string" },
  },
});
const lines = Number(values.lines);
const hot = Number(values.hot);
const folder = values.keep ?? mkdtempSync(path.join(tmpdir(), "culprit-stitch-"));
const FORMAT = '%h %D %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i"';
const MONTH = "Nov";

/** @param {number} second of 5 November 2026 */
const clf = (second) => {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hour, minute] = [Math.floor(second / 3600), Math.floor(second / 60) % 60];
  return `05/${MONTH}/2026:${two(hour)}:${two(minute)}:${two(Math.floor(second) % 60)} +0000`;
};

async function write() {
  const random = new Random(5);
  const paths = new Zipf(random, 200_000, 0.9);
  const day = Date.UTC(2026, 10, 5) / 1000;
  const front = createWriteStream(path.join(folder, "front.log"));
  const back = createWriteStream(path.join(folder, "back.log"));
  /** @type {{ at: number, text: string }[][]} lines that wait until nothing earlier can come */
  const waiting = [[], []];
  for (let at = 0; at < lines; at++) {
    const start = (86_000 * (at + random.next())) / lines;
    const lag = 0.001 + 0.004 * random.next();
    const took = 0.002 + 0.3 * random.next() ** 4;
    const more = 0.001 + 0.2 * random.next() ** 8;
    const one = random.next();
    const page = paths.next();
    const target =
      one < hot
        ? "/api/poll"
        : one < 0.3
          ? `/search?q=${random.below(1e9)}`
          : `/product/${page}/view`;
    const size = 500 + random.below(20_000);
    const client = `203.0.${random.below(200)}.${1 + random.below(200)}`;
    const ended = start + lag + took + more;
    waiting[0]?.push({
      at: ended,
      text: `${(day + ended).toFixed(3)} ${String(Math.round((ended - start) * 1000)).padStart(6)} ${client} TCP_MISS/200 ${size + 320} GET http://shop.example${target} - FIRSTUP_PARENT/10.0.0.2 text/html\n`,
    });
    waiting[1]?.push({
      at: start + lag + took,
      text: `10.0.0.1 ${Math.round(took * 1e6)} - - [${clf(start + lag + 1.5)}] "GET ${target} HTTP/1.1" 200 ${size} "-" "Mozilla/5.0 (X11; Linux x86_64) ${page % 40}" "JSESSIONID=${client}; user=${page % 1000}"\n`,
    });
    if (at % 20_000 === 0 || at === lines - 1) {
      const until = at === lines - 1 ? Infinity : start - 1;
      for (const [side, stream] of [front, back].entries()) {
        const all = (waiting[side] ?? []).toSorted((a, b) => a.at - b.at);
        const ready = all.filter((line) => line.at < until);
        waiting[side] = all.filter((line) => line.at >= until);
        if (!stream.write(ready.map(({ text }) => text).join(""))) await once(stream, "drain");
      }
    }
  }
  await Promise.all([front, back].map((stream) => once(stream.end(), "finish")));
}

try {
  await write();
  const program = path.resolve("dist/bin.js");
  const { usage, stdout } = measure(
    `node ${program} stitch front.log back.log --memory 1GB --back-log-format '${FORMAT}'`,
    { cwd: folder, env: process.env },
  );
  console.log(stdout.split("\n").slice(0, 6).join("\n"));
  console.log(
    `${lines} lines each, ${100 * hot} % of one URL: ${usage.wall.toFixed(1)} s, CPU ${(usage.user + usage.sys).toFixed(1)} s, peak ${Math.round(usage.peak / 2 ** 20)} MiB`,
  );
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
