/** A time as people read it in a zone: `2026-11-05 10:31`, with seconds where they matter. */
export function localTime(
  time: Date,
  zone: string,
  precision: "day" | "minute" | "second" = "minute",
): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(time);
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? "";
  const day = `${part("year")}-${part("month")}-${part("day")}`;
  if (precision === "day") return day;
  const minute = `${day} ${part("hour")}:${part("minute")}`;
  return precision === "minute" ? minute : `${minute}:${part("second")}`;
}
