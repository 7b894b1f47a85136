import type { Clock } from "../../analyses/stitch/clock.js";
import type { StitchAnswer, Stitched } from "../../analyses/stitch/stitch.js";
import type { Look } from "../look.js";
import { bytes, duration, integer, percent } from "../numbers.js";
import { textTable, type TableCell, type TableColumn } from "../table.js";
import { localTime } from "../times.js";
import { wrap } from "./wrap.js";

/** How two logs fit, and what that says of clients, caches and back doors. */
export function stitchText(
  answer: StitchAnswer,
  stitched: Stitched,
  zone: string,
  notes: readonly string[],
  look: Look,
): string[] {
  const sections: [string, string[]][] = [
    ["WHO MAKES THE BACK WORK", clientLines(answer, look)],
    ["CACHE-BUSTING: EVER NEW QUERIES OF ONE PATH", bustingLines(answer, look)],
    ["LINES OF THE BACK WITHOUT ONE OF THE FRONT", bypassLines(answer, zone, look)],
    ["PASSED ON BY THE FRONT, NOT SEEN BY THE BACK", lostLines(answer, look)],
    ["THE BACK'S CLOCK OVER TIME", driftLines(stitched.clock, zone, look)],
  ];
  return [
    ...sentences(answer, stitched, look).flatMap((text) => wrap(text, look.width)),
    ...sections.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ["", look.style.bold(title), ...lines],
    ),
    "",
    ...notes.flatMap((note) => wrap(note, look.width)),
  ];
}

function sentences({ match, bypass }: StitchAnswer, stitched: Stitched, look: Look): string[] {
  const { outcomes, rate } = match;
  const count = (value: number): string => integer(value, look.locale);
  const found = outcomes.paired + outcomes.ambiguous;
  const first =
    rate === null
      ? "No line of the front was passed on to the back."
      : `${percent(rate, look.locale)} of what the front passed on has its line of the back: ${count(found)} of ${count(found + outcomes.front_only)} lines` +
        (outcomes.ambiguous === 0
          ? "."
          : `, ${count(outcomes.ambiguous)} of them ambiguous: another partner would fit nearly as well.`);
  const alone =
    outcomes.back_only === 0
      ? "Every line of the back has its line of the front."
      : `${count(outcomes.back_only)} lines of the back have no line of the front${directOf(bypass, count)}.`;
  const outside = match.front_not_covered + match.back_not_covered;
  return [
    look.style.bold(first),
    alone,
    `${count(outcomes.cached)} lines of the front were answered without the back.`,
    ...(outside === 0
      ? []
      : [
          `${count(outside)} lines lie outside what the other log covers (${count(match.front_not_covered)} of the front, ${count(match.back_not_covered)} of the back) and are not judged.`,
        ]),
    clockSentence(stitched.clock),
    ...keySentences(stitched),
  ];
}

function directOf(bypass: StitchAnswer["bypass"], count: (value: number) => string): string {
  const direct = bypass.filter(({ is_front }) => !is_front);
  const [most] = direct;
  if (most === undefined) return ", all from addresses that the front has";
  const sum = direct.reduce((total, { requests }) => total + requests, 0);
  return `; ${count(sum)} come from addresses that the front does not have: somebody bypasses it`;
}

function clockSentence({ estimated, offset, slices, tolerance }: Clock): string {
  if (!estimated) {
    return `The lines do not say how the clocks differ: they were taken for equal, within ${duration(tolerance / 1000)}.`;
  }
  const ahead = offset / 1000;
  const within = `pairs within ${duration(tolerance / 1000)}`;
  if (slices.length > 1) {
    const offsets = slices.map((slice) => slice.offset / 1000);
    const [least, most] = [Math.min(...offsets), Math.max(...offsets)].map(signed);
    return `The back's clock moves against the front's, from ${least} to ${most} (${within}).`;
  }
  if (Math.abs(ahead) < 50) return `The clocks agree (${within}).`;
  return `The back's clock is ${signed(ahead)} (${within}).`;
}

const signed = (ahead: number): string =>
  `${duration(Math.abs(ahead))} ${ahead >= 0 ? "ahead" : "behind"}`;

function keySentences({ key, front, back }: Stitched): string[] {
  return [
    ...(key.query
      ? []
      : [
          "The front logs no queries, so only paths were compared; Squid logs them with: strip_query_terms off",
        ]),
    ...(front.hasEnd && front.hasStart && back.hasEnd && back.hasStart
      ? []
      : [
          "Without a duration in both logs, equal requests at the same time cannot be told apart; Apache logs it with %D.",
        ]),
  ];
}

const number = (title: string, priority?: number): TableColumn => ({
  title,
  align: "right",
  ellipsis: "never",
  ...(priority === undefined ? {} : { priority }),
});
const text = (title: string, priority?: number): TableColumn => ({
  title,
  min: 8,
  ellipsis: "middle",
  ...(priority === undefined ? {} : { priority }),
});
const address = (title: string): TableColumn => ({ title, ellipsis: "never" });

const table = (
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  look: Look,
): string[] => (rows.length === 0 ? [] : textTable(columns, rows, look));

const time = (ms: number | null, { locale }: Look): string =>
  ms === null ? "" : duration(ms, locale);

const clientLines = ({ clients }: StitchAnswer, look: Look): string[] =>
  table(
    [
      address("client"),
      number("requests", 4),
      number("behind"),
      number("of its own", 3),
      number("time behind", 6),
      number("bytes behind", 2),
      number("share"),
      text("User-Agent", 1),
    ],
    clients.map((one) => [
      one.client_ip ?? "(none)",
      integer(one.requests, look.locale),
      integer(one.behind, look.locale),
      percent(one.behind_share, look.locale),
      time(one.behind_ms, look),
      one.behind_bytes === null ? "" : bytes(one.behind_bytes, { locale: look.locale }),
      percent(one.cost_share, look.locale),
      one.user_agent,
    ]),
    look,
  );

const bustingLines = ({ busting }: StitchAnswer, look: Look): string[] =>
  table(
    [
      text("path"),
      number("behind"),
      number("new queries"),
      number("time behind", 3),
      number("clients", 2),
      address("most by"),
      number("its share"),
    ],
    busting.map((one) => [
      one.path,
      integer(one.behind, look.locale),
      percent(one.new_share, look.locale),
      time(one.behind_ms, look),
      integer(one.clients, look.locale),
      one.client_ip ?? "(none)",
      percent(one.client_share, look.locale),
    ]),
    look,
  );

const bypassLines = ({ bypass }: StitchAnswer, zone: string, look: Look): string[] =>
  table(
    [
      address("from"),
      { title: "which is", ellipsis: "never" },
      number("requests"),
      number("paths", 2),
      text("such as"),
      address("first seen"),
      text("User-Agent", 1),
    ],
    bypass.map((one) => [
      one.back_ip ?? "(none)",
      one.is_front ? "the front" : "not the front",
      integer(one.requests, look.locale),
      integer(one.paths, look.locale),
      one.path,
      one.first_seen === null ? "" : localTime(one.first_seen, zone),
      one.user_agent,
    ]),
    look,
  );

const lostLines = ({ lost }: StitchAnswer, look: Look): string[] =>
  table(
    [text("cache result"), number("status"), number("requests"), text("such as"), address("by")],
    lost.map((one) => [
      one.cache_result,
      one.status === null ? "none" : String(one.status),
      integer(one.requests, look.locale),
      one.path,
      one.client_ip ?? "(none)",
    ]),
    look,
  );

/** Nothing where the clocks keep step; otherwise up to a dozen moments. */
function driftLines({ slices }: Clock, zone: string, look: Look): string[] {
  if (slices.length < 2) return [];
  const every = Math.ceil(slices.length / 12);
  const shown = slices.filter((_, at) => at % every === 0 || at === slices.length - 1);
  return table(
    [{ title: `from (${zone})`, ellipsis: "never" }, number("ahead by"), number("pairs")],
    shown.map(({ from, offset, pairs }) => [
      localTime(new Date(from / 1000), zone),
      duration(offset / 1000, look.locale),
      integer(pairs, look.locale),
    ]),
    look,
  );
}
