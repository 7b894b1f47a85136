import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { bin, start, type Ended } from "./built.js";
import { folder } from "./culprit.js";
import { combined, log } from "./logs.js";

const C = ["--format", "combined"];
let small: string;
let large: string;
let odd: string;
let unlike: string;
/** A temporary folder of the program's own for each test. */
const ownFolder = (): string => mkdtempSync(path.join(folder, "tmp-"));

beforeAll(() => {
  small = log(
    "small.log",
    Array.from({ length: 3000 }, (_, at) => ({ target: `/${at}` })),
  );
  const line = `${combined({ agent: "x".repeat(400) })}\n`;
  large = log("large.log", Buffer.from(line.repeat(150_000)));
  const hits = Array.from({ length: 40_000 }, (_, at) => ({
    target: `/${Math.sin(at)}/${Math.cos(at)}`,
  }));
  unlike = log("unlike.log", hits);
  // Bytes that are not text take the slow way.
  odd = log("odd.log", Buffer.concat([Buffer.from([0xff, 10]), readFileSync(unlike)]));
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 2000) throw new Error("it never happened");
    await sleep(10);
  }
}

/** Ended by the signal with the documented code, one line, and nothing left behind. */
function expectInterrupted({ code, err, out }: Ended, tmp: string): void {
  expect({ code, err, out }).toEqual({ code: 130, err: "culprit: interrupted\n", out: "" });
  expect(readdirSync(tmp)).toEqual([]);
}

describe("a signal", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s while a named pipe is slow",
    async (signal) => {
      const tmp = ownFolder();
      const fifo = path.join(tmp, "..", `fifo-${signal}`);
      expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
      const { child, ended } = start(["report", fifo, ...C], { cwd: folder, env: { TMPDIR: tmp } });
      const writer = openSync(fifo, "r+");
      onTestFinished(() => closeSync(writer));
      await until(() => readdirSync(tmp).length > 0);
      writeSync(writer, `${combined()}\n`);
      await sleep(50);
      child.kill(signal);
      expectInterrupted(await ended, tmp);
    },
  );

  test("while standard input says nothing", async () => {
    const tmp = ownFolder();
    const { child, ended } = start(["top", "path", "-", ...C], {
      cwd: folder,
      env: { TMPDIR: tmp },
      stdio: ["pipe", "pipe", "pipe"],
    });
    await until(() => readdirSync(tmp).length > 0);
    await sleep(100);
    child.kill("SIGINT");
    expectInterrupted(await ended, tmp);
  });

  test.each([
    ["the engine reads a large file", () => large, /^part-/],
    ["a large file is cleaned", () => odd, /^lines-/],
  ])("while %s", async (_name, file, sign) => {
    const tmp = ownFolder();
    const { child, ended } = start(["report", file(), ...C], { cwd: folder, env: { TMPDIR: tmp } });
    const files = (): string[] =>
      readdirSync(tmp, { recursive: true }).map((name) => path.basename(String(name)));
    await until(() => files().some((name) => sign.test(name)));
    child.kill("SIGTERM");
    expectInterrupted(await ended, tmp);
  });
});

test("a signal while a query runs", async () => {
  const tmp = ownFolder();
  const query = "SELECT sum(a.range * b.range) FROM range(1000000) AS a, range(1000000) AS b";
  const { child, ended } = start(["sql", query, small, ...C], {
    cwd: folder,
    env: { TMPDIR: tmp },
  });
  const files = (): string[] => readdirSync(tmp, { recursive: true }).map(String);
  await until(() => files().some((name) => name.endsWith(".parquet")));
  await sleep(500);
  child.kill("SIGINT");
  expectInterrupted(await ended, tmp);
});

/** Runs a pipeline in bash; the code of its first command. */
function pipeline(command: string, tmp: string) {
  const script = `culprit() { "$NODE" "$BIN" "$@"; }\n${command}\nexit \${PIPESTATUS[0]}`;
  return spawnSync("bash", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      NODE: process.execPath,
      BIN: bin,
      TMPDIR: tmp,
      LANG: "en_US.UTF-8",
    },
  });
}

describe("a reader that goes away", () => {
  test.each([
    "parse large.log --format combined --columns path,user_agent",
    "parse small.log --format combined --csv",
    "top path small.log --format combined -n 3000 --jsonl",
    "report small.log --format combined",
    "sql 'FROM requests' small.log --format combined --csv",
    "help top",
    "--help",
  ])("%s | head -1", (command) => {
    const tmp = ownFolder();
    const { status, stdout, stderr } = pipeline(`culprit ${command} | head -1`, tmp);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(stderr).not.toMatch(/EPIPE|Error|^\s+at /m);
    expect({ status, left: readdirSync(tmp) }).toEqual({ status: 0, left: [] });
  });

  test("from the beginning", () => {
    const tmp = ownFolder();
    const { status, stderr } = pipeline("culprit parse large.log --format combined | true", tmp);
    expect(stderr).not.toMatch(/EPIPE|Error|^\s+at /m);
    expect({ status, left: readdirSync(tmp) }).toEqual({ status: 0, left: [] });
  });

  test("and one who does not listen to warnings", () => {
    const tmp = ownFolder();
    const { status, stdout } = pipeline("culprit parse small.log --format combined 2>&-", tmp);
    expect(stdout.split("\n")).toHaveLength(3001);
    expect({ status, left: readdirSync(tmp) }).toEqual({ status: 0, left: [] });
  });
});

const tmpfs = mkdtempSync(path.join(tmpdir(), "culprit-full-"));
const mounted =
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=777", "tmpfs", tmpfs]).status === 0;
afterAll(() => {
  if (mounted) spawnSync("umount", [tmpfs]);
  spawnSync("rmdir", [tmpfs]);
});

describe("a full disk", () => {
  const run = async (argv: string[], tmp: string): Promise<Ended> =>
    start([...argv, ...C], { cwd: folder, env: { TMPDIR: tmp } }).ended;
  const expectFull = ({ code, err, out }: Ended, where: string): void => {
    expect(err).toMatch(/^culprit: the disk is full\n/i);
    expect(err).toContain(where);
    expect(err).toMatch(/^ {2}help: {2}\S/m);
    expect(err.match(/^culprit: /gm)).toHaveLength(1);
    expect({ code, out }).toEqual({ code: 3, out: "" });
  };

  test.skipIf(!mounted).each([
    ["a file the engine reads", () => unlike],
    ["a file that is cleaned", () => odd],
  ])("for temporary files, %s (skipped where a tmpfs cannot be mounted)", async (_name, file) => {
    expectFull(await run(["report", file()], tmpfs), "TMPDIR");
    expect(readdirSync(tmpfs)).toEqual([]);
  });

  test.skipIf(!mounted).each(["csv", "jsonl", "json", "parquet"])(
    "for the result as %s (skipped where a tmpfs cannot be mounted)",
    async (kind) => {
      const result = path.join(tmpfs, `out.${kind}`);
      writeFileSync(result, "as it was");
      expectFull(await run(["parse", unlike, "-o", result], ownFolder()), "");
      expect(readdirSync(tmpfs)).toEqual([`out.${kind}`]);
      spawnSync("rm", [result]);
    },
  );

  test.skipIf(process.platform !== "linux")("for standard output", async () => {
    const full = openSync("/dev/full", "w");
    onTestFinished(() => closeSync(full));
    const tmp = ownFolder();
    for (const argv of [["report", small], ["parse", small], ["help"]]) {
      const { ended } = start(argv, {
        cwd: folder,
        env: { TMPDIR: tmp },
        stdio: ["ignore", full, "pipe"],
      });
      const { code, err } = await ended;
      expect(err).toMatch(/^culprit: the disk is full$/m);
      expect({ code, left: readdirSync(tmp) }).toEqual({ code: 3, left: [] });
    }
  });
});

describe("without the right to", () => {
  const nobody = 65534;
  const root = process.getuid?.() === 0;
  const open = (): string => {
    const place = ownFolder();
    for (const one of [folder, place]) chmodSync(one, 0o777);
    return place;
  };
  const run = (argv: string[], tmp: string): Promise<Ended> =>
    start(argv, { cwd: folder, env: { TMPDIR: tmp }, ...(root ? { uid: nobody } : {}) }).ended;

  test("read the log", async () => {
    const tmp = open();
    const secret = log("secret.log", [{}]);
    chmodSync(secret, 0o000);
    const { code, out, err } = await run(["report", secret], tmp);
    expect(err).toMatch(
      /cannot be read\n {2}where: .*secret\.log\n {2}why: {3}permission denied\n {2}help: /,
    );
    expect({ code, out, left: readdirSync(tmp) }).toEqual({ code: 3, out: "", left: [] });
  });

  test("write the result or temporary files", async () => {
    const tmp = open();
    const closed = path.join(tmp, "closed");
    mkdirSync(closed, { mode: 0o555 });
    const { code, err } = await run(["report", small, "-o", path.join(closed, "x.json")], tmp);
    expect(err).toMatch(
      /cannot be written to this place\n {2}where: -o .*x\.json\n {2}why: .*EACCES/,
    );
    expect(code).toBe(2);
    const without = await run(["report", small], closed);
    expect(without.err).toMatch(/no place for temporary files/);
    expect(without.code).toBe(2);
  });
});
