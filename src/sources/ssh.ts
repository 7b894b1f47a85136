import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Input } from "./input.js";
import type { Found, ResolveOptions, Source } from "./source.js";
import { parseSshAddress, sshArguments, type SshAddress } from "./ssh-address.js";
import { sshFailure, sshMissing, type SshEnd } from "./ssh-problems.js";

/** As much of ssh's own words as can matter; a banner may be longer. */
const STDERR_KEPT = 4096;
/** Time for ssh's last words to arrive after its exit. */
const STDERR_GRACE_MS = 500;
/** Time for ssh to end by itself after it was told to. */
const KILL_AFTER_MS = 2000;

/** A file on another machine, read with `cat` through the system's ssh: its keys, jump hosts, known hosts. */
export const sshSource: Source = {
  shape: "ssh://[user@]host[:port]/path",
  accepts: (text) => /^ssh:\/\//i.test(text),
  find(text, options): Promise<Found[]> {
    // Inside a promise, so that a refused address rejects and never throws.
    return Promise.resolve(text).then((name) => {
      const address = parseSshAddress(name);
      const input: Input = { name, open: () => readRemote(name, address, options) };
      return [{ input, identity: `ssh ${sshArguments(address).join(" ")}` }];
    });
  },
};

type Ssh = ChildProcessByStdio<null, Readable, Readable>;

async function* readRemote(
  name: string,
  address: SshAddress,
  options: ResolveOptions,
): AsyncGenerator<Buffer> {
  const program = options.ssh ?? "ssh";
  const args = [...(options.sshOptions ?? []), ...sshArguments(address)];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const ended = endOf(child);
  try {
    yield* untilBroken(child.stdout);
    const end = await ended;
    if (end.error !== undefined) throw sshMissing(name, program, end.error);
    if (end.status !== 0) throw sshFailure(name, address, end);
  } finally {
    await stop(child, ended);
  }
}

/** What arrives; how it ended is told by the program's status, not by the stream. */
async function* untilBroken(stdout: Readable): AsyncGenerator<Buffer> {
  const chunks = (stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch(() => undefined);
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    stdout.destroy();
  }
}

/**
 * How ssh ended and the last of what it said; never rejects. It waits for the exit and not for the
 * end of stderr, which a connection that is kept open for reuse (ControlPersist) may hold for hours.
 */
async function endOf(child: Ssh): Promise<SshEnd> {
  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    said = (said + text).slice(-STDERR_KEPT);
  });
  const lastWords = new Promise<void>((resolve) => child.stderr.once("close", resolve));
  const end = await new Promise<Omit<SshEnd, "said">>((resolve) => {
    child.on("exit", (status, signal) => resolve({ status, signal }));
    child.on("error", (error) => resolve({ status: null, signal: null, error }));
  });
  await Promise.race([lastWords, delay(STDERR_GRACE_MS, undefined, { ref: false })]);
  child.stderr.destroy();
  return { ...end, said };
}

async function stop(child: Ssh, ended: Promise<SshEnd>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(timer);
}
