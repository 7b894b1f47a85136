import { literal } from "../../engines/sql.js";
import { MORE_WORDS } from "../kinds/text.js";
import { isLiteral, type Field, type Item, type Layout } from "../layout.js";

/** Steps that a regular expression may need for one line, about a tenth of a second. */
const MAX_STEPS = 2e7;

/**
 * Could this line be divided in too many ways? Where several fields may hold any words, each may
 * end at every delimiter in the line, and a hostile line has a million of them.
 */
export function tooManyWays(layout: Layout): (line: string) => boolean {
  const dividing = dividersOf(layout);
  if (dividing.length === 0) return () => false;
  return (line) =>
    dividing.reduce((steps, end) => steps * (count(line, end) + 1), line.length) > MAX_STEPS;
}

/** The same as SQL about the text `line`; undefined where no line of this layout is too open. */
export function tooManyWaysSql(layout: Layout, line: string): string | undefined {
  const dividing = dividersOf(layout);
  if (dividing.length === 0) return undefined;
  const steps = dividing.map((end) => `(${countSql(line, end)} + 1)`);
  return [`CAST(length(${line}) AS DOUBLE)`, ...steps].join(" * ") + ` > ${MAX_STEPS}`;
}

/** What may end the fields that nothing else ends, without the last one of them. */
function dividersOf(layout: Layout): string[] {
  const ends = layout.items.flatMap((item, index) =>
    isFree(layout, item, index) ? [endOf(layout.items[index + 1])] : [],
  );
  return ends.toReversed().slice(1);
}

/** Only what follows the field tells where it ends. */
function isFree(layout: Layout, item: Item, index: number): boolean {
  if (isLiteral(item) || item.quoted === true) return false;
  return item.kind.pattern.includes(MORE_WORDS) || isEmptyBetweenBlanks(layout, item, index);
}

function isEmptyBetweenBlanks({ items }: Layout, { kind }: Field, index: number): boolean {
  const before = items[index - 1];
  const after = items[index + 1];
  return (
    before !== undefined &&
    isLiteral(before) &&
    before.literal.endsWith(" ") &&
    (after === undefined || (isLiteral(after) && after.literal.startsWith(" "))) &&
    new RegExp(`^(?:${kind.pattern})$`, "s").test("")
  );
}

/** The character that must stand behind the field; a tab stands only for itself. */
function endOf(item: Item | undefined): string {
  if (item === undefined || !isLiteral(item)) return "";
  if (item.literal.startsWith("\t")) return "\t";
  return item.literal.trimStart()[0] ?? " ";
}

function count(line: string, char: string): number {
  if (char === "") return line.length;
  let found = 0;
  for (let at = line.indexOf(char); at >= 0; at = line.indexOf(char, at + 1)) found++;
  return char === " " && line.includes("\t") ? line.length : found;
}

function countSql(line: string, char: string): string {
  if (char === "") return `length(${line})`;
  const found = `length(${line}) - length(replace(${line}, ${literal(char)}, ''))`;
  return char === " "
    ? `CASE WHEN contains(${line}, '\t') THEN length(${line}) ELSE ${found} END`
    : `(${found})`;
}
