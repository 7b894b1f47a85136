/**
 * Characters that a terminal obeys, hides or reorders: controls, format characters (bidi, zero width,
 * tags), line separators, lone surrogates, and the markers U+EF00 to U+EFFF that stand for raw bytes.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{EF00}-\u{EFFF}]/gu;

/**
 * Text from a log, safe to print on a terminal: what would not be seen as itself is written out,
 * bytes as `\xHH`, other characters as `\u{…}`. Everything else stays as it is.
 *
 * `terminalText("GET \x1b[2J\u202e")` → `GET \x1B[2J\u{202E}`
 */
export function terminalText(text: string): string {
  return text.replaceAll(UNSEEN, visible);
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0x7f) return `\\x${hex(code, 2)}`;
  if (code >= 0xef00 && code <= 0xefff) return `\\x${hex(code - 0xef00, 2)}`;
  return `\\u{${hex(code, 1)}}`;
}

const hex = (code: number, digits: number): string =>
  code.toString(16).toUpperCase().padStart(digits, "0");

/**
 * JSON text that is also safe on a terminal. JSON has escapes, so its meaning does not change:
 * only characters inside strings can be affected.
 */
export function safeJson(json: string): string {
  return json.replaceAll(UNSEEN, (character) =>
    // Between values only: inside a string a line feed is already an escape.
    character === "\n"
      ? character
      : Array.from({ length: character.length }, (_, at) =>
          `\\u${hex(character.charCodeAt(at), 4)}`.toLowerCase(),
        ).join(""),
  );
}

/**
 * A text cell of a CSV file, quoted as RFC 4180 says. A spreadsheet would run text that begins like
 * a formula, so `'` is put before it; numbers are not text and must not come through here.
 *
 * `csvCell("=1+1")` → `'=1+1`, `csvCell('a "b", c')` → `"a ""b"", c"`. Empty text is `""`,
 * so that it differs from a missing value.
 */
export function csvCell(text: string): string {
  const inert = /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return inert === "" || /[",\r\n]|^\s|\s$/u.test(inert)
    ? `"${inert.replaceAll('"', '""')}"`
    : inert;
}

/** Whatever can begin markup in Markdown: emphasis, code, links, tags, tables, mentions, maths. */
const MARKUP = /[\\`*_~[\]<>&|!$#@]|:(?=\/\/)|(?<=www)\./giu;

/**
 * Text for a cell of a Markdown table: no markup in it takes effect, nothing becomes a link, and it
 * stays on one line. Entities are used because they can never begin markup, unlike `\|`, which
 * renderers read in different ways.
 *
 * `markdownCell("a|b")` → `a&#124;b`
 */
export function markdownCell(text: string): string {
  return terminalText(text).replaceAll(
    MARKUP,
    (character) => `&#${String(character.charCodeAt(0))};`,
  );
}

/**
 * A value as one word of a POSIX command line, to be printed and pasted. The printed text is free
 * of control characters, yet the shell passes exactly this value; only NUL, which no argument can
 * hold, becomes the four characters `\x00`.
 *
 * `shellWord("it's")` → `'it'\''s'`, `shellWord("a\tb")` → `"$(printf 'a\011b')"`
 */
export function shellWord(value: string): string {
  const text = value.replaceAll("\0", "\\x00");
  if (/^(?!=)[\w@%+=:,./-]+$/.test(text)) return text;
  if (text.search(UNSEEN) < 0) return `'${text.replaceAll("'", "'\\''")}'`;
  // $( ) drops newlines at the end; there they hide nothing, so they may stand as they are.
  const end = text.length - (/\n*$/.exec(text)?.[0].length ?? 0);
  const newlines = text.slice(end);
  const printed = end === 0 ? "" : `"$(printf '${printfFormat(text.slice(0, end))}')"`;
  return newlines === "" ? printed : `${printed}'${newlines}'`;
}

/** A printf format of plain characters and octal escapes that prints the text. */
function printfFormat(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte, at) => {
      const character = String.fromCharCode(byte);
      // The first character would begin an option if it were a dash.
      return /[A-Za-z0-9 _./:,=+@]/.test(character) || (character === "-" && at > 0)
        ? character
        : `\\${byte.toString(8).padStart(3, "0")}`;
    })
    .join("");
}
