/**
 * A text as one word of a POSIX shell, whatever it holds.
 *
 * @example
 * quoteForShell("it's") // 'it'\''s'
 */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The name of a file as one word of a command, quoted only where it must be and never an option.
 *
 * @example
 * fileWord("-my log") // './-my log'
 */
export function fileWord(file: string): string {
  const name = file.startsWith("-") ? `./${file}` : file;
  return /^[\w./:@%+-]+$/.test(name) ? name : quoteForShell(name);
}
