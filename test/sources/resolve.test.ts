import { spawnSync } from "node:child_process";
import { link, mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Exit, Problem } from "../../src/problems/problem.js";
import type { Input } from "../../src/sources/input.js";
import { resolveInputs, type ResolveOptions } from "../../src/sources/resolve.js";
import { surroundings } from "./options.js";
import { collect, temporaryFolder } from "./streams.js";

let folder: string;
let options: ReturnType<typeof surroundings>;
beforeEach(async () => {
  folder = await temporaryFolder();
  options = surroundings({ cwd: folder });
});

async function files(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), `${name}\n`);
  }
}

async function namesOf(...sources: string[]): Promise<string[]> {
  return (await resolveInputs(sources, options)).map((input) => input.name);
}

async function contentOf(input: Input | undefined): Promise<string> {
  if (!input) throw new Error("no input was found");
  return (await collect(input.open())).toString();
}

async function problemOf(sources: string[], given: ResolveOptions = options): Promise<Problem> {
  const error: unknown = await resolveInputs(sources, given).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
}

const ROTATED = ["access.log", "access.log.1", "access.log.2.gz", "access.log.10.gz"];
const IN_TIME = ["access.log.10.gz", "access.log.2.gz", "access.log.1", "access.log"];

describe("files", () => {
  test("have the name given, their absolute path and their size", async () => {
    await files("access.log");
    const [input] = await resolveInputs(["./access.log"], options);
    expect(input).toMatchObject({
      name: "./access.log",
      path: path.join(folder, "access.log"),
      bytes: 11,
    });
    expect(await contentOf(input)).toBe("access.log\n");
  });

  test("a rotated set comes in time order, other files as given", async () => {
    await files(...ROTATED, "z.log", "a.log");
    expect(await namesOf("z.log", ...ROTATED, "a.log")).toEqual(["z.log", ...IN_TIME, "a.log"]);
    expect(options.warnings).toEqual([]);
  });

  test("two routes to one folder are one set", async () => {
    await files("logs/access.log", "logs/access.log.1");
    expect(await namesOf("logs/access.log", "./logs/access.log.1")).toEqual([
      "./logs/access.log.1",
      "logs/access.log",
    ]);
  });

  test("names with special characters are names first", async () => {
    await files("a[1].log", "a1.log", "what?.log");
    expect(await namesOf("a[1].log", "what?.log")).toEqual(["a[1].log", "what?.log"]);
  });
});

describe("the same file", () => {
  test("under two paths, by a symbolic and by a hard link, is read once", async () => {
    await files("logs/access.log");
    await symlink(path.join(folder, "logs/access.log"), path.join(folder, "soft.log"));
    await link(path.join(folder, "logs/access.log"), path.join(folder, "hard.log"));
    const sources = ["logs/access.log", "logs/../logs/access.log", "soft.log", "hard.log"];
    expect(await namesOf(...sources)).toEqual(["logs/access.log"]);
    expect(options.warnings).toEqual([
      "logs/../logs/access.log is the same file as logs/access.log: read once",
      "soft.log is the same file as logs/access.log: read once",
      "hard.log is the same file as logs/access.log: read once",
    ]);
  });

  test("by name, by glob and by folder is read once", async () => {
    await files("logs/access.log", "logs/access.log.1");
    expect(await namesOf("logs/access.log", "logs/*.log", "logs")).toEqual([
      "logs/access.log.1",
      "logs/access.log",
    ]);
    expect(options.warnings).toHaveLength(2);
  });

  test("a copy that is just being compressed is pointed out", async () => {
    await files("access.log.1", "access.log.1.gz");
    expect(await namesOf("access.log.1*")).toHaveLength(2);
    expect(options.warnings).toEqual([
      "access.log.1 and access.log.1.gz are both read: " +
        "if one is a compressed copy of the other, its lines count twice",
    ]);
  });
});

describe("globs", () => {
  beforeEach(() => files(...ROTATED, "other.txt", ".hidden.log", "deep/er/access.log"));

  const globs: [glob: string, names: string[]][] = [
    ["access.log*", IN_TIME],
    ["./access.log*", IN_TIME],
    ["*.log", ["access.log"]],
    ["access.log.{1,2.gz}", ["access.log.2.gz", "access.log.1"]],
    ["access.log.[12]*", ["access.log.10.gz", "access.log.2.gz", "access.log.1"]],
    ["**/access.log", ["access.log", "deep/er/access.log"]],
    ["deep/*/../er/*", ["deep/er/access.log"]],
    [".h*", [".hidden.log"]],
  ];
  test.each(globs)("%s", async (glob, names) => {
    expect(await namesOf(glob)).toEqual(names);
  });

  test("an absolute glob gives absolute names", async () => {
    expect(await namesOf(`${folder}/access.log.1*`)).toEqual([
      path.join(folder, "access.log.10.gz"),
      path.join(folder, "access.log.1"),
    ]);
  });

  test("a glob leads out of the current folder", async () => {
    options = surroundings({ cwd: path.join(folder, "deep") });
    expect(await namesOf("../access.log.1")).toEqual(["../access.log.1"]);
    expect(await namesOf("../*.log")).toEqual(["../access.log"]);
  });

  test("links that lead in a circle end", async () => {
    await symlink(path.join(folder, "deep"), path.join(folder, "deep/er/again"));
    expect(await namesOf("deep/**/*.log")).toContain("deep/er/access.log");
  });

  const empty: [glob: string, why: RegExp][] = [
    ["access.log.9*", /^looked in \/.+, which holds access\.log, access\.log\.1, .* and 1 more$/],
    ["deep/er/*.gz", /^looked in deep\/er, which holds access\.log$/],
    ["nowhere/*.log", /^there is no folder nowhere$/],
    ["other.txt/*.log", /^other\.txt is not a folder$/],
  ];
  test.each(empty)("%s matches nothing", async (glob, why) => {
    const problem = await problemOf([glob]);
    expect(problem).toMatchObject({ code: "glob-empty", where: glob, exit: Exit.input });
    expect(problem.why).toMatch(why);
  });

  test("a glob in an empty folder", async () => {
    await mkdir(path.join(folder, "empty"));
    expect((await problemOf(["empty/*"])).why).toBe("the folder empty is empty");
  });
});

describe("folders", () => {
  test("hold every file below them, in time order, without what is no log", async () => {
    await files(...ROTATED.map((name) => `logs/${name}`), "logs/sub/b.log", "logs/sub/a.log");
    await files("logs/.hidden", "logs/.git/x.log", "logs/a.html", "logs/db.tar.gz", "logs/x.PNG");
    await files("logs/2026-11-01-00-12-34-ABCDEF");
    expect(await namesOf("logs")).toEqual([
      "logs/2026-11-01-00-12-34-ABCDEF",
      ...IN_TIME.map((name) => `logs/${name}`),
      "logs/sub/a.log",
      "logs/sub/b.log",
    ]);
    expect(options.warnings).toEqual([
      "logs: left out logs/a.html, logs/db.tar.gz, logs/x.PNG (by name not a log)",
    ]);
  });

  test("are entered through links, circles once, and pipes in them are left out", async () => {
    await files("logs/a.log", "elsewhere/b.log");
    await symlink(path.join(folder, "elsewhere"), path.join(folder, "logs/linked"));
    await symlink(path.join(folder, "logs"), path.join(folder, "elsewhere/back"));
    spawnSync("mkfifo", [path.join(folder, "logs/pipe")]);
    expect(await namesOf("logs")).toEqual(["logs/a.log", "logs/linked/b.log"]);
    expect(options.warnings).toEqual(["logs: left out logs/pipe (by name not a log)"]);
  });

  test("the current folder", async () => {
    await files("access.log");
    expect(await namesOf(".")).toEqual(["access.log"]);
  });

  test("without a log are a Problem that says what was left out", async () => {
    await mkdir(path.join(folder, "empty"));
    expect(await problemOf(["empty"])).toMatchObject({
      code: "folder-empty",
      where: "empty",
      why: "it has no files",
      exit: Exit.input,
    });
    await files("page/index.html", "page/.secret");
    expect((await problemOf(["page"])).why).toBe(
      "left out: page/index.html (by name not a log); 1 hidden",
    );
  });

  test("many files are found", async () => {
    const names = Array.from({ length: 500 }, (_, n) => `many/${String(n).padStart(4, "0")}-x`);
    await files(...names);
    expect(await namesOf("many")).toEqual(names);
  });
});

describe("what cannot be read", () => {
  beforeEach(() => files("logs/access.log", "logs/access.log.1", "logs/error.log"));

  const missing: [source: string, why: string | undefined, help: string | undefined][] = [
    ["logs/acces.log", undefined, "did you mean logs/access.log?"],
    ["logs/ACCESS.LOG", undefined, "did you mean logs/access.log or logs/access.log.1?"],
    ["logs/access.log.1.gz", undefined, "did you mean logs/access.log.1 or logs/access.log?"],
    ["logs/quite-another-thing", undefined, undefined],
    ["lgos/access.log", "there is no folder lgos", undefined],
    ["log/access.log", "there is no folder log", "did you mean logs?"],
    ["logs/access.log/x", "logs/access.log is a file, not a folder", undefined],
    [`logs/${"x".repeat(300)}`, undefined, undefined],
  ];
  test.each(missing)("%s", async (source, why, help) => {
    const problem = await problemOf([source]);
    expect(problem).toMatchObject({ code: "input-missing", where: source, exit: Exit.input });
    expect(problem.why).toBe(why);
    expect(problem.help).toBe(help);
  });

  test("an absolute path is mended with an absolute one", async () => {
    const problem = await problemOf([path.join(folder, "logs/eror.log")]);
    expect(problem.help).toBe(`did you mean ${path.join(folder, "logs/error.log")}?`);
  });

  test("a link to nothing, also one whose name looks like a glob", async () => {
    await symlink("gone", path.join(folder, "dead"));
    await symlink("gone", path.join(folder, "dead[1]"));
    for (const source of ["dead", "dead[1]"]) {
      expect(await problemOf([source])).toMatchObject({
        code: "input-missing",
        message: "this link points to a file that does not exist",
        where: source,
      });
    }
  });

  test("a link to itself", async () => {
    await symlink("loop", path.join(folder, "loop"));
    expect(await problemOf(["loop"])).toMatchObject({ code: "input-unreadable", where: "loop" });
  });

  test("a device and a socket", async () => {
    expect(await problemOf(["/dev/zero"])).toMatchObject({
      code: "input-special",
      message: "a device is not a log",
    });
    const server = createServer().listen(path.join(folder, "socket"));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    expect(await problemOf(["socket"])).toMatchObject({ message: "a socket is not a log" });
  });

  test("a file, a folder and a file in a folder that may not be read", async () => {
    spawnSync("chmod", ["000", path.join(folder, "logs/error.log")]);
    await files("locked/access.log");
    spawnSync("chmod", ["000", path.join(folder, "locked")]);
    spawnSync("chmod", ["755", folder]);
    onTestFinished(() => void spawnSync("chmod", ["755", path.join(folder, "locked")]));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      for (const [source, where] of [
        ["logs/error.log", "logs/error.log"],
        ["logs", "logs/error.log"],
        ["logs/e*", "logs/error.log"],
        ["locked", "locked"],
        ["locked/access.log", "locked/access.log"],
      ]) {
        expect(await problemOf([source ?? ""])).toMatchObject({
          code: "input-unreadable",
          where,
          why: "permission denied",
          exit: Exit.input,
        });
      }
      expect((await problemOf(["locked/*"])).why).toBe("permission denied");
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test("a file that vanished after it was found", async () => {
    const [input] = await resolveInputs(["logs/access.log"], options);
    spawnSync("rm", [path.join(folder, "logs/access.log")]);
    await expect(contentOf(input)).rejects.toMatchObject({
      code: "input-unreadable",
      where: "logs/access.log",
      why: "it is no longer there",
    });
  });

  const unusable = ["", "a\0b", "http://example.org/access.log", "gopher://x/y"];
  test.each(unusable)("%j is no source", async (source) => {
    expect(await problemOf([source])).toMatchObject({
      code: "source-unknown",
      where: source,
      exit: Exit.usage,
    });
  });
});

describe("standard input", () => {
  test("is - and the names of its device", async () => {
    for (const source of ["-", "/dev/stdin", "/dev/fd/0"]) {
      options = surroundings();
      const [input] = await resolveInputs([source], options);
      expect(input).toMatchObject({ name: "stdin" });
      expect(input).not.toHaveProperty("path");
      expect(await contentOf(input)).toBe("from stdin\n");
      expect(() => input?.open()).toThrow(Problem);
    }
  });

  test("is read once, and keeps its place among files", async () => {
    await files("a.log", "b.log");
    expect(await namesOf("b.log", "-", "a.log", "/dev/stdin")).toEqual(["b.log", "stdin", "a.log"]);
    expect(options.warnings).toEqual(["stdin is given twice: read once"]);
  });

  test("that is a terminal is a Problem that shows how to pipe", async () => {
    const problem = await problemOf(["-"], surroundings({ stdinIsTTY: true }));
    expect(problem).toMatchObject({ code: "stdin-is-terminal", exit: Exit.usage });
    expect(problem.help).toContain("| culprit report -");
  });
});

test("no source is no input", async () => {
  expect(await resolveInputs([], options)).toEqual([]);
});
