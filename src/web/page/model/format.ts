import type { MeasureName } from "../../data.js";
import { terminalText } from "../../../outputs/escape.js";
import { bytes, integer } from "../../../outputs/numbers.js";

/** A value of a log for people: what would not be seen as itself is written out. */
export const shownValue = (value: string | null, field = ""): string =>
  value === null ? `(no ${fieldName(field)})` : value === "" ? "(empty)" : terminalText(value);

/** At most three digits before a unit: `11.5K`. */
export function short(value: number): string {
  if (Math.abs(value) < 10 && !Number.isInteger(value)) return value.toFixed(1);
  if (Math.abs(value) < 10_000) return integer(value);
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(
    value,
  );
}

/** A sum or a rate of a measure. */
export const amount = (value: number, measure: MeasureName): string =>
  measure === "bytes" ? bytes(Math.round(value)) : short(value);

const NAMES: Record<string, string> = {
  client_ip: "client IP",
  client_net: "network",
  user_agent: "User-Agent",
  path_pattern: "path pattern",
  key_prefix: "key prefix",
  referrer_host: "referrer host",
  target_port: "port",
  target_ip: "target",
  as_org: "network owner",
  status_class: "status",
  extension: "file type",
  error_code: "error code",
  cache_result: "cache result",
  session_id: "session",
  tls_protocol: "TLS version",
};

export const fieldName = (field: string): string => NAMES[field] ?? field.replaceAll("_", " ");

/** The same at the start of a line. */
export function fieldTitle(field: string): string {
  const name = fieldName(field);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
