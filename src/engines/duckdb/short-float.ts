/**
 * The number that a person would write for a 32-bit float, which JavaScript shows with the digits
 * that widening it to 64 bits has added.
 *
 * `shortFloat(0.08200000226497650)` → `0.082`
 */
export function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
