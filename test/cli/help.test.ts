import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/cli/registry.js";
import { culprit, folder } from "./culprit.js";
import { combined, log } from "./logs.js";

const names = Object.keys(commands);

describe("help", () => {
  test.each(names)("%s", async (name) => {
    const { code, out, err } = await culprit(["help", name]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`^Usage: culprit ${name} `));
    expect(out).toMatch(/\nExamples:\n {2}\S/);
    for (const flag of ["--help", "-h"]) expect((await culprit([name, flag])).out).toBe(out);
  });

  test.each([["help"], ["--help"], ["-h"]])("%s lists every command", async (flag) => {
    const { code, out } = await culprit([flag]);
    expect(code).toBe(0);
    for (const name of names) expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
  });

  test("help follows the width of the terminal", async () => {
    const { out } = await culprit(["help", "report"], { terminal: 60 });
    const flags = out.slice(0, out.indexOf("Examples:")).split("\n");
    expect(Math.max(...flags.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  test.each([["--version"], ["-V"], ["version"]])("%s is one line", async (flag) => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await culprit([flag])).toMatchObject({ code: 0, out: `culprit ${version}\n`, err: "" });
  });
});

/** The words of a command line as a shell would pass them. */
function words(command: string): string[] {
  const script = `culprit() { printf '%s\\0' "$@"; }\n${command}`;
  const { stdout, status } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" });
  expect(status).toBe(0);
  return stdout.split("\0").slice(0, -1);
}

/** Commands that only read files that lie here. */
const reading = ["report", "top", "activity", "parse", "sql", "formats"];

describe("every example runs as it is written", async () => {
  beforeAll(() => {
    log("access.log", [{}, { ip: "203.0.113.9", status: 503, target: "/login" }]);
    log("access.log.1.gz", gzipSync(`${combined({ time: "2026-11-04T10:00:00Z" })}\n`));
    log("odd.log", [{}, "?"]);
    copyFileSync(path.join(folder, "access.log"), path.join(folder, "nlb.log.gz"));
  });
  const loaded = await Promise.all(reading.map(async (name) => commands[name]?.()));
  const examples = loaded.flatMap((command) => command?.examples ?? []).map(([text]) => text);

  test.each(examples)("%s", async (text) => {
    const [, command = "", stdin] = /^(?:.*\| )?(culprit [^|]*?)( -)?(?: \| .*)?$/.exec(text) ?? [];
    const argv = words(`${command}${stdin ?? ""}`);
    if (argv.some((word) => word.startsWith("ssh://") || word === "--athena")) return;
    const { code, err } = await culprit(argv, { stdin: `${combined()}\n` });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.not.stringMatching(/bug in culprit/) as string,
    });
  });
});
