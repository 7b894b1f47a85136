import type { Recent } from "../analyses/page/recent.js";
import { stepName } from "../findings/steps.js";
import { areaPath, linePath } from "../web/page/parts/plot.js";
import { timeTicks, valueTicks } from "../web/page/parts/scales.js";
import { terminalText } from "./escape.js";
import { bytes, integer } from "./numbers.js";
import { localTime } from "./times.js";

const WIDTH = 1200;
const HEIGHT = 260;
const LEFT = 84;
const RIGHT = 24;
const TOP = 46;
const BOTTOM = 34;
const FONT = "DejaVu Sans, Liberation Sans, Noto Sans, Helvetica, Arial, sans-serif";

/** Requests and bytes of the last hour and the last day, as one picture in SVG. */
export function chartSvg(recents: readonly Recent[], source: string, zone: string): string {
  const panels = recents.flatMap((recent) =>
    (["requests", "bytes_sent"] as const).map((measure) => ({ recent, measure })),
  );
  const height = Math.max(1, panels.length) * HEIGHT + 40;
  const drawn = panels.map(({ recent, measure }, at) =>
    panel(recent, measure, at * HEIGHT + 40, zone),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="${FONT}" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(LEFT, 28, source, 'font-size="17" font-weight="bold" fill="#1b2430"'),
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function panel(
  { name, series: { step, buckets } }: Recent,
  measure: "requests" | "bytes_sent",
  y: number,
  zone: string,
): string {
  const values = buckets.map((bucket) => bucket[measure]);
  const show = (value: number): string =>
    measure === "bytes_sent" ? bytes(Math.round(value)) : integer(value);
  const most = values.reduce((best, value) => Math.max(best, value), 0);
  const ticks = valueTicks(most, measure === "bytes_sent");
  const top = ticks.at(-1) ?? 1;
  const width = WIDTH - LEFT - RIGHT;
  const height = HEIGHT - TOP - BOTTOM;
  const from = buckets[0]?.from.getTime() ?? 0;
  const until = from + buckets.length * step * 1000;
  const floor = y + TOP + height;
  const total = values.reduce((sum, value) => sum + value, 0);
  const title =
    `${measure === "requests" ? "Requests" : "Bytes"} of the last ${name}, per ${stepName(step)}: ` +
    `${show(total)}, at most ${show(most)}; until ${localTime(new Date(until), zone)} ${zone}`;
  const box = { width, height };
  const place = `transform="translate(${LEFT} ${y + TOP})"`;
  const color = measure === "requests" ? "#0072b2" : "#c04f00";
  const line = 'fill="none" stroke-width="1.5"';
  return [
    text(LEFT, y + 26, title, 'fill="#1b2430"'),
    ...ticks.map((tick) => {
      const at = (floor - (height * tick) / top).toFixed(1);
      return (
        `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="${tick === 0 ? "#8a96a4" : "#e3e7ec"}"/>` +
        text(LEFT - 8, Number(at) + 4, show(tick), 'text-anchor="end" fill="#56616f"')
      );
    }),
    `<path d="${areaPath(values, top, box)}" ${place} fill="${color}" fill-opacity="0.2"/>`,
    `<path d="${linePath(values, top, box)}" ${place} ${line} stroke="${color}"/>`,
    ...timeTicks(from, until, zone, 12).map(({ at, label }) => {
      const x = (LEFT + (width * (at - from)) / (until - from)).toFixed(1);
      return (
        `<path d="M${x} ${floor}v5" stroke="#8a96a4"/>` +
        text(Number(x), floor + 20, label, 'text-anchor="middle" fill="#56616f"')
      );
    }),
  ].join("\n");
}

const text = (x: number, y: number, words: string, more: string): string =>
  `<text x="${x}" y="${y}" ${more}>${escaped(terminalText(words))}</text>`;

const escaped = (words: string): string =>
  words.replaceAll(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
