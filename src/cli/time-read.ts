import { dated, patterns, timed } from "./time-fields.js";
import type { Instant } from "./time-instant.js";
import { parseSpan } from "./time-span.js";
import { badTime, type Slice } from "./time-text.js";

/** Reads a slice that holds one time and nothing else. */
export function readInstant(s: Slice): Instant {
  return readNow(s) ?? readNamed(s) ?? readNumber(s) ?? readCivil(s) ?? readClock(s) ?? refuse(s);
}

function readNow(s: Slice): Instant | undefined {
  const [, now, sign, t, ago] =
    /^(?:(now|T(?=\s*[+-]))\s*)?([+-])?\s*(.*?)(\s+ago)?$/i.exec(s.text) ?? [];
  const head = s.text.length - (t ?? "").length - (ago ?? "").length;
  if (t === "" && now !== undefined && sign === undefined) return { kind: "now", ms: 0 };
  const span = t === undefined ? undefined : parseSpan(t);
  if (span === undefined) return undefined;
  if (typeof span === "object") throw badTime(s, span.why, head + span.at, span.length);
  if (now !== undefined && sign === undefined) return undefined;
  if (now === undefined && sign === "+") {
    throw badTime(s, "+ counts from the start of a range, as in 2024-10-05T01:00..+4h");
  }
  if (sign !== undefined && ago !== undefined) throw badTime(s, "- and ago say the same twice");
  return { kind: "now", ms: sign === "+" ? span : -span };
}

function readNamed(s: Slice): Instant | undefined {
  const match = patterns.named.exec(s.text);
  if (match === null) return undefined;
  const day: Instant = {
    kind: "day",
    days: match.groups?.["name"]?.toLowerCase() === "today" ? 0 : -1,
  };
  return match.groups?.["hour"] === undefined
    ? day
    : { kind: "clock", on: day, ...timed(s, match) };
}

/** Digits per unit of the epoch: 10 are seconds until the year 2286, 9 since 1973. */
const EPOCH = new Map([
  [9, 1000],
  [10, 1000],
  [13, 1],
  [16, 0.001],
]);

function readNumber(s: Slice): Instant | undefined {
  const [, digits, fraction = ""] = /^(\d{5,})(\.\d+)?$/.exec(s.text) ?? [];
  if (digits === undefined) return undefined;
  const unit = EPOCH.get(digits.length);
  if (unit === undefined) {
    throw badTime(
      s,
      digits.length === 8
        ? "a date is written with dashes, as in 2013-05-22"
        : `${String(digits.length)} digits are neither seconds (10) nor milliseconds (13) since 1970`,
    );
  }
  const ms = Math.floor(Number(digits + fraction) * unit);
  return { kind: "epoch", ms, unit: fraction === "" ? Math.max(unit, 1) : 1 };
}

function readCivil(s: Slice): Instant | undefined {
  const match = patterns.civil.exec(s.text);
  if (match === null) return undefined;
  const { fields, ...zone } = timed(s, match);
  return { kind: "civil", fields: [...dated(s, match), ...fields], ...zone };
}

function readClock(s: Slice): Instant | undefined {
  const match = patterns.clock.exec(s.text);
  if (match?.groups?.["minute"] === undefined) return undefined;
  return { kind: "clock", on: { kind: "now", ms: 0 }, ...timed(s, match) };
}

function refuse(s: Slice): never {
  if (s.text === "") throw badTime(s, "there is nothing to read", 0, 1);
  if (/^\d{4}-\d(?!\d)|^\d{4}-\d\d-\d(?!\d)|[T\s]\d:/.test(s.text)) {
    throw badTime(s, "months, days and hours have two digits, as in 2013-05-02T07:00");
  }
  if (/^\d{4}\/\d/.test(s.text))
    throw badTime(s, "a date is written with dashes, as in 2013-05-22");
  throw badTime(s, "no form of date, time or span looks like this");
}
