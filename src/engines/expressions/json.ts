/**
 * How engines read JSON objects as the embedded one does. A line is first brought into a form that all
 * of them keep: every number becomes a text that begins with `BORDER`, so that no engine writes it
 * otherwise; one that the embedded engine would write otherwise than it stands becomes a bare 0. What such a document holds is a value: a text as it is; a number, an object or a list as
 * `BORDER` and its text; NULL for null.
 */
import { BORDER } from "./escapes.js";

/** A text with its quotes. */
export const STRING = '"(?:[^"\\\\]|\\\\.)*"';
/** The pieces of a line, all of it, in order: texts, what may be a number, everything between. */
export const TOKENS = `${STRING}|[0-9+.-][0-9A-Za-z+.-]*|[^"0-9+.-]+|"`;

/** Any number of JSON. */
export const NUMBER = "-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?";
/** Numbers that are written as they stand, of any length. */
export const WHOLE = "0|-?[1-9][0-9]{0,30}";
/** Numbers with a fraction that are never written with an exponent. */
export const FRACTION = [
  "-?[1-9][0-9]{0,14}[.][0-9]{1,25}",
  "-?0[.]0{0,5}[1-9][0-9]{0,25}",
  "0[.]0{1,25}",
].join("|");
/** As many digits of a fraction are the shortest that stand for their floating-point number. */
export const SURE_DIGITS = 15;
/** The zeros at a fraction's end but the first digit, which is its group. */
export const TRAILING_ZEROS = "([.][0-9]+?)0+$";
/** What is no digit of a number, and then zeros that say nothing. */
export const NO_DIGITS = "[eE].*|[.-]";
export const OUTER_ZEROS = "^0+|0+$";

/** A number within a list or object. */
export const MARKED = `"${BORDER}([^"]*)"`;

/** Small numbers, which have an exponent among the pairs of a map: how they are spelled, and how there. */
export const smallNumbers = (
  group: (number: number) => string,
): readonly (readonly [pattern: string, by: string])[] =>
  [4, 5].flatMap((zeros) => {
    const start = `^${BORDER}(-?)0[.]0{${String(zeros)}}([1-9])`;
    const exponent = `e-0${String(zeros + 1)}`;
    return [
      [`${start}$`, `${group(1)}${group(2)}${exponent}`],
      [`${start}([0-9]+)$`, `${group(1)}${group(2)}.${group(3)}${exponent}`],
    ] as const;
  });

/** How deep an object may be where names must be counted by hand. */
export const DEPTH = 12;
