import type { ClockText, Dialect } from "../engines/dialect.js";
import { embedded } from "../engines/embedded.js";
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

interface Computed {
  readonly columns: readonly string[];
  readonly sql: (dialect: Dialect, zone: string) => string;
}

/** A part of what the clock of the report's zone shows. */
const clock = (text: ClockText): Computed => ({
  columns: ["time"],
  sql: (dialect, zone) => dialect.clockText("time", zone, text),
});

/** Dimensions beyond the record's columns. */
const computed: Record<string, Computed> = {
  minute: clock("minute"),
  hour: clock("hour"),
  day: clock("day"),
  hour_of_day: clock("hour_of_day"),
  weekday: clock("weekday"),
  status_class: {
    columns: ["status"],
    sql: (dialect) => `${dialect.toText(dialect.intDiv("status", "100"))} || 'xx'`,
  },
  extension: {
    columns: ["path"],
    sql: (dialect) => `lower(${dialect.extract("path", "\\.([A-Za-z0-9]{1,8})$", 1)})`,
  },
  directory: {
    columns: ["path"],
    sql: (dialect) => dialect.extract("path", "^(/[^/]*)", 1),
  },
};

/** The names that `top` accepts, for help and suggestions. */
export const dimensionNames: readonly string[] = [
  ...Object.keys(record).filter((name) => name !== "extra"),
  ...Object.keys(computed),
];

/** The dimension of a name; a Problem with a suggestion when there is none. */
export function dimension(
  name: string,
  derived: readonly string[],
  zone: string,
  dialect: Dialect = embedded,
): Dimension {
  const column = { name, sql: name === "" ? "" : dialect.ident(name), columns: [name] };
  if (derived.includes(name)) return column;
  const made = Object.hasOwn(computed, name) ? computed[name] : undefined;
  if (made !== undefined) return { name, sql: made.sql(dialect, zone), columns: made.columns };
  if (Object.hasOwn(record, name) && name !== "extra") return column;
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
