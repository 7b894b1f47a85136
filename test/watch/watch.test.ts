import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { bin } from "../cli/built.js";
import { culprit as runOnce } from "../cli/culprit.js";
import { clfTime, temporaryFolder } from "../store/stores.js";
import { startS3 } from "../s3/server.js";
import type { Followed } from "../../src/watch/intake.js";
import { startReceiver } from "./receiver.js";

/* The real daemon on a log that is being written, rotated, and on itself being killed. */

interface Daemon {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function start(folder: string, args: readonly string[], env: Record<string, string> = {}): Daemon {
  const child = spawn(process.execPath, [bin, "watch", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: folder, ...env },
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, said: () => text };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 90_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`it took too long: ${what}`);
    await sleep(50);
  }
}

async function stop({ child }: Daemon, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, "close");
  child.kill(signal);
  await closed;
  return child.exitCode;
}

/** Lines of the newest file of a log that are in the store, as the daemon has noted it. */
function linesTaken(folder: string, log: string): number | undefined {
  const text = readFileSync(path.join(folder, "lake/alerts/follow.json"), "utf8");
  const { files } = JSON.parse(text) as Followed;
  return files[log]?.at(-1)?.lines;
}

test(
  "every line of a rotated log enters the store once, over two kills; SIGTERM ends it with 0",
  { timeout: 180_000 },
  async () => {
    const folder = temporaryFolder();
    const log = path.join(folder, "access.log");
    writeFileSync(log, "");
    let lines = 0;
    let rotations = 0;
    const write = (): void => {
      const now = clfTime(Math.floor(Date.now() / 1000));
      let text = "";
      for (let at = 0; at < 200; at++) {
        lines += 1;
        text += `192.0.2.${at} - - [${now}] "GET /line/${lines} HTTP/1.1" 200 5 "-" "x"\n`;
      }
      // The writer is stopped inside a line, as it may be.
      appendFileSync(log, text.slice(0, -9));
      appendFileSync(log, text.slice(-9));
      if (lines % 12_000 !== 0) return;
      rotations += 1;
      renameSync(log, `${log}.${rotations}`);
      writeFileSync(log, "");
    };
    const writer = setInterval(write, 50);
    onTestFinished(() => clearInterval(writer));
    const args = ["--follow", "access.log", "--store", "lake"];
    for (const life of [3000, 4100]) {
      const daemon = start(folder, args);
      await until(
        () => existsSync(path.join(folder, "lake/alerts/follow.json")),
        "the first lines",
      );
      await sleep(life);
      await stop(daemon, "SIGKILL");
    }
    const last = start(folder, args);
    await until(() => last.said().includes("watching"), "the daemon begins");
    await sleep(3000);
    clearInterval(writer);
    await until(() => linesTaken(folder, log) === lines - rotations * 12_000, "the last lines");
    expect(await stop(last, "SIGTERM")).toBe(0);
    expect(last.said()).not.toContain("missing");
    expect(rotations).toBeGreaterThan(1);
    const query = "SELECT count(*) AS rows, count(DISTINCT path) AS lines FROM requests";
    const { out } = await runOnce(["sql", query, "--store", "lake", "--csv"], { cwd: folder });
    expect(out).toBe(`rows,lines\n${lines},${lines}\n`);
  },
);

test("a flood is told while it goes on, and its end", { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  const { url, received } = await startReceiver();
  writeFileSync(path.join(folder, "access.log"), "");
  writeFileSync(
    path.join(folder, "culprit.yaml"),
    [
      "store: lake",
      "watch: { follow: access.log }",
      "channels:",
      "  ops: { type: slack }",
      "rules:",
      "  - { name: rate, measure: requests, window: 2s, step: 2s, above: 100, every: 1s }",
      "",
    ].join("\n"),
  );
  const daemon = start(folder, [], { SLACK_WEBHOOK_URL: `${url}/kNrfXzq81` });
  let isFlood = true;
  const writer = setInterval(() => {
    const now = clfTime(Math.floor(Date.now() / 1000));
    const line = `203.0.113.9 - - [${now}] "GET /a HTTP/1.1" 200 5 "-" "x"\n`;
    appendFileSync(path.join(folder, "access.log"), line.repeat(isFlood ? 20 : 1));
  }, 100);
  onTestFinished(() => clearInterval(writer));
  const titles = (): string[] =>
    received.map(({ body }) => (body as { text: string }).text.split("\n")[0] ?? "");
  await until(() => titles().includes("FIRING: rate"), `FIRING, said: ${daemon.said()}`);
  expect(String(received[0]?.body.text)).toContain("most of it: 203.0.113.9 100%");
  isFlood = false;
  clearInterval(writer);
  expect(await stop(daemon, "SIGTERM")).toBe(0);
  expect(daemon.said()).toContain("firing rate for ops: requests:");
  expect(daemon.said()).not.toContain("kNrfXzq81");
});

test("buckets are pulled on schedule", { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  const s3 = await startS3();
  onTestFinished(() => s3.stop());
  await s3.createBucket("logs");
  const line = (at: number): string =>
    `192.0.2.1 - - [${clfTime(1_793_836_800 + at)}] "GET /${at} HTTP/1.1" 200 5 "-" "x"\n`;
  await s3.put("logs", "site/1.log", Array.from({ length: 50 }, (_, at) => line(at)).join(""));
  writeFileSync(
    path.join(folder, "culprit.yaml"),
    `store: lake\nbuckets: [{ url: "s3://logs/site/", endpoint: "${s3.endpoint}" }]\n` +
      "watch: { pull: 2s }\nrules:\n  - { name: a, measure: requests, above: 5 }\n",
  );
  const daemon = start(folder, []);
  const pulled = (): number => daemon.said().split("1 new objects").length - 1;
  await until(() => pulled() === 1, `the first object, said: ${daemon.said()}`);
  await s3.put("logs", "site/2.log", Array.from({ length: 50 }, (_, at) => line(50 + at)).join(""));
  await until(() => pulled() === 2, `the second object, said: ${daemon.said()}`);
  expect(await stop(daemon, "SIGINT")).toBe(0);
  const query = "SELECT count(*) AS rows FROM requests";
  const { out } = await runOnce(["sql", query, "--store", "lake", "--csv"], { cwd: folder });
  expect(out).toBe("rows\n100\n");
});
