import { time } from "../kinds/times.js";
import type { Kind } from "../kinds/kind.js";
import { isLiteral, type Field, type Item } from "../layout.js";
import { strptime } from "./strftime.js";

/** A field that is a part of a time, or all of it, with the strftime format it is written in. */
export interface TimeField extends Field {
  readonly strftime: string;
}

const isTime = (item: Item | undefined): item is TimeField =>
  item !== undefined && !isLiteral(item) && "strftime" in item;

const hasDate = (format: string): boolean => /%[aAbBcdDeFhjmxyY]/.test(format);
const hasClock = (format: string): boolean => /%[HIklrRTXs]/.test(format);

/**
 * A field in this strftime format; undefined when it cannot be read back.
 * `zone` is where a time without one was written: the log's own zone, or UTC.
 */
export function timeField(
  native: string,
  format: string,
  zone: "log" | "utc" = "log",
): TimeField | undefined {
  const kind = timeKind(format, zone);
  return kind && { native, kind, strftime: format };
}

function timeKind(format: string, zone: "log" | "utc"): Kind | undefined {
  const parsed = strptime(format);
  if (parsed === undefined) return undefined;
  const kind = time(parsed.format, parsed.pattern);
  const parsedTime = (c: string): string => `try_strptime(${zoned(c)}, ${quote(parsed.format)})`;
  // strptime reads +0000 but not the Z that ISO 8601 allows for it.
  const zoned = (c: string): string =>
    format.endsWith("%z") ? `regexp_replace(${c}, 'Z$', '+0000')` : c;
  if (hasDate(format) && hasClock(format)) {
    if (/%[zZ]/.test(format) || zone === "utc") {
      return { ...kind, typed: (c) => `CAST(${parsedTime(c)} AS TIMESTAMP)` };
    }
    return kind;
  }
  const part = hasDate(format) ? "_date" : hasClock(format) ? "_time" : undefined;
  if (part === undefined) return { ...kind, columns: {}, valid: () => "true" };
  const shown = part === "_date" ? "'%Y-%m-%d'" : "'%H:%M:%S.%f'";
  return {
    ...kind,
    typed: (c) => `strftime(${parsedTime(c)}, ${shown})`,
    valid: (_c, t) => `${t} IS NOT NULL`,
    columns: { [part]: (t: string) => t },
  };
}

const quote = (format: string): string => `'${format.replaceAll("'", "''")}'`;

/**
 * Parts of one time become one field: `%{%F %T}t.%{msec_frac}t %{%z}t`. Each part alone could not
 * be placed in time.
 */
export function mergeTimes(items: readonly Item[], zone: "log" | "utc" = "log"): Item[] {
  const result: Item[] = [];
  for (const item of items) {
    const before = result.at(-1);
    const between = before !== undefined && isLiteral(before) ? before.literal : "";
    const previous = between === "" ? before : result.at(-2);
    if (isTime(item) && isTime(previous) && completes(previous.strftime, item.strftime)) {
      const format = previous.strftime + between.replaceAll("%", "%%") + item.strftime;
      const merged = timeField(previous.native + between + item.native, format, zone);
      if (merged !== undefined) {
        result.splice(between === "" ? -1 : -2, 2, merged);
        continue;
      }
    }
    result.push(item);
  }
  return result;
}

/** Does the second say what the first leaves open? */
function completes(first: string, second: string): boolean {
  const zoned = /%[zZ]/;
  if (hasDate(second) && hasDate(first)) return false;
  if (hasClock(second) && hasClock(first)) return false;
  return hasDate(first) || hasClock(first) ? !(zoned.test(first) && zoned.test(second)) : false;
}
