import type { ClientRhythm } from "../../analyses/floods/activity-rhythm.js";
import type { Timeline } from "../../analyses/timeline.js";
import type { Look } from "../look.js";
import { rhythmTold } from "../../findings/floods.js";
import { bytes, duration, integer } from "../numbers.js";
import { textTable } from "../table.js";
import { stepCount } from "../../findings/steps.js";
import { localTime } from "../times.js";
import { wrap } from "./wrap.js";

const BAR = 30;

/** A timeline as a table with a bar a step; steps without requests keep their line. */
export function activityTable(
  { buckets, step }: Timeline,
  zone: string,
  look: Look,
  rhythm?: ClientRhythm,
): string[] {
  const most = buckets.reduce((best, { requests }) => Math.max(best, requests), 0);
  const total = buckets.reduce((sum, { requests }) => sum + requests, 0);
  const quiet = buckets.filter(({ requests }) => requests === 0).length;
  const rows = buckets.map(({ from, requests, bytes_sent, errors }) => [
    localTime(from, zone, step >= 86_400 ? "day" : "minute"),
    integer(requests, look.locale),
    bytes(bytes_sent, { locale: look.locale }),
    errors === 0 ? "" : integer(errors, look.locale),
    (look.ascii ? "#" : "█").repeat(Math.ceil((BAR * requests) / Math.max(1, most))),
  ]);
  return [
    ...textTable(
      [
        { title: `time (${zone})`, ellipsis: "never" },
        { title: "requests", align: "right", ellipsis: "never" },
        { title: "bytes", align: "right", ellipsis: "never", priority: 2 },
        { title: "errors", align: "right", ellipsis: "never", priority: 1 },
        { title: "", max: BAR, priority: 3 },
      ],
      rows,
      { ...look, mention: false },
    ),
    "",
    ...wrap(
      `${integer(total, look.locale)} requests in ${stepCount(integer(buckets.length, look.locale), step)}, ` +
        `${integer(quiet, look.locale)} of them without any; busiest ${integer(most, look.locale)}`,
      look.width,
    ),
    ...(rhythm === undefined ? [] : wrap(periodicity(rhythm, look.locale), look.width)),
  ];
}

/** Whether it calls like a machine. */
function periodicity({ rhythm, hours, is_timer }: ClientRhythm, locale: string): string {
  return is_timer
    ? rhythmTold(rhythm, hours, locale)
    : `no fixed rhythm: half of its ${integer(rhythm.ticks, locale)} gaps are within ` +
        `${duration(rhythm.half_within_s * 1000, locale)} of ${duration(rhythm.period_s * 1000, locale)}`;
}
