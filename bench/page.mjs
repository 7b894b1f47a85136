import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { generate } from "./generate.mjs";
import { measure } from "./measure.mjs";

/*
 * Measures the page in Chromium: of a server over a store, the time to the first answer, to its paint,
 * and from the end of a brush to exact panels; of a report, the time to make it, its size, and the time
 * until it is interactive.
 *
 *   node bench/page.mjs [--rows 5000000] [--weeks 2] [--brushes 25] [--keep FOLDER] [--only live|report]
 *
 * The store holds as many weeks of so many rows, the report is of the first week's log: 1 GB.
 * `--keep` makes log and store in a folder that stays, and uses what is there already.
 */

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "5000000" },
    weeks: { type: "string", default: "2" },
    brushes: { type: "string", default: "25" },
    keep: { type: "string" },
    only: { type: "string" },
  },
});
const rows = Number(flags.rows);
const weeks = Number(flags.weeks);
const brushes = Number(flags.brushes);
const folder = flags.keep ?? mkdtempSync(path.join(tmpdir(), "culprit-bench-"));
const at = (/** @type {string} */ name) => path.join(folder, name);
const culprit = path.join(import.meta.dirname, "..", "dist", "bin.js");
const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);
const milliseconds = (/** @type {number} */ n) => `${n.toFixed(0)} ms`;
const seconds = (/** @type {number} */ n) => `${n.toFixed(1)} s`;
/** @type {(list: readonly number[], part?: number) => number} */
const quantile = (list, part = 0.5) =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))] ?? NaN;

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
function makeStore() {
  if (!existsSync(at("access.log"))) {
    say(`writing ${rows} lines`);
    generate(at("access.log"), { lines: rows });
  }
  if (flags.only === "report" || existsSync(at("store"))) return;
  const place = { cwd: folder, env: process.env };
  say("filling the store");
  measure(`node ${culprit} ingest access.log --store store`, place);
  for (let week = 1; week < weeks; week++) {
    generate(at("later.log"), { lines: rows, week });
    measure(`node ${culprit} ingest later.log --store store`, place);
    rmSync(at("later.log"));
  }
  measure(`node ${culprit} store compact --store store`, place);
}

/** A line of the table. */
function line(/** @type {string} */ what, /** @type {string} */ figure) {
  console.log(`| ${what} | ${figure} |`);
}

/** Says when an element was painted: two frames after it is there. */
const PAINTED = `new Promise((resolve) => {
  const look = () => {
    if (document.querySelector(SELECTOR) === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
  };
  look();
})`;

const paintOf = (/** @type {string} */ selector) =>
  PAINTED.replace("SELECTOR", () => JSON.stringify(selector));

async function live() {
  const begin = performance.now();
  const server = spawn(
    process.execPath,
    [culprit, "serve", "--store", "store", "--listen", "127.0.0.1:0"],
    { cwd: folder, stdio: ["ignore", "pipe", "ignore"] },
  );
  try {
    const address = await new Promise((resolve) =>
      server.stdout.once("data", (text) => resolve(String(text).trim())),
    );
    line("serve: from its start until it listens", seconds((performance.now() - begin) / 1000));
    // Playwright's own waiting would break the page's policy.
    const viewport = { width: 1440, height: 900 };
    const page = await browser.newPage({ viewport, bypassCSP: true });
    await page.goto(String(address));
    const painted = Number(await page.evaluate(paintOf(".verdict")));
    line("from its start to the page with its data", seconds((performance.now() - begin) / 1000));
    const answered = Number(
      await page.evaluate(
        `performance.getEntriesByType("resource").findLast(({ name }) => name.includes("/api/page")).responseEnd`,
      ),
    );
    line("from the server's answer to its paint", milliseconds(painted - answered));
    await brush(page, "while analyses run");
    await page.waitForFunction(`document.querySelector(".busy").textContent === ""`, undefined, {
      timeout: 1_200_000,
    });
    line("until the last analysis has answered", seconds((performance.now() - begin) / 1000));
    await brush(page, "at rest");
  } finally {
    server.kill("SIGINT");
  }
}

/** Draws windows with the mouse, anywhere and of any length. */
async function brush(
  /** @type {import("playwright-core").Page} */ page,
  /** @type {string} */ when,
) {
  await page.evaluate("globalThis.brushed = []");
  await page.evaluate(`(() => {
    if (globalThis.isWatched) return;
    globalThis.isWatched = true;
    document.addEventListener("pointerup", () => {
      const begin = performance.now();
      const look = () => {
        const isExact = document.querySelector("#changed header").textContent.includes("; exact, ");
        if (!isExact) requestAnimationFrame(look);
        else requestAnimationFrame(() => brushed.push(performance.now() - begin));
      };
      requestAnimationFrame(look);
    });
  })()`);
  const plot = page.locator("#timeline [data-plot]").first();
  const box = await plot.boundingBox();
  if (box === null) throw new Error("no chart");
  let scanned = 0;
  for (let one = 0; one < brushes; one++) {
    // Golden-ratio steps: everywhere, and the same in each run.
    const from = (one * 0.618) % 0.8;
    const until = from + 0.02 + ((one * 0.382) % 0.18);
    const y = box.y + box.height * 0.6;
    await page.mouse.move(box.x + box.width * from, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * until, y, { steps: 12 });
    await page.mouse.up();
    await page.waitForFunction(`brushed.length === ${one + 1}`, undefined, { timeout: 120_000 });
    const text = await page.innerText("#changed header");
    scanned += Number(/exact, [a-z ]+ ([\d,]+) rows/.exec(text)?.[1]?.replaceAll(",", "") ?? 0);
  }
  const times = /** @type {number[]} */ (await page.evaluate("brushed"));
  line(
    `from the end of a brush to exact panels, ${when}: median of ${times.length}`,
    milliseconds(quantile(times)),
  );
  line(`the same, ${when}: slowest`, milliseconds(Math.max(...times)));
  const mean = Math.round(scanned / brushes).toLocaleString("en");
  line(`rows that such a brush compares, ${when}: mean`, mean);
}

async function report() {
  const html = at("report.html");
  const { usage } = measure(`node ${culprit} report access.log --html report.html`, {
    cwd: folder,
    env: process.env,
  });
  const log = `${(statSync(at("access.log")).size / 1e9).toFixed(2)} GB`;
  line(`report --html of ${log}`, `${seconds(usage.wall)}, CPU ${seconds(usage.user + usage.sys)}`);
  line("peak memory", `${Math.round(usage.peak / 2 ** 20)} MiB`);
  line("its size", `${(statSync(html).size / 2 ** 20).toFixed(2)} MiB`);
  const [painted, ready] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (let run = 0; run < 7; run++) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(pathToFileURL(html).href, { waitUntil: "commit" });
    ready.push(Number(await page.evaluate(paintOf("html.js"))));
    painted.push(
      Number(
        await page.evaluate(
          `performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN`,
        ),
      ),
    );
    await page.close();
  }
  line("opened in Chromium: first paint, median of 7", milliseconds(quantile(painted)));
  line("interactive, median of 7", milliseconds(quantile(ready)));
}

try {
  makeStore();
  console.log(`load before: ${loadavg()[0]?.toFixed(1)}\n`);
  console.log("| what | figure |\n|---|--:|");
  if (flags.only !== "report") await live();
  if (flags.only !== "live") await report();
} finally {
  await browser.close();
  if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
