import { safeJson } from "./escape.js";

/**
 * What a cell or a field of a document can hold. In a column of type `time` a bigint is microseconds
 * since 1970 UTC, and text is an engine's `2013-05-22 10:00:00.123`, in UTC.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | readonly Value[]
  | { readonly [name: string]: Value };

/**
 * An instant as ISO 8601 in UTC, with as many decimals as it needs: none, three or six.
 * A bigint is microseconds since 1970.
 *
 * `isoTime(new Date(0))` → `1970-01-01T00:00:00Z`
 */
export function isoTime(time: Date | bigint): string {
  if (time instanceof Date) {
    return Number.isNaN(time.getTime()) ? "" : time.toISOString().replace(".000Z", "Z");
  }
  const micros = ((time % 1000n) + 1000n) % 1000n;
  const ms = new Date(Number((time - micros) / 1000n));
  if (micros === 0n) return isoTime(ms);
  return ms.toISOString().replace("Z", `${String(micros).padStart(3, "0")}Z`);
}

const ENGINE_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+?)0*)?Z?$/;

/** The value of a `time` column as ISO text; what is not a time stays as it is. */
export function timeValue(value: Value): Value {
  if (typeof value === "bigint" || value instanceof Date) return isoTime(value) || null;
  if (typeof value !== "string") return value;
  const [, day, clock, fraction = ""] = ENGINE_TIME.exec(value) ?? [];
  if (day === undefined || clock === undefined) return value;
  const digits = fraction.replace(/0+$/, "");
  const places = digits.length === 0 ? 0 : Math.ceil(digits.length / 3) * 3;
  return `${day}T${clock}${places === 0 ? "" : `.${digits.padEnd(places, "0")}`}Z`;
}

/**
 * A value as JSON text, safe to print. Never rounded or localised: a bigint that a JavaScript number
 * holds exactly is a number, a larger one a string of digits; times are ISO; what JSON cannot say
 * (NaN, infinities) is null; a field that is undefined is left out.
 */
export function jsonText(value: Value, indent = 0): string {
  // The most frequent case by far, where nothing needs an escape.
  if (typeof value === "string" && /^[ !#-[\]-~]*$/.test(value)) return `"${value}"`;
  return safeJson(JSON.stringify(plain(value), null, indent));
}

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

function plain(value: Value): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== "object") return value;
  if (value instanceof Date) return isoTime(value) || null;
  if (isList(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, plain(field)]),
  );
}

const isList = (value: object): value is readonly Value[] => Array.isArray(value);
