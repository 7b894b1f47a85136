/** One `$ command` of a fenced `console` block, with the lines printed under it. */
export interface Example {
  line: number;
  command: string;
  output: string[];
}

/** Commands and their output, as they stand in the `console` blocks of a Markdown text. */
export function examples(markdown: string): Example[] {
  const found: Example[] = [];
  let inside = false;
  let current: Example | undefined;
  for (const [index, text] of markdown.split("\n").entries()) {
    if (text.startsWith("```")) {
      inside = text.trim() === "```console";
      current = undefined;
    } else if (inside && text.startsWith("$ ")) {
      current = { line: index + 1, command: text.slice(2), output: [] };
      found.push(current);
    } else if (inside && current?.command.endsWith("\\") && current.output.length === 0) {
      current.command += `\n${text}`;
    } else {
      current?.output.push(text);
    }
  }
  return found;
}

/** Whether printed lines are the expected ones; an expected `...` stands for any lines, also none. */
export function matches(expected: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return printed.length === 0;
  if (first !== "...") return printed[0] === first && matches(rest, printed.slice(1));
  return rest.length === 0 || printed.some((_, from) => matches(rest, printed.slice(from)));
}

/** Lines without what Markdown editors strip: spaces at line ends, empty lines at the end. */
export function lines(text: string): string[] {
  const trimmed = text.split("\n").map((line) => line.trimEnd());
  while (trimmed.at(-1) === "") trimmed.pop();
  return trimmed;
}
