import { literal } from "../sql.js";

/** Minutes east of UTC of a zone written as `+05:30`; undefined for names. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The clock of a zone (`UTC`, `+05:30` or an IANA name) at a UTC timestamp, as SQL. */
export function localOf(time: string, zone: string): string {
  if (zone === "UTC") return time;
  const offset = offsetOf(zone);
  if (offset !== undefined) return `(${time} + to_minutes(${offset}))`;
  return `timezone(${literal(zone)}, timezone('UTC', ${time}))`;
}

/** The UTC timestamp at which a zone's clock shows this, as SQL. */
export function utcOf(clock: string, zone: string): string {
  if (zone === "UTC") return clock;
  const offset = offsetOf(zone);
  if (offset !== undefined) return `(${clock} - to_minutes(${offset}))`;
  return `timezone('UTC', timezone(${literal(zone)}, ${clock}))`;
}
