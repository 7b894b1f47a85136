import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { bin } from "../cli/built.js";
import { randomOf } from "../generators/site-hours.mjs";
import { clfTime, temporaryFolder } from "../store/stores.js";
import { startReceiver } from "../watch/receiver.js";

/*
 * Kills the real program while it decides and delivers. However far it got, whoever must know is told
 * at least once by the next run, hardly ever twice, and never a third time.
 */

const KILLS = process.env["CI"] === "true" ? 25 : Number(process.env["CULPRIT_KILLS"] ?? 8);
const RULES = ["requests", "bytes_sent"];

interface Prepared {
  readonly run: () => ChildProcess;
  readonly end: (child: ChildProcess) => Promise<number | null>;
}

function prepare(url: string): Prepared {
  const folder = temporaryFolder();
  const begin = Date.parse("2026-11-05T10:00:00Z") / 1000;
  const lines = Array.from(
    { length: 600 },
    (_, at) =>
      `192.0.2.1 - - [${clfTime(begin + at * 13)}] "GET /${at} HTTP/1.1" 200 5000 "-" "x"\n`,
  );
  writeFileSync(path.join(folder, "access.log"), lines.join(""));
  const rules = RULES.map(
    (measure) => `  - { name: ${measure}, measure: ${measure}, above: 50 }\n`,
  );
  writeFileSync(
    path.join(folder, "culprit.yaml"),
    `sources: access.log\nchannels:\n  ops: { type: slack }\nrules:\n${rules.join("")}`,
  );
  return {
    run: () =>
      spawn(process.execPath, [bin, "check", "--at", "last", "--state", "state"], {
        cwd: folder,
        stdio: "ignore",
        env: { ...process.env, TMPDIR: folder, SLACK_WEBHOOK_URL: url },
      }),
    async end(child) {
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
      return child.exitCode;
    },
  };
}

const titles = (received: readonly { body: { text: string } }[]): string[] =>
  received.map(({ body }) => body.text.split("\n")[0] ?? "");

test("killed after the other side has heard, before that is noted: told twice, then never again", async () => {
  const { url, received, reply } = await startReceiver();
  const { run, end } = prepare(url);
  // It hears, and does not answer.
  reply(undefined);
  const child = run();
  while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGKILL");
  await end(child);
  reply({ status: 200, body: "ok" });
  expect(await end(run())).toBe(1);
  expect(titles(received)).toEqual(["FIRING: requests", "FIRING: requests", "FIRING: bytes_sent"]);
  expect(await end(run())).toBe(1);
  expect(received).toHaveLength(3);
});

test(`killed at ${KILLS} random instants`, { timeout: 300_000 }, async () => {
  const random = randomOf(20_261_122);
  let early = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { url, received } = await startReceiver();
    const { run, end } = prepare(url);
    const child = run();
    const timer = setTimeout(() => child.kill("SIGKILL"), 300 + random() * 1700);
    await end(child);
    clearTimeout(timer);
    if (child.signalCode !== null) early += 1;
    expect(await end(run())).toBe(1);
    const counts = RULES.map((rule) => titles(received).filter((one) => one.endsWith(rule)).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    expect(received.length).toBeLessThanOrEqual(RULES.length + 1);
    const told = received.length;
    expect(await end(run())).toBe(1);
    expect(received).toHaveLength(told);
  }
  expect(early).toBeGreaterThan(0);
});
