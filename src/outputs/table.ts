import stringWidth from "string-width";
import { plain, type Paint, type Style } from "./color.js";
import { terminalText } from "./escape.js";
import { fit, type Ellipsis } from "./fit.js";
import { integer } from "./numbers.js";

export interface TableColumn {
  title: string;
  /** Without it a column of numbers is aligned right, any other left. */
  align?: "left" | "right";
  /** When the width is short, the column of lowest priority goes first; without one it always stays. */
  priority?: number;
  /** Terminal columns; a longer text is cut to the maximum even where there is room. */
  min?: number;
  max?: number;
  /** Where a long text is cut, `end` by default. */
  ellipsis?: Ellipsis;
}

/** Numbers are written by `integer`; anything else that is a number to people comes as text. */
export type TableCell = string | number | bigint | null | undefined | PaintedCell;

/** Text with a look that is put on after it has been made safe, cut and padded. */
export interface PaintedCell {
  text: string;
  paint: Paint;
}

export interface TableOptions {
  /** Terminal columns of a line, Infinity for all. */
  width: number;
  style?: Style;
  /** Blank columns before each line. */
  indent?: number;
  locale?: string;
  /** Only ASCII: `...` marks a cut. */
  ascii?: boolean;
  /** Say in a last line which columns the width left out; true by default. */
  mention?: boolean;
}

interface Laid {
  column: TableColumn;
  right: boolean;
  cells: Shown[];
  natural: number;
  floor: number;
}

interface Shown {
  text: string;
  paint: Paint | undefined;
}

const GAP = 2;

/**
 * The lines of a table: a line of titles, then one a row, every cell made safe by `terminalText`.
 * A table that is too wide is narrowed at its columns that may be cut, then loses its columns of
 * lowest priority. Columns that may be neither cut nor left out can still exceed the width.
 */
export function textTable(
  columns: readonly TableColumn[],
  rows: Iterable<readonly TableCell[]>,
  options: TableOptions,
): string[] {
  const { width, style = plain, indent = 0, ascii = false } = options;
  const all = lay(columns, [...rows], options);
  const room = width - indent;
  const kept = choose(all, room);
  const widths = narrow(kept, room);
  const mark = ascii ? "..." : "…";
  const line = (texts: readonly Shown[]): string => {
    const cells = texts.map((cell, at) => {
      const laid = kept[at];
      const wide = widths[at] ?? 0;
      const text = fit(cell.text, wide, laid?.column.ellipsis ?? "end", mark);
      const blank = " ".repeat(Math.max(0, wide - stringWidth(text)));
      const painted = cell.paint === undefined ? text : cell.paint(text);
      if (laid?.right === true) return blank + painted;
      return at === kept.length - 1 ? painted : painted + blank;
    });
    return `${" ".repeat(indent)}${cells.join(" ".repeat(GAP))}`.trimEnd();
  };
  const titles = kept.map(({ column }) => ({
    text: terminalText(column.title),
    paint: style.dim,
  }));
  const count = all[0]?.cells.length ?? 0;
  const lines = [line(titles)];
  for (let row = 0; row < count; row++) {
    lines.push(line(kept.map(({ cells }) => cells[row] ?? { text: "", paint: undefined })));
  }
  const hidden = all.filter((laid) => !kept.includes(laid)).map(({ column }) => column.title);
  if (hidden.length > 0 && options.mention !== false) {
    const note = `(too narrow for: ${hidden.map(terminalText).join(", ")}; --wide shows all)`;
    lines.push(" ".repeat(indent) + style.dim(fit(note, room, "end", mark)));
  }
  return lines;
}

/** Cells as safe text, with the width each column would like and the least it can do with. */
function lay(
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
  { width, locale = "en" }: TableOptions,
): Laid[] {
  return columns.map((column, at) => {
    const values = rows.map((row) => row[at]);
    const cut = (column.ellipsis ?? "end") !== "never";
    const cells = values.map((value) => show(value, locale, cut ? width : Infinity));
    const title = stringWidth(terminalText(column.title));
    const widest = cells.reduce((most, { text }) => Math.max(most, stringWidth(text)), title);
    const natural = Math.max(
      cut ? Math.min(widest, column.max ?? Infinity) : widest,
      column.min ?? 0,
    );
    const floor = cut ? Math.min(natural, Math.max(column.min ?? 8, 1)) : natural;
    const present = values.filter((value) => value !== null && value !== undefined);
    const numbers = present.length > 0 && present.every(isNumber);
    const right = column.align === undefined ? numbers : column.align === "right";
    return { column, right, cells, natural, floor };
  });
}

const isNumber = (value: TableCell): boolean =>
  typeof value === "number" || typeof value === "bigint";

function show(value: TableCell, locale: string, width: number): Shown {
  if (value === null || value === undefined) return { text: "-", paint: undefined };
  if (typeof value === "number" || typeof value === "bigint") {
    return { text: integer(value, locale), paint: undefined };
  }
  const [text, paint] = typeof value === "string" ? [value, undefined] : [value.text, value.paint];
  return { text: terminalText(shorten(text, width)), paint };
}

/** Drops the middle of a text that no line can hold, so that a 10 MB path costs nothing. */
function shorten(text: string, width: number): string {
  const side = 256 + width * 16;
  return text.length <= side * 2 ? text : text.slice(0, side) + text.slice(-side);
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);

/** The columns that fit when each is as narrow as it can be, lowest priority left out first. */
function choose(all: readonly Laid[], room: number): Laid[] {
  const kept = [...all];
  while (total(kept.map(({ floor }) => floor)) > room) {
    const droppable = kept.filter(({ column }) => column.priority !== undefined);
    if (droppable.length === 0 || kept.length === 1) break;
    // Of equal ones the last, as tables put what matters first.
    const least = droppable.reduce((low, next) =>
      (next.column.priority ?? 0) <= (low.column.priority ?? 0) ? next : low,
    );
    kept.splice(kept.indexOf(least), 1);
  }
  return kept;
}

/** Takes what is too much from the widest columns that may be cut, down to their least. */
function narrow(kept: readonly Laid[], room: number): number[] {
  const widths = kept.map(({ natural }) => natural);
  const width = (at: number): number => widths[at] ?? 0;
  let excess = total(widths) - room;
  while (excess > 0) {
    const open = kept.map((_, at) => at).filter((at) => width(at) > (kept[at]?.floor ?? 0));
    if (open.length === 0) break;
    const most = Math.max(...open.map((at) => width(at)));
    const widest = open.filter((at) => width(at) === most);
    const others = open.filter((at) => width(at) < most).map((at) => width(at));
    const floors = widest.map((at) => kept[at]?.floor ?? 0);
    const target = Math.max(...floors, ...others, most - Math.ceil(excess / widest.length));
    for (const at of widest) {
      const cut = Math.min(excess, most - target);
      widths[at] = most - cut;
      excess -= cut;
    }
  }
  return widths;
}
