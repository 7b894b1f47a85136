import { HEADER, isJson, type Format, type TextFormat } from "./format.js";
import { fieldsOf } from "./layout.js";
import { looksLikeJson, readingOf, type Reading } from "./reading.js";
import { formats as registry } from "./registry.js";
import { unreadable } from "./undetected.js";

export interface Detection {
  readonly reading: Reading;
  /** The second best, where it reads nearly as many lines and reads them otherwise. */
  readonly runnerUp?: Reading;
  /** Why this format was taken: "98 of 100 lines match s3". */
  readonly reason: string;
}

/** Lines that are read to be sure; fewer decide between formats that do not fit at all. */
const MOST = 250;
const FEW = 25;
/** The least share of the lines that a format must understand. */
const LEAST = 0.05;
/** How much worse, of two, a runner-up may be. */
const CLOSE = 0.1;

/**
 * Tells the format of a log by its first lines: JSON by what the objects hold, W3C and CloudFront
 * by their `#Fields`, all others by the share of lines they understand, where lines with fields that
 * nobody has described count less. Of formats that read the lines alike the earlier one is taken,
 * among sisters the one whose name fits best.
 */
export function detectFormat(
  lines: readonly string[],
  name = "the input",
  formats: readonly Format[] = registry,
): Detection {
  const sample = lines.slice(0, MOST);
  const first = sample.find((line) => line.trim() !== "");
  const [fallback] = formats as [Format, ...Format[]];
  if (first === undefined) {
    return { reading: readingOf(fallback, []), reason: "there are no lines to tell a format by" };
  }
  const [best, second] = ranked(candidates(sample, formats), sample);
  if (best === undefined) throw unreadable(sample, name, formats);
  const reading = readingOf(best.format, sample);
  if (reading.fit < LEAST && !isUnderHeader(best.format, sample)) {
    throw unreadable(sample, name, formats);
  }
  const runnerUp = second && isClose(best, second, sample) ? second : undefined;
  const reason = reasonOf(reading, sample);
  if (runnerUp === undefined) return { reading, reason };
  const also = `${percent(runnerUp.fit)} would also match ${runnerUp.format.name}`;
  return { reading, runnerUp, reason: `${reason}; ${also}` };
}

/** The formats that can be meant at all. */
function candidates(sample: readonly string[], formats: readonly Format[]): readonly Format[] {
  if (looksLikeJson(sample)) {
    return formats.filter((format) => isJson(format) || format.asJson !== undefined);
  }
  const claimed = formats.filter((format) => isUnderHeader(format, sample));
  return claimed.length > 0 ? claimed : formats.filter((format) => !isJson(format));
}

/** Whether a header line of this format stands among the lines. */
const isUnderHeader = (format: Format, sample: readonly string[]): boolean =>
  !isJson(format) &&
  format.header !== undefined &&
  sample.some((line) => line.startsWith(HEADER)) &&
  sample.some((line) => format.claims?.test(line) === true);

/** Readings of some of the lines, best first; formats that understand none are left out. */
function ranked(formats: readonly Format[], sample: readonly string[]): Reading[] {
  const few = spread(sample);
  for (const some of few === sample ? [sample] : [few, sample]) {
    const readings = formats
      .map((format) => readingOf(format, some))
      .filter(({ fit, format }) => fit > 0 || isUnderHeader(format, sample));
    if (readings.length > 0) return bestFirst(readings);
  }
  return [];
}

function bestFirst(readings: readonly Reading[]): Reading[] {
  const sorted = readings.toSorted((a, b) => score(b) - score(a));
  const [top] = sorted as [Reading, ...Reading[]];
  const sisters = sorted.filter((other) => score(other) === score(top) && isSister(top, other));
  const best = sisters.reduce((one, other) => (other.own > one.own ? other : one), top);
  return [best, ...sorted.filter((reading) => reading !== best)];
}

const score = ({ fit, guessed }: Reading): number => 4 * fit - guessed;

/** Formats of one family have the same fields in other orders. */
function isSister({ format: one }: Reading, { format: other }: Reading): boolean {
  if (isJson(one) || isJson(other)) return one === other;
  const fields = ({ layouts }: TextFormat): string =>
    [...new Set(layouts.flatMap(fieldsOf).map(({ native }) => native))].toSorted().join(" ");
  return one === other || fields(one) === fields(other);
}

/** The headers and first lines, and others from everywhere in the sample. */
function spread(sample: readonly string[]): readonly string[] {
  if (sample.length <= FEW) return sample;
  const headers = sample.filter((line) => line.startsWith("#")).slice(0, FEW);
  const others = sample.filter((line) => !line.startsWith("#"));
  const step = Math.max(1, Math.floor(others.length / FEW));
  return [...headers, ...others.filter((_, index) => index % step === 0).slice(0, FEW)];
}

function isClose(best: Reading, second: Reading, sample: readonly string[]): boolean {
  if (score(best) - score(second) > CLOSE) return false;
  const [one, other] = [best, second].map((reading) => reading.parser({}).exact);
  if (one === undefined || other === undefined) return false;
  const values = (read: typeof one, line: string): string =>
    JSON.stringify(
      read(line)
        ?.cells.filter((cell) => cell !== null && cell !== "-")
        .toSorted(),
    );
  return spread(sample).some((line) => values(one, line) !== values(other, line));
}

function reasonOf({ format, fit }: Reading, sample: readonly string[]): string {
  const { name } = format;
  if (isUnderHeader(format, sample)) return `the ${HEADER.slice(0, -1)} line is one of ${name}`;
  const known = sample.filter((line) => line.trim() !== "" && !line.startsWith("#")).length;
  return `${Math.round(fit * known)} of ${known} lines match ${name}`;
}

const percent = (share: number): string => `${Math.floor(100 * share)} %`;
