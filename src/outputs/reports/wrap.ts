import stringWidth from "string-width";

/**
 * A sentence as lines of at most `width` terminal columns, broken at spaces; a word that is wider than
 * that stays whole. Every line has the indent.
 *
 * `wrap("one two three", 9)` → `["one two", "three"]`
 */
export function wrap(text: string, width: number, indent = 0): string[] {
  const blank = " ".repeat(indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(longer) > width - indent) {
      lines.push(blank + line);
      line = word;
    } else line = longer;
  }
  return [...lines, blank + line];
}
