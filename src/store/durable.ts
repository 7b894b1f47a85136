import { mkdir, open } from "node:fs/promises";
import path from "node:path";

/** Makes what a file holds, or what a folder lists, survive a power cut. */
export async function sync(fileOrFolder: string): Promise<void> {
  const handle = await open(fileOrFolder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and those above it that are missing, so that they survive a power cut. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const above = path.dirname(first);
  for (let at = path.resolve(folder); at !== above; at = path.dirname(at)) {
    await sync(path.dirname(at));
  }
}

/** Writes a new file that is on the disk when this returns. */
export async function writeDurably(file: string, content: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
