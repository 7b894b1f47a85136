import type { Cells, ExactReader } from "./compile/exact.js";
import type { LineReading } from "./compile/portable.js";
import type { Field, JsonLayout, Layout } from "./layout.js";
import type { RecordColumn } from "./record.js";

/** A line with the record it must become; only the columns named are compared. */
export interface Sample {
  readonly line: string;
  /** The `#Fields` line above it, where the format needs one. */
  readonly header?: string;
  /** Times as ISO 8601 in UTC, `extra` as the entries it must contain. */
  readonly record: { readonly [column in RecordColumn]?: unknown };
}

/** A line that must be refused, with words that the reason must contain. */
export interface Refusal {
  readonly line: string;
  readonly header?: string;
  readonly reason: string;
}

/** How lines of some layouts are read into slots. */
export interface FormatReading {
  readonly exact: (layouts: readonly Layout[], slots: readonly Field[]) => ExactReader;
  /** The same in SQL, for other engines. */
  readonly portable: (layouts: readonly Layout[], slots: readonly Field[]) => LineReading;
}

interface Described {
  /** As in `--format NAME`; lower case. */
  readonly name: string;
  /** Other names, compared without case. */
  readonly aliases: readonly string[];
  /** One sentence: who writes it. */
  readonly about: string;
  /** The owner's notation or field list, as `culprit formats NAME` shows it. */
  readonly notation: string;
  readonly samples: readonly Sample[];
  readonly refusals: readonly Refusal[];
}

/** A format of lines with delimiters. */
export interface TextFormat extends Described {
  /** The ways a line can look, the most usual first; all are tried. */
  readonly layouts: readonly Layout[];
  /** How many of them, from the first on, its name stands for; default: all. */
  readonly own?: number;
  /** How many of them, at the end, accept fields that nobody has described. */
  readonly guesses?: number;
  /** Lines that begin so are headers, not requests. */
  readonly comment?: string;
  /**
   * Reads from a header line (W3C `#Fields:`) the ways the lines after it can look; undefined when
   * the line is no such header.
   */
  readonly header?: (line: string) => readonly Layout[] | undefined;
  /** Detection takes the header as this format's only where a header line looks so. */
  readonly claims?: RegExp;
  /** A reading of its own, for what no layout can say (S3's unprotected quotes). */
  readonly reads?: FormatReading;
  /** Why a line is refused, in other words than a comparison with the layout finds. */
  readonly explain?: (line: string, layout: Layout) => string | undefined;
  /** The same records as one JSON object a line. */
  readonly asJson?: JsonLayout;
}

/** A format of one JSON object a line. */
export interface JsonFormat extends Described {
  readonly json: JsonLayout;
}

export type Format = TextFormat | JsonFormat;

export const isJson = (format: Format): format is JsonFormat => "json" in format;

/** How the header line that names the fields begins, in every format that has one. */
export const HEADER = "#Fields:";

export const hasHeader = (format: Format): boolean =>
  !isJson(format) && format.header !== undefined;

/** Declares a format; the registry lists it and `formats.test.ts` proves its samples and refusals. */
export function defineFormat<F extends Format>(format: F): F {
  return format;
}

export type { Cells };
