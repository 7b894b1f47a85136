import { literal } from "../sql.js";
import { offsetOf } from "../zone-offset.js";

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
