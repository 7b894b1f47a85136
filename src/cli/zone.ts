import { nearest } from "../outputs/nearest.js";
import { Exit, Problem } from "../problems/problem.js";

export { civilOf, instantOf, type Civil } from "../analyses/calendar.js";

const OFFSET = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?$/i;

/** Minutes east of UTC of `+02:00`, `+0200`, `+2` or `UTC+2`; undefined for anything else. */
export function fixedOffset(zone: string): number | undefined {
  if (/^(?:UTC|GMT|Z)$/i.test(zone)) return 0;
  const [, sign, hours, minutes = "0"] = OFFSET.exec(zone) ?? [];
  if (hours === undefined || Number(hours) > 18) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * The zone that a person named, in one spelling: `UTC`, `+02:00` or an IANA name. `local` is the
 * machine's own. A name that nobody knows is a Problem.
 */
export function parseZone(text: string): string {
  const name = text.trim();
  if (name.toLowerCase() === "local") {
    return new Intl.DateTimeFormat("en").resolvedOptions().timeZone;
  }
  const offset = fixedOffset(name);
  if (offset === 0) return "UTC";
  if (offset !== undefined) {
    const size = Math.abs(offset);
    return `${offset < 0 ? "-" : "+"}${pad(Math.trunc(size / 60))}:${pad(size % 60)}`;
  }
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    // Intl would turn Asia/Kolkata into the older Asia/Calcutta; only the case is taken from it.
    return known.toLowerCase() === name.toLowerCase() ? known : name;
  } catch {
    throw unknownZone(text);
  }
}

function unknownZone(text: string): Problem {
  const near = nearest(text.trim(), Intl.supportedValuesOf("timeZone"));
  const guess = near === undefined ? "" : `did you mean ${near}? `;
  return new Problem({
    code: "time-zone-unknown",
    what: `no time zone is called "${text}"`,
    help: `${guess}write UTC, local, an offset such as +02:00, or a name such as Europe/Berlin`,
    exit: Exit.usage,
  });
}

const pad = (n: number): string => String(n).padStart(2, "0");
