import { chmod, lstat, realpath, rename } from "node:fs/promises";
import path from "node:path";
import { leave, remove } from "./left-behind.js";

/**
 * Writes a file whole or not at all: `write` fills a draft beside it, which takes its place at the end.
 * A device or a named pipe is written as it is.
 */
export async function writeWhole(
  file: string,
  write: (draft: string) => Promise<void>,
): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const before = await lstat(target).catch(() => undefined);
  if (before !== undefined && !before.isFile()) return write(target);
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.draft`);
  leave(draft);
  try {
    await write(draft);
    if (before !== undefined) await chmod(draft, before.mode & 0o7777);
    await rename(draft, target);
  } finally {
    remove(draft);
  }
}
