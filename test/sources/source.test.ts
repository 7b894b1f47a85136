import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fakeSsh, isRunning } from "./fake-ssh.js";
import { surroundings } from "./options.js";
import { describeSource, type SourceHarness } from "./source.case.js";
import { whole } from "./streams.js";

async function folderFor(kind: string): Promise<string> {
  return mkdtemp(path.join(tmpdir(), `culprit-${kind}-`));
}

/** Whether this process has a file below the folder open; known on Linux only. */
async function hasOpenFiles(folder: string): Promise<boolean> {
  const descriptors = await readdir("/proc/self/fd").catch(() => []);
  const links = descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ""));
  return (await Promise.all(links)).some((link) => link.startsWith(folder));
}

/** Becomes false, unless something is left behind. */
async function staysTrue(condition: () => Promise<boolean>): Promise<boolean> {
  for (let n = 0; n < 50 && (await condition()); n++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

describeSource({
  name: "a file",
  reopens: true,
  async harness(): Promise<SourceHarness> {
    const folder = await folderFor("file");
    return {
      options: surroundings({ cwd: folder }),
      async store(bytes) {
        await writeFile(path.join(folder, "access.log"), bytes);
        return "access.log";
      },
      missing: () => "acess.log",
      isBusy: () => hasOpenFiles(folder),
      close: () => rm(folder, { recursive: true }),
    };
  },
});

describeSource({
  name: "a named pipe",
  reopens: "what was read from a pipe is gone",
  async harness(): Promise<SourceHarness> {
    const folder = await folderFor("pipe");
    const pipe = path.join(folder, "pipe");
    let writer: ChildProcess | undefined;
    return {
      options: surroundings({ cwd: folder }),
      async store(bytes) {
        spawnSync("mkfifo", [pipe]);
        await writeFile(path.join(folder, "bytes"), bytes);
        writer = spawn("sh", ["-c", 'exec cat "$1" > "$2"', "sh", `${folder}/bytes`, pipe]);
        return "pipe";
      },
      missing: () => "pipes",
      isBusy: () => staysTrue(() => hasOpenFiles(folder)),
      async close() {
        if (writer?.exitCode === null && writer.kill()) await once(writer, "exit");
        await rm(folder, { recursive: true });
      },
    };
  },
});

describeSource({
  name: "standard input",
  reopens: "standard input comes once",
  harness(): Promise<SourceHarness> {
    const options = surroundings();
    let closed = true;
    return Promise.resolve({
      options,
      store(bytes) {
        options.stdin = (async function* () {
          closed = false;
          try {
            yield* whole(bytes);
          } finally {
            closed = true;
          }
        })();
        return Promise.resolve("-");
      },
      missing: () => undefined,
      isBusy: () => Promise.resolve(!closed),
      close: () => Promise.resolve(),
    });
  },
});

describeSource({
  name: "ssh",
  reopens: true,
  async harness(): Promise<SourceHarness> {
    const folder = await folderFor("ssh");
    const ssh = await fakeSsh(folder);
    return {
      options: surroundings({ cwd: folder, ssh: ssh.program }),
      async store(bytes) {
        await writeFile(path.join(ssh.home, "access.log"), bytes);
        return `ssh://web1${ssh.home}/access.log`;
      },
      missing: () => `ssh://web1${ssh.home}/missing.log`,
      isBusy: async () => isRunning(await ssh.pid()),
      close: () => rm(folder, { recursive: true }),
    };
  },
});
