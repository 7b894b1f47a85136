/** Java's date letters as strftime conversions, by letter and, where it matters, their number. */
const conversions: Record<string, string | ((count: number) => string)> = {
  y: (count) => (count === 2 ? "%y" : "%Y"),
  u: "%Y",
  M: (count) => (count > 3 ? "%B" : count === 3 ? "%b" : "%m"),
  L: (count) => (count > 3 ? "%B" : count === 3 ? "%b" : "%m"),
  d: "%d",
  D: "%j",
  E: (count) => (count > 3 ? "%A" : "%a"),
  H: "%H",
  h: "%I",
  a: "%p",
  m: "%M",
  s: "%S",
  S: (count) => (count > 3 ? "%f" : "%L"),
  z: "%Z",
  Z: "%z",
  X: "%z",
};

/**
 * A Java SimpleDateFormat as a strftime format: `dd/MMM/yyyy:HH:mm:ss Z` → `%d/%b/%Y:%H:%M:%S %z`.
 * Undefined when a letter has no counterpart.
 * https://docs.oracle.com/javase/8/docs/api/java/text/SimpleDateFormat.html
 */
export function strftimeOf(pattern: string): string | undefined {
  let format = "";
  for (const [part, quoted] of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[\s\S]/g)) {
    if (quoted !== undefined) {
      format += quoted === "" ? "'" : quoted.replaceAll("''", "'").replaceAll("%", "%%");
    } else if (/^[A-Za-z]/.test(part)) {
      const conversion = conversions[part[0] as string];
      if (conversion === undefined) return undefined;
      format += typeof conversion === "string" ? conversion : conversion(part.length);
    } else {
      format += part === "%" ? "%%" : part;
    }
  }
  return format;
}
