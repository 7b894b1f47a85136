import { bytes, duration, integer, percent, times as factor } from "../outputs/numbers.js";
import type { Unit } from "./rule.js";

/** A value with its unit, for people. Messages are in English, whatever the machine's locale. */
export function shown(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return "unknown";
  if (unit === "bytes") return bytes(value);
  if (unit === "share") return percent(value);
  if (unit === "ms") return duration(value);
  if (unit === "money") return value.toFixed(2);
  if (unit === "seconds") return duration(value * 1000);
  return integer(value);
}

/** How many times as much. */
export const times = (value: number): string => factor(value, { cap: 999 });
