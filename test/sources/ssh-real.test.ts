import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Exit } from "../../src/problems/problem.js";
import { decompress } from "../../src/sources/decompress.js";
import type { Input } from "../../src/sources/input.js";
import { resolveInputs } from "../../src/sources/resolve.js";
import { surroundings } from "./options.js";
import { noSshd, startSshd, type Sshd } from "./sshd.js";
import { collect, collectUntilError } from "./streams.js";

const missing = await noSshd();
const isRequired = process.env["CI"] === "true";
let folder: string;
let sshd: Sshd;

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(path.join(tmpdir(), "culprit-sshd-"));
  await mkdir(path.join(folder, "logs"));
  sshd = await startSshd(folder);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await sshd.stop();
  await rm(folder, { recursive: true });
});
beforeEach((context) => {
  if (missing === undefined) return;
  if (isRequired) throw new Error(missing);
  context.skip(missing);
});

async function inputOf(name: string, config = sshd.clientConfig): Promise<Input> {
  const source = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${folder}/logs/${name}`;
  const [input] = await resolveInputs([source], surroundings({ sshOptions: ["-F", config] }));
  if (!input) throw new Error("no input");
  return input;
}

test("a real ssh delivers a log, and once more", async () => {
  const text = Buffer.from("a line of a log\n".repeat(300_000));
  await writeFile(path.join(folder, "logs/access.log.gz"), gzipSync(text));
  const input = await inputOf("access.log.gz");
  for (let time = 0; time < 2; time++) {
    const bytes = await collect(decompress(input.open(), input.name));
    expect(bytes.equals(text)).toBe(true);
  }
});

const names = ['it\'s a $(touch x) `touch x` "log".log', "; touch x\n.log", "-n", "*", "é\\'"];
test.each(names)("a real remote shell reads %j as a name", async (name) => {
  await writeFile(path.join(folder, "logs", name), `${name}\n`);
  expect((await collect((await inputOf(name)).open())).toString()).toBe(`${name}\n`);
  expect(await readdir(folder)).not.toContain("x");
  expect(await readdir(path.join(folder, "logs"))).not.toContain("x");
});

test("a file that is not there", async () => {
  const input = await inputOf("nowhere.log");
  const { error } = await collectUntilError(input.open());
  expect(error).toMatchObject({ code: "ssh-unreadable", where: input.name, exit: Exit.input });
  expect((error as { why?: string }).why).toMatch(/nowhere\.log.*No such file/);
});

test("a key that the server does not know is refused without a question", async () => {
  const input = await inputOf("access.log", sshd.strangerConfig);
  const { error } = await collectUntilError(input.open());
  expect(error).toMatchObject({ code: "ssh-failed", where: input.name, exit: Exit.input });
  expect((error as { why?: string }).why).toMatch(/Permission denied/);
});

test("a port where nobody listens", async () => {
  const source = `ssh://127.0.0.1:1/access.log`;
  const options = surroundings({ sshOptions: ["-F", sshd.clientConfig] });
  const [input] = await resolveInputs([source], options);
  const { error } = await collectUntilError(input?.open() ?? (await inputOf("")).open());
  expect(error).toMatchObject({ code: "ssh-failed", where: source });
});

test("a reader that stops leaves no ssh behind", async () => {
  await writeFile(path.join(folder, "logs/big.log"), Buffer.alloc(50 << 20, "x\n"));
  for await (const chunk of (await inputOf("big.log")).open()) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  const { stdout } = spawnSync("ps", ["-eo", "args"]);
  const left = stdout.toString().split("\n");
  expect(left.filter((args) => args.startsWith("ssh ") && args.includes(folder))).toEqual([]);
});
