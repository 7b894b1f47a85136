/**
 * The length of the UTF-8 sequence at a place; 0 when there is none. Strict, as `buffer.isUtf8` is:
 * no overlong forms, no surrogates, nothing above U+10FFFF.
 */
export function sequenceAt(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0xff;
  if (lead < 0x80) return 1;
  const length = sequenceLength(lead);
  if (length === 0) return 0;
  const second = bytes[at + 1] ?? 0;
  if (second < lowestSecond(lead) || second > highestSecond(lead)) return 0;
  for (let next = 2; next < length; next++) {
    if (!isContinuation(bytes[at + next])) return 0;
  }
  return length;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

function lowestSecond(lead: number): number {
  if (lead === 0xe0) return 0xa0;
  if (lead === 0xf0) return 0x90;
  return 0x80;
}

function highestSecond(lead: number): number {
  if (lead === 0xed) return 0x9f;
  if (lead === 0xf4) return 0x8f;
  return 0xbf;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}

/** How many bytes at the end of a piece begin a sequence that needs the next piece: 0 to 3. */
export function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (!isContinuation(byte)) return sequenceLength(byte ?? 0) > back ? back : 0;
  }
  return 0;
}
