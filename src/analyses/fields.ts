import { localOf } from "../engines/duckdb/zones.js";
import { ident } from "../engines/sql.js";
import { record } from "../formats/record.js";
import { Problem } from "../problems/problem.js";
import { nearest } from "../outputs/nearest.js";

/** Something to group by: a column of the record, a derived column, or one computed from them. */
export interface Dimension {
  readonly name: string;
  readonly sql: string;
  /** The columns it is computed from. */
  readonly columns: readonly string[];
}

/** A time in the zone of the report. */
const local = (zone: string): string => localOf("time", zone);

/** Dimensions beyond the record's columns. */
const computed: Record<string, { columns: readonly string[]; sql: (zone: string) => string }> = {
  minute: { columns: ["time"], sql: (zone) => `strftime(${local(zone)}, '%Y-%m-%d %H:%M')` },
  hour: { columns: ["time"], sql: (zone) => `strftime(${local(zone)}, '%Y-%m-%d %H:00')` },
  day: { columns: ["time"], sql: (zone) => `strftime(${local(zone)}, '%Y-%m-%d')` },
  hour_of_day: { columns: ["time"], sql: (zone) => `strftime(${local(zone)}, '%H')` },
  weekday: { columns: ["time"], sql: (zone) => `strftime(${local(zone)}, '%a')` },
  status_class: {
    columns: ["status"],
    sql: () => "CAST(status // 100 AS VARCHAR) || 'xx'",
  },
  extension: {
    columns: ["path"],
    sql: () => "nullif(lower(regexp_extract(path, '\\.([A-Za-z0-9]{1,8})$', 1)), '')",
  },
  directory: { columns: ["path"], sql: () => "regexp_extract(path, '^(/[^/]*)', 1)" },
};

/** The names that `top` accepts, for help and suggestions. */
export const dimensionNames: readonly string[] = [
  ...Object.keys(record).filter((name) => name !== "extra"),
  ...Object.keys(computed),
];

/** The dimension of a name; a Problem with a suggestion when there is none. */
export function dimension(name: string, derived: readonly string[], zone: string): Dimension {
  if (derived.includes(name)) return { name, sql: ident(name), columns: [name] };
  const made = Object.hasOwn(computed, name) ? computed[name] : undefined;
  if (made !== undefined) return { name, sql: made.sql(zone), columns: made.columns };
  if (Object.hasOwn(record, name) && name !== "extra")
    return { name, sql: ident(name), columns: [name] };
  throw unknownField(name, [...dimensionNames, ...derived]);
}

/** The Problem of a name that is none of the known ones. */
export function unknownField(name: string, known: readonly string[]): Problem {
  const guess = nearest(name, known);
  return new Problem({
    code: "unknown-field",
    what: name === "" ? "A field has no name" : `There is no field ${name}`,
    why:
      guess !== undefined
        ? `Did you mean ${guess}?`
        : /[./*]/.test(name)
          ? "It looks like a source, and those come after the fields"
          : "It is not a column of the record",
    help: "List the fields with: culprit formats --fields",
    exit: 2,
  });
}
