import type { RecordColumn } from "../record.js";

/**
 * Columns of the record, or a working name beginning with `_` that a later step assembles
 * (`_date` and `_time` become `time`).
 */
export type Target = RecordColumn | `_${string}`;

/** What the text of a field means: how it looks, and which columns of the record it fills. */
export interface Kind {
  readonly name: string;
  /** How the text looks outside quotes, as a JavaScript regular expression without groups. */
  readonly pattern: string;
  /** What a line of delimited values must have in this place to be of the format at all. */
  readonly shape?: RegExp;
  /** How many spaces the text always contains (a CLF time has one before its zone). */
  readonly spaces: number;
  /** What the text should have been, for the reason of a reject: "a whole number". */
  readonly wants: string;
  /** The typed value of the cell `c` (an SQL expression, `-` and empty still in it). */
  typed(c: string): string;
  /** The writer escapes every byte beyond ASCII: a raw one was not written by it. */
  readonly ascii?: boolean;
  /** SQL that is true when cell `c` with typed value `t` is of this kind; absent means always. */
  readonly valid?: (c: string, t: string) => string;
  /** The columns it fills, from the typed value. */
  readonly columns: Partial<Record<Target, (t: string) => string>>;
  /** Where two fields fill one column, the higher rank is taken and the other goes to `extra`. */
  readonly rank: number;
  /** What `extra` holds of it as well; absent: the text as it is, only if no column is filled. */
  readonly extra?: (c: string, t: string) => string;
  /**
   * Cheaper forms for the values nearly all lines have. A value that its `valid` accepts must be
   * accepted by the full one and come out the same; any other is read by the full forms.
   */
  readonly quick?: {
    readonly valid: (c: string, t: string) => string;
    readonly typed?: (c: string) => string;
    readonly columns?: Kind["columns"];
    /**
     * Instead of `typed` and `valid`, from a text that has a prefix and a suffix around the value,
     * which need not be cut off first.
     */
    readonly within?: (
      prefix: string,
      suffix: string,
    ) => Pick<Kind, "typed"> & Required<Pick<Kind, "valid">>;
  };
}

/** A kind whose values are made otherwise: what was cheaper no longer says the same. */
export function varied({ quick: _quick, ...kind }: Kind, changes: Partial<Kind>): Kind {
  return { ...kind, ...changes };
}

/** `-` and empty text are NULL. */
export const present = (c: string): string => `nullif(nullif(${c}, '-'), '')`;
export const absent = (c: string): string => `${c} IN ('-', '') OR ${c} IS NULL`;
const same = (t: string): string => t;

export function into(columns: readonly Target[] | Target): Kind["columns"] {
  const names = typeof columns === "string" ? [columns] : columns;
  return Object.fromEntries(names.map((name) => [name, same]));
}

export interface Options {
  rank?: number;
  pattern?: string;
}
