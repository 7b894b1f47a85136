import { duration } from "../outputs/numbers.js";

const NAMES = new Map([
  [60, "minute"],
  [3600, "hour"],
  [86_400, "day"],
  [604_800, "week"],
]);

/** A step of a timeline as a word: `hour`, `6 h`. */
export const stepName = (seconds: number): string => NAMES.get(seconds) ?? duration(seconds * 1000);

/** So many steps: `24 hours`, `40 steps of 6 h`. */
export function stepCount(count: string, seconds: number): string {
  const name = NAMES.get(seconds);
  if (name === undefined) return `${count} steps of ${stepName(seconds)}`;
  return `${count} ${name}${count === "1" ? "" : "s"}`;
}
