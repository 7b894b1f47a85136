import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { examples, lines, matches } from "./console.js";

const runsCulprit = /(^|[|;&]\s*)(\.\/)?culprit(?=\s|$)/g;

/** Runs a documented command in a shell where `culprit` and `./culprit` are the built program. */
function run(command: string) {
  const program = `culprit() { "$NODE" dist/bin.js "$@"; }\n`;
  const { COLUMNS: _, ...env } = process.env;
  const result = spawnSync(
    "sh",
    ["-c", `${program}exec 2>&1\n${command.replace(runsCulprit, "$1culprit")}`],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...env, NODE: process.execPath, LANG: "C.UTF-8", TZ: "UTC", NO_COLOR: "1" },
    },
  );
  return { status: result.status, printed: lines(result.stdout) };
}

for (const file of globSync(["README.md", "docs/**/*.md"]).toSorted()) {
  const documented = examples(readFileSync(file, "utf8")).filter(
    ({ command }) => command.search(runsCulprit) >= 0,
  );
  describe.skipIf(documented.length === 0)(file, () => {
    test.each(documented)("line $line: $command", ({ command, output }) => {
      const expected = lines(output.join("\n"));
      const { status, printed } = run(command);
      if (expected.length === 0) expect(status, printed.join("\n")).toBe(0);
      else if (!matches(expected, printed)) expect(printed.join("\n")).toBe(expected.join("\n"));
    });
  });
}

describe("a console block", () => {
  const markdown = [
    "$ not in a block",
    "```console",
    "$ culprit formats",
    "s3",
    "",
    "...",
    "$ culprit report \\",
    "    access.log",
    "```",
    "```sh",
    "$ another language",
    "```",
  ].join("\n");

  test("holds commands and what they print", () => {
    expect(examples(markdown)).toEqual([
      { line: 3, command: "culprit formats", output: ["s3", "", "..."] },
      { line: 7, command: "culprit report \\\n    access.log", output: [] },
    ]);
  });

  test.each([
    { expected: "a", printed: "a", same: true },
    { expected: "a", printed: "a\nb", same: false },
    { expected: "...", printed: "", same: true },
    { expected: "a\n...", printed: "a", same: true },
    { expected: "a\n...\nd", printed: "a\nb\nc\nd", same: true },
    { expected: "...\nd", printed: "d\nd", same: true },
    { expected: "...\nd", printed: "d\ne", same: false },
  ])("$expected is $printed: $same", ({ expected, printed, same }) => {
    expect(matches(lines(expected), lines(printed))).toBe(same);
  });
});
