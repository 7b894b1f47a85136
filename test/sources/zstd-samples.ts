import { spawnSync } from "node:child_process";

const found = spawnSync("zstd", ["--version"]);

/** Why real zstd files cannot be made here; undefined when they can. */
export const noZstd: string | undefined =
  found.error === undefined ? undefined : "the zstd program is not installed";

/** What the zstd program makes of some text. */
export function zstd(text: Buffer | string, ...args: string[]): Buffer {
  const { stdout, status, stderr } = spawnSync("zstd", ["-q", "-c", ...args], {
    input: text,
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}
