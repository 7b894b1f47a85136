import { literal } from "../engines/sql.js";
import { NEVER_DELIMITER, NEVER_NULL } from "../sources/clean-lines.js";

/** The engine counts the line's end too; longer lines were cut before (sources/clean-lines). */
const MAX_LINE_SIZE = 16 * 2 ** 20;
/**
 * Left alone it would be sixteen lines: 256 MiB in one piece, more than a small `--memory` allows, and
 * slower. It must be a multiple of the line: with any other size the engine loses rows without a word.
 */
const BUFFER_SIZE = 2 * MAX_LINE_SIZE;

/**
 * A text file as a relation with the single column `line`. It must be clean and plain (engine-text).
 *
 * `read_csv` with no quote and no escape, since either would let one line swallow the next. Its
 * delimiter and NULL text are markers of control bytes (sources/clean-lines), which clean lines
 * never hold: any other choice could be written into a log to cut a line short.
 */
export function readLines(file: string): string {
  const settings = [
    `columns = {'line': 'VARCHAR'}`,
    `delim = '${NEVER_DELIMITER}'`,
    `nullstr = '${NEVER_NULL}'`,
    `quote = ''`,
    `escape = ''`,
    "strict_mode = false",
    "header = false",
    "auto_detect = false",
    `max_line_size = ${MAX_LINE_SIZE}`,
    `buffer_size = ${BUFFER_SIZE}`,
    "compression = 'none'",
  ];
  return `read_csv(${literal(file)}, ${settings.join(", ")})`;
}
