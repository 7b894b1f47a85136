import type { Spike, SpikesResult } from "../analyses/spikes/spikes.js";
import { bytes, duration, integer, times } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import { stepName } from "./steps.js";
import type { Wording } from "./verdict.js";

/** A spike in words. */
export interface SpikeTold {
  readonly sentence: string;
  readonly evidence: readonly string[];
  /** Explains it: the same hours before are the baseline. */
  readonly command: string;
  readonly sql: string;
}

/** What all is about, in one line. */
export function spikesHeadline({ spikes, days, seasonal }: SpikesResult, locale: string): string {
  const length = `${integer(days, locale)} day${Math.round(days) === 1 ? "" : "s"}`;
  if (spikes.length > 0) {
    const kinds = new Map<string, number>();
    for (const { kind } of spikes) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    return [...kinds].map(([kind, count]) => `${count} ${plural(kind, count)}`).join(", ");
  }
  return seasonal
    ? `nothing unusual in ${length}`
    : "nothing unusual, but the log is too short to know its usual day: 4 days are the least";
}

const plural = (kind: string, count: number): string => (count === 1 ? kind : `${kind}s`);

/** Why a stretch of hours is out of line with its season. */
export function spikeTold(spike: Spike, covers: Date, wording: Wording): SpikeTold {
  const { locale, ascii, zone } = wording;
  const show = (value: number): string =>
    spike.measure === "bytes_sent" ? bytes(value, { locale }) : integer(value, locale);
  const what = spike.measure === "bytes_sent" ? "" : ` ${spike.measure}`;
  const hour = stepName(spike.step);
  const length = duration(spike.until.getTime() - spike.from.getTime(), locale);
  const peak = localTime(spike.peak_at, zone);
  const factor = times((spike.value + 1) / (spike.expected + 1), { locale, ascii, cap: 999 });
  const end = spike.goes_on ? "and goes on when the log ends" : `for ${length}`;
  return {
    sentence:
      `${spike.kind} ${end} from ${localTime(spike.from, zone)} ${zone}: ` +
      (spike.kind === "silence"
        ? `no request at all, where ${show(spike.expected)} in the ${hour} are usual`
        : `${show(spike.value)}${what} in the ${hour} from ${peak}, ${factor} the usual ${show(spike.expected)}`),
    evidence: evidenceOf(spike, show, wording),
    command: compareCommand(spike, covers, wording),
    sql: `SELECT time_bucket(INTERVAL '${String(spike.step)} seconds', time) AS step, count(*) AS requests FROM requests GROUP BY 1 ORDER BY 1`,
  };
}

function evidenceOf(
  { band, value, z, own, days, compared, kind }: Spike,
  show: (value: number) => string,
  { locale, ascii }: Wording,
): string[] {
  if (compared === "others") {
    return ["compared with the other hours: the log is too short to know its usual day"];
  }
  const lines = [
    `the usual is the median of the same hour on the ${integer(days, locale)} days ${compared}; ` +
      `this is ${Math.abs(z).toFixed(1)} scales away` +
      (own >= 1 ? `, ${times(own, { cap: 2.9, locale, ascii })} the worst hours of its past` : ""),
  ];
  if (band !== null) {
    const range = `${show(band.low)} .. ${show(band.high)}`;
    lines.push(
      `7-day average ${show(band.mean)}, band ${range}: ` +
        `${times((value + 1) / (band.mean + 1), { locale, ascii, cap: 999 })} the 7-day average`,
    );
  }
  if (kind === "silence") lines.push("either nothing was served, or no log was delivered");
  return lines;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** Against the same hours a week before, else a day before or after, else the hours before. */
function compareCommand({ from, until }: Spike, covers: Date, { sources }: Wording): string {
  const length = until.getTime() - from.getTime();
  const room = from.getTime() - covers.getTime();
  const back = [WEEK, DAY].find((span) => span >= length && span <= room);
  const shift = back ?? Math.min(length, Math.max(HOUR, room));
  const before = (time: Date): Date => new Date(time.getTime() - shift);
  const baseline =
    room < HOUR ? [until, new Date(until.getTime() + length)] : [before(from), before(until)];
  return (
    `culprit compare --baseline ${range(baseline)} ` +
    `--incident ${range([from, until])} ${sources}`
  ).trimEnd();
}

const range = (ends: readonly Date[]): string =>
  ends.map((time) => `${time.toISOString().slice(0, 16)}Z`).join("..");
