import { open } from "node:fs/promises";

const CHUNK = 2 ** 20;

/** Whether a line that begins with `text` stands anywhere after the file's first few lines of headers. */
export async function holdsLater(file: string, text: string): Promise<boolean> {
  const wanted = Buffer.from(`\n${text}`);
  const buffer = Buffer.alloc(CHUNK + wanted.length);
  const handle = await open(file);
  try {
    let kept = 0;
    for (let first = true; ; first = false) {
      const { bytesRead } = await handle.read(buffer, kept, CHUNK, null);
      if (bytesRead === 0) return false;
      const filled = buffer.subarray(0, kept + bytesRead);
      const from = first ? afterHeaders(filled) : 0;
      if (filled.indexOf(wanted, from) >= 0) return true;
      kept = Math.min(wanted.length - 1, filled.length);
      filled.copy(buffer, 0, filled.length - kept);
    }
  } finally {
    await handle.close();
  }
}

/** Where the first line that is no header begins. */
function afterHeaders(text: Buffer): number {
  let at = text.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  while (text[at] === 0x23) {
    const end = text.indexOf(10, at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

/** A run of whole lines, cut before each line that begins with `text`. */
export function* cutBefore(lines: Buffer, text: string): Generator<Buffer> {
  const wanted = Buffer.from(`\n${text}`);
  let start = 0;
  for (let at = lines.indexOf(wanted); at >= 0; at = lines.indexOf(wanted, at + 1)) {
    yield lines.subarray(start, at + 1);
    start = at + 1;
  }
  yield lines.subarray(start);
}
