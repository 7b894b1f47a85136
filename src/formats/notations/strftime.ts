/** strftime conversions that also parse: DuckDB's conversion and how the text looks. */
const conversions: Record<string, readonly [format: string, pattern: string]> = {
  a: ["%a", "[A-Za-z]+"],
  A: ["%A", "[A-Za-z]+"],
  b: ["%b", "[A-Za-z]+"],
  h: ["%b", "[A-Za-z]+"],
  B: ["%B", "[A-Za-z]+"],
  d: ["%d", "\\d{1,2}"],
  e: ["%d", " ?\\d{1,2}"],
  D: ["%m/%d/%y", "\\d\\d/\\d\\d/\\d\\d"],
  f: ["%f", "\\d{1,6}"],
  F: ["%Y-%m-%d", "\\d{4}-\\d\\d-\\d\\d"],
  H: ["%H", "\\d{1,2}"],
  I: ["%I", "\\d{1,2}"],
  j: ["%j", "\\d{1,3}"],
  L: ["%g", "\\d{1,3}"],
  m: ["%m", "\\d{1,2}"],
  M: ["%M", "\\d{1,2}"],
  p: ["%p", "[APap][Mm]"],
  R: ["%H:%M", "\\d\\d:\\d\\d"],
  S: ["%S", "\\d{1,2}"],
  T: ["%H:%M:%S", "\\d\\d:\\d\\d:\\d\\d"],
  y: ["%y", "\\d\\d"],
  Y: ["%Y", "\\d{4}"],
  X: ["%H:%M:%S", "\\d\\d:\\d\\d:\\d\\d"],
  z: ["%z", "(?:Z|[+-]\\d\\d:?\\d\\d)"],
  Z: ["%Z", "[A-Za-z][A-Za-z0-9_/+-]*"],
  "%": ["%%", "%"],
};

/**
 * A strftime format as DuckDB's strptime format and a regular expression.
 * Undefined when a conversion is unknown or cannot be parsed back (`%:`, `%c`).
 */
export function strptime(format: string): { format: string; pattern: string } | undefined {
  let parsed = "";
  let pattern = "";
  for (const [all, conversion] of format.matchAll(/%(.?)|[^%]/gs)) {
    if (conversion === undefined) {
      parsed += all;
      pattern += all.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      continue;
    }
    const known = conversions[conversion];
    if (known === undefined) return undefined;
    parsed += known[0];
    pattern += known[1];
  }
  return { format: parsed, pattern };
}
