const MISSING = "–";

const formats = new Map<string, Intl.NumberFormat>();

/** Intl, with digits always grouped; a locale that Intl does not know, such as `C`, becomes English. */
function format(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const all = { useGrouping: "always", ...options } as const;
  let made: Intl.NumberFormat;
  try {
    made = new Intl.NumberFormat(locale, all);
  } catch {
    made = new Intl.NumberFormat("en", all);
  }
  formats.set(key, made);
  return made;
}

/**
 * The locale that people's numbers are written in, from LC_ALL, LC_NUMERIC or LANG, as a BCP 47 tag.
 *
 * `{ LANG: "de_DE.UTF-8" }` → `de-DE`, `{ LANG: "C.UTF-8" }` → `en`
 */
export function localeOf(env: Readonly<Record<string, string | undefined>>): string {
  const set = [env["LC_ALL"], env["LC_NUMERIC"], env["LANG"]].find(
    (value) => value !== undefined && value !== "",
  );
  const tag = (set ?? "").replace(/[.@].*$/, "").replaceAll("_", "-");
  if (tag === "" || tag === "C" || tag === "POSIX") return "en";
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag)[0] ?? "en";
  } catch {
    return "en";
  }
}

/** A count, digits grouped: `1234567` → `1,234,567`. Fractions are rounded. */
export function integer(n: number | bigint, locale = "en"): string {
  if (typeof n === "number" && !Number.isFinite(n)) return nonFinite(n);
  return format(locale, { maximumFractionDigits: 0 }).format(typeof n === "number" ? n + 0 : n);
}

function nonFinite(n: number): string {
  if (Number.isNaN(n)) return MISSING;
  return n > 0 ? "∞" : "-∞";
}

/** Three significant digits at most: `41.23` → `41.2`, `1.2` → `1.2`. */
const three = (n: number, locale: string): string =>
  format(locale, { maximumSignificantDigits: 3 }).format(n);

/** How sizes are written: 1,024 bytes are `1 KiB`, `1.02 kB` or `1,024 B`. */
export type BytesStyle = "iec" | "si" | "raw";

const UNITS = {
  iec: { step: 1024, names: ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"] },
  si: { step: 1000, names: ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"] },
} as const;

/**
 * A size for people, from bytes; at most three significant digits from the first unit on.
 *
 * `bytes(1288490189, { style: "iec" })` → `1.2 GiB`, `bytes(1023, { style: "iec" })` → `1,023 B`
 */
export function bytes(
  n: number | bigint,
  { style = "iec", locale = "en" }: { style?: BytesStyle; locale?: string } = {},
): string {
  const value = Number(n);
  if (!Number.isFinite(value)) return nonFinite(value);
  const whole = style === "raw" ? Infinity : UNITS[style].step;
  if (style === "raw" || Math.round(Math.abs(value)) < whole) return `${integer(n, locale)} B`;
  const { step, names } = UNITS[style];
  let scaled = value / step;
  let unit = 0;
  // 1,000 and more of a unit would be a fourth digit: 1,023 KiB is 0.999 MiB.
  while (Math.abs(Number(scaled.toPrecision(3))) >= 1000 && unit < names.length - 1) {
    scaled /= step;
    unit += 1;
  }
  return `${three(scaled, locale)} ${names[unit] ?? ""}`;
}

/**
 * A share of 1 as a percentage. What is not all never reads as 100%, what is not nothing never as 0%.
 *
 * `0.852` → `85.2%`, `0.0002` → `0.02%`, `0.99999` → `>99.9%`, `0.000001` → `<0.01%`
 */
export function percent(share: number, locale = "en"): string {
  if (!Number.isFinite(share)) return nonFinite(share);
  const x = Math.abs(share) * 100;
  const sign = share < 0 ? "-" : "";
  const shown = (value: number, digits: number): string =>
    `${format(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)}%`;
  if (x === 0) return "0%";
  if (x < 0.005) return `${sign}<${shown(0.01, 2)}`;
  if (x < 0.995) return `${sign}${shown(x, 2)}`;
  if (x < 100 && x >= 99.95) return `${sign}>${shown(99.9, 1)}`;
  return x === 100 ? `${sign}100%` : `${sign}${shown(x, 1)}`;
}

/**
 * How many times as much. An infinite factor, one over nothing, is `new`.
 * `cap` is for factors over a small or smoothed baseline, whose size says little: `>×999`.
 *
 * `3.42` → `×3.4`, `1200.4` → `×1,200`, `0.43` → `×0.43`
 */
export function times(
  factor: number,
  { cap = Infinity, locale = "en", ascii = false }: TimesOptions = {},
): string {
  const sign = ascii ? "x" : "×";
  if (Number.isNaN(factor) || factor < 0) return ascii ? "-" : MISSING;
  if (factor === Infinity) return "new";
  if (factor > cap) return `>${sign}${integer(cap, locale)}`;
  if (factor === 0) return `${sign}0`;
  if (factor < 0.01) return `<${sign}${three(0.01, locale)}`;
  if (factor < 0.995) {
    return `${sign}${format(locale, { maximumSignificantDigits: 2 }).format(factor)}`;
  }
  if (factor >= 9.95) return `${sign}${integer(factor, locale)}`;
  return `${sign}${format(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(factor)}`;
}

export interface TimesOptions {
  cap?: number;
  locale?: string;
  ascii?: boolean;
}

const SPANS = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
  { name: "s", ms: 1000 },
] as const;

/**
 * A length of time, from milliseconds, in its two largest units.
 *
 * `320` → `320 ms`, `1234` → `1.23 s`, `5400000` → `1 h 30 min`, `86400000` → `1 d`
 */
export function duration(ms: number | bigint, locale = "en"): string {
  const value = Number(ms);
  if (!Number.isFinite(value)) return nonFinite(value);
  const length = Math.abs(value);
  const sign = value < 0 ? "-" : "";
  if (Number(length.toPrecision(3)) < 1000) return `${sign}${three(length, locale)} ms`;
  if (Number((length / 1000).toPrecision(3)) < 60)
    return `${sign}${three(length / 1000, locale)} s`;
  const largest = SPANS.findIndex((span, at) => {
    const smaller = SPANS[at + 1];
    return smaller === undefined || Math.round(length / smaller.ms) * smaller.ms >= span.ms;
  });
  const big = SPANS[largest] ?? SPANS[0];
  const small = SPANS[largest + 1] ?? SPANS[SPANS.length - 1] ?? SPANS[0];
  const rounded = Math.round(length / small.ms) * small.ms;
  const first = Math.floor(rounded / big.ms);
  const rest = Math.round((rounded - first * big.ms) / small.ms);
  const tail = rest === 0 ? "" : ` ${String(rest)} ${small.name}`;
  return `${sign}${integer(first, locale)} ${big.name}${tail}`;
}
