/** Strings as a whole, so that nothing inside them is taken for a number, and numbers. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** As many digits as may be more than a double holds. */
const LONG = /^-?\d{16,}$/;

/**
 * JSON whose whole numbers may have 64 bits: those with 16 digits and more become texts, which the
 * reader of a column turns into what its type says.
 *
 * `exactJson("[9007199254740993, 7]")` → `["9007199254740993", 7]`
 */
export function exactJson(text: string): unknown {
  return JSON.parse(text.replaceAll(TOKENS, (token) => (LONG.test(token) ? `"${token}"` : token)));
}
