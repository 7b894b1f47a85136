import { access, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { Exit, Problem } from "../../src/problems/problem.js";
import { decompress } from "../../src/sources/decompress.js";
import type { Input } from "../../src/sources/input.js";
import { resolveInputs } from "../../src/sources/resolve.js";
import { fakeSsh, isRunning, type FakeSsh } from "./fake-ssh.js";
import { surroundings } from "./options.js";
import { collect, collectUntilError, temporaryFolder } from "./streams.js";

let folder: string;
let ssh: FakeSsh;
beforeEach(async () => {
  folder = await temporaryFolder();
  ssh = await fakeSsh(folder);
});

async function inputOf(source: string, sshOptions: readonly string[] = []): Promise<Input> {
  const options = surroundings({ cwd: folder, ssh: ssh.program, sshOptions });
  const [input] = await resolveInputs([source], options);
  if (!input) throw new Error("no input");
  return input;
}

async function problemOf(source: string): Promise<{ problem: Problem; text: string }> {
  const { bytes, error } = await collectUntilError((await inputOf(source)).open());
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({ where: source, exit: Exit.input });
  return { problem: error as Problem, text: bytes.toString() };
}

test("ssh gets arguments, never a line of shell", async () => {
  await writeFile(path.join(ssh.home, "a.log"), "a\n");
  const input = await inputOf(`ssh://me@web1:2222${ssh.home}/a.log`, ["-F", "my config"]);
  expect(input).toMatchObject({ name: `ssh://me@web1:2222${ssh.home}/a.log` });
  expect(input).not.toHaveProperty("path");
  expect((await collect(input.open())).toString()).toBe("a\n");
  expect(await ssh.args()).toEqual([
    "-F",
    "my config",
    "-o",
    "BatchMode=yes",
    "-o",
    "ConnectTimeout=10",
    "-p",
    "2222",
    "--",
    "me@web1",
    `cat -- '${ssh.home}/a.log'`,
  ]);
});

describe("a hostile path is a path and nothing else", () => {
  const names = [
    "with space.log",
    "it's.log",
    `"quoted".log`,
    "$(touch x).log",
    "`touch x`.log",
    "'$(touch x)'.log",
    "; touch x",
    "&& touch x #",
    "new\nline; touch x\n",
    "back\\slash\\'",
    "-n",
    "*?[a]{b,c}",
    "~",
    "%41%20",
    "é漢😀",
  ];
  test.each(names)("%j", async (name) => {
    await mkdir(path.join(ssh.home, "logs"));
    await writeFile(path.join(ssh.home, "logs", name), `${name}\n`);
    const input = await inputOf(`ssh://web1${ssh.home}/logs/${name}`);
    expect((await collect(input.open())).toString()).toBe(`${name}\n`);
    for (const place of [folder, ssh.home, path.join(ssh.home, "logs")]) {
      await expect(access(path.join(place, "x"))).rejects.toThrow("ENOENT");
    }
  });
});

test("what is compressed there is decompressed here", async () => {
  await writeFile(path.join(ssh.home, "a.gz"), gzipSync("a\nb\n"));
  const input = await inputOf(`ssh://web1${ssh.home}/a.gz`);
  expect((await collect(decompress(input.open(), input.name))).toString()).toBe("a\nb\n");
});

test("a rotated set on one host comes in time order", async () => {
  const options = surroundings({ ssh: ssh.program });
  const inputs = await resolveInputs(["ssh://web1/a.log", "ssh://web1/a.log.1"], options);
  expect(inputs.map(({ name }) => name)).toEqual(["ssh://web1/a.log.1", "ssh://web1/a.log"]);
});

describe("what goes wrong", () => {
  test("no file there: cat says so", async () => {
    const { problem } = await problemOf("ssh://web1/nowhere/access.log");
    expect(problem.code).toBe("ssh-unreadable");
    expect(problem.why).toMatch(/\/nowhere\/access\.log.*No such file/);
    expect(problem.help).toBeUndefined();
  });

  test("a glob is taken literally, and the Problem says so", async () => {
    const { problem } = await problemOf("ssh://web1/nowhere/access.log*");
    expect(problem.code).toBe("ssh-unreadable");
    expect(problem.help).toMatch(/taken literally/);
  });

  test("no connection: the last words of ssh, made harmless, and how to try", async () => {
    const noise = `for n in 1 2 3 4 5 6 7 8 9; do echo "banner $n" >&2; done; head -c 100000 /dev/zero >&2`;
    const last = String.raw`printf '\033[31mme@web1: Permission denied (publickey).\r\n' >&2; exit 255`;
    ssh = await fakeSsh(folder, `${noise}; ${last}`);
    const { problem } = await problemOf("ssh://me@web1:2222/a.log");
    expect(problem.code).toBe("ssh-failed");
    expect(problem.why).toContain("[31mme@web1: Permission denied (publickey).");
    expect(problem.why?.length).toBeLessThan(5000);
    expect(problem.why).not.toMatch(/\p{Cc}/u);
    expect(problem.help).toContain("ssh -o BatchMode=yes -p 2222 me@web1 true");
  });

  test("a connection that breaks: first what had come", async () => {
    ssh = await fakeSsh(folder, "echo line 1; echo 'client_loop: send disconnect' >&2; exit 255");
    const { problem, text } = await problemOf("ssh://web1/a.log");
    expect(text).toBe("line 1\n");
    expect(problem).toMatchObject({ code: "ssh-failed", why: "client_loop: send disconnect" });
  });

  test("ssh that is killed", async () => {
    ssh = await fakeSsh(folder, "echo line 1; kill -9 $$");
    const { problem } = await problemOf("ssh://web1/a.log");
    expect(problem).toMatchObject({ code: "ssh-failed", why: "ssh was ended by SIGKILL" });
  });

  test("no ssh program", async () => {
    ssh = { ...ssh, program: path.join(folder, "no-ssh") };
    const { problem } = await problemOf("ssh://web1/a.log");
    expect(problem.code).toBe("ssh-missing");
    expect(problem.message).toMatch(/no-ssh was not found/);
    expect(problem.help).toContain("openssh-client");
  });

  test("an ssh program that cannot run", async () => {
    ssh = { ...ssh, program: folder };
    expect((await problemOf("ssh://web1/a.log")).problem.code).toBe("ssh-missing");
  });
});

describe("nothing is left behind", () => {
  const running: [name: string, before: string][] = [
    ["that writes on and on", "exec yes"],
    ["that waits", "echo a; exec sleep 60"],
    ["that does not listen", "trap '' TERM; echo a; exec sleep 60"],
  ];
  test.each(running)("a reader that stops ends an ssh %s", async (_name, before) => {
    ssh = await fakeSsh(folder, before);
    const input = await inputOf("ssh://web1/a.log");
    for await (const chunk of input.open()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(isRunning(await ssh.pid())).toBe(false);
  });

  test("a connection kept open for reuse does not hold the reading up", async () => {
    ssh = await fakeSsh(folder, "sleep 4 >/dev/null </dev/null &");
    await writeFile(path.join(ssh.home, "a.log"), "a\n");
    const started = Date.now();
    const input = await inputOf(`ssh://web1${ssh.home}/a.log`);
    expect((await collect(input.open())).toString()).toBe("a\n");
    expect(Date.now() - started).toBeLessThan(3500);
  });
});
