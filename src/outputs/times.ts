const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  clocks.set(zone, made);
  return made;
}

/** Milliseconds east of UTC of `+05:30`, which Node 20 does not take for a zone; 0 for names. */
function offsetOf(zone: string): number {
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** A time as people read it in a zone: `2026-11-05 10:31`, with seconds where they matter. */
export function localTime(
  time: Date,
  zone: string,
  precision: "day" | "minute" | "second" = "minute",
): string {
  const offset = offsetOf(zone);
  const parts = clockOf(offset === 0 ? zone : "UTC").formatToParts(time.getTime() + offset);
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? "";
  const day = `${part("year")}-${part("month")}-${part("day")}`;
  if (precision === "day") return day;
  const minute = `${day} ${part("hour")}:${part("minute")}`;
  return precision === "minute" ? minute : `${minute}:${part("second")}`;
}
