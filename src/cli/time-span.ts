const UNITS: readonly (readonly [names: string, ms: number])[] = [
  ["s sec secs second seconds", 1000],
  ["m min mins minute minutes", 60_000],
  ["h hr hrs hour hours", 3_600_000],
  ["d day days", 86_400_000],
  ["w week weeks", 604_800_000],
];

const MS = new Map(UNITS.flatMap(([names, ms]) => names.split(" ").map((name) => [name, ms])));

const MOST_MS = 100 * 366 * 86_400_000;

/** Why a text is not a span, and at which of its characters. */
export interface SpanFault {
  at: number;
  length: number;
  why: string;
}

/**
 * A length of time such as `90m`, `7d`, `1h30m` or `30 min`, in milliseconds; days have 24 hours.
 * Undefined when the text does not look like one at all.
 */
export function parseSpan(text: string): number | SpanFault | undefined {
  if (!/^(?:\d+\s*[A-Za-z]+\s*)+$/.test(text)) return undefined;
  let sum = 0;
  for (const match of text.matchAll(/(\d+)\s*([A-Za-z]+)/g)) {
    const [all, count = "", unit = ""] = match;
    const ms = MS.get(unit);
    if (ms === undefined) {
      return { at: match.index + all.length - unit.length, length: unit.length, why: reason(unit) };
    }
    sum += Number(count) * ms;
  }
  if (sum > MOST_MS) return { at: 0, length: text.length, why: "no log reaches over 100 years" };
  return sum;
}

function reason(unit: string): string {
  if (unit === "M")
    return "M could mean minutes or months: write m for minutes, or 30d for a month";
  if (/^(?:mo|mon|months?|y|yr|years?|Y)$/.test(unit)) {
    return "months and years differ in length: write days or weeks, or a date";
  }
  return "the units are s, m, h, d and w";
}
