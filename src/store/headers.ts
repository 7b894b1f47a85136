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
