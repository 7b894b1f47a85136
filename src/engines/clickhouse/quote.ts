import { literal as standard, ident as standardIdent, type Literal } from "../sql.js";

/** A name; ClickHouse reads a backslash in quoted names as the beginning of an escape. */
export const ident = (name: string): string => standardIdent(name.replaceAll("\\", "\\\\"));

/** A value. A backslash begins an escape in a text, and times carry their precision. */
export function literal(value: Literal): string {
  if (typeof value === "string") {
    const text = value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\0", "\\0");
    return `'${text}'`;
  }
  if (value instanceof Date) {
    const [, text = ""] = /^TIMESTAMP ('.*')$/.exec(standard(value)) ?? [];
    return `toDateTime64(${text}, 6, 'UTC')`;
  }
  return standard(value);
}
