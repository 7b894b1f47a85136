import { terminalText } from "../outputs/escape.js";
import { Exit, Problem, type ExitCode } from "../problems/problem.js";

/** A problem as people read it: what, why, where, the mend. */
export function problemText(problem: Problem): string {
  const lines = [`culprit: ${safe(problem.message)}`];
  if (problem.where !== undefined) lines.push(`  where: ${safe(problem.where, 9)}`);
  if (problem.why !== undefined) lines.push(`  why:   ${safe(problem.why, 9)}`);
  const help = problem.help ?? MENDS[problem.code];
  if (help !== undefined) lines.push(`  help:  ${safe(help, 9)}`);
  return `${lines.join("\n")}\n`;
}

/** The mend where nothing better is known of the case. */
const MENDS: Readonly<Record<string, string>> = {
  "input-missing": "check the path: a relative one starts from the current folder",
  "input-unreadable": "check the path and who may read it",
  "glob-empty": "mend the pattern, or name the folder: every log in it is then read",
  "folder-empty": "name the log itself, or the folder that holds it",
};

/** Text from a log may stand in any part; its own lines are kept, indented. */
const safe = (text: string, indent = 0): string =>
  text
    .split("\n")
    .map(terminalText)
    .join(`\n${" ".repeat(indent)}`);

/** What to print and which code to exit with for anything thrown. */
export function explainError(
  error: unknown,
  interrupted: boolean,
): { text: string; code: ExitCode } {
  if (interrupted) return { text: "culprit: interrupted\n", code: Exit.interrupted };
  const problem = error instanceof Problem ? error : known(error);
  if (problem !== undefined) return { text: problemText(problem), code: problem.exit };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    text: `culprit: this is a bug in culprit, please report it\n${safe(stack ?? message)}\n`,
    code: Exit.usage,
  };
}

/** Failures of the machine that surface as errors of the engine or the file system. */
function known(error: unknown): Problem | undefined {
  const message = error instanceof Error ? error.message : String(error);
  if (/No space left on device|ENOSPC|max_temp_directory_size/i.test(message)) {
    return new Problem({
      code: "disk-full",
      what: "The disk is full",
      why: message,
      help: "Free some space, or point TMPDIR to a folder on a larger disk",
      exit: Exit.input,
      cause: error,
    });
  }
  if (/Out of Memory Error/i.test(message)) {
    return new Problem({
      code: "out-of-memory",
      what: "The engine needs more memory than it may use",
      why: message,
      help: "Give it more with --memory, such as --memory 4GB",
      exit: Exit.input,
      cause: error,
    });
  }
  return undefined;
}
