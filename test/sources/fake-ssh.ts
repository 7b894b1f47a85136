import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** What the fake was told. */
export interface FakeSsh {
  /** The program to give as `ssh`. */
  readonly program: string;
  /** The folder that the remote command runs in. */
  readonly home: string;
  /** The arguments of the last call. */
  args(): Promise<string[]>;
  /** The process of the last call. */
  pid(): Promise<number>;
}

/**
 * A program that stands in for ssh: it records its arguments and runs the last of them with `sh`,
 * as the shell on the other machine does. `before` is a line of shell to run first.
 */
export async function fakeSsh(folder: string, before = ""): Promise<FakeSsh> {
  const home = path.join(folder, "home");
  await mkdir(home, { recursive: true });
  const program = path.join(folder, "fake ssh");
  const script = `#!/bin/sh
printf '%s\\0' "$@" > '${folder}/args'
echo $$ > '${folder}/pid'
for command; do :; done
cd '${home}' || exit 99
${before}
exec sh -c "$command"
`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  return {
    program,
    home,
    args: async () => (await readFile(path.join(folder, "args"), "utf8")).split("\0").slice(0, -1),
    pid: async () => Number(await readFile(path.join(folder, "pid"), "utf8")),
  };
}

/** Whether a process is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
