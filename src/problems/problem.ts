/** Exit codes that scripts can trust; documented in docs/exit-codes.md. */
export const Exit = {
  ok: 0,
  findings: 1,
  usage: 2,
  input: 3,
  interrupted: 130,
} as const;
export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** Everything that a person needs to mend a problem, in four short sentences. */
export interface ProblemDetails {
  /** Stable, kebab-case; scripts match on it. */
  code: string;
  /** What went wrong, in one sentence without a final full stop. */
  what: string;
  /** Where: a file and line, a flag, a URL; text from a log may stand here, the printer escapes it. */
  where?: string;
  /** Why, when `what` does not say it. */
  why?: string;
  /** The mend: the command or change that helps. */
  help?: string;
  /** Usage and configuration are 2, unreadable input is 3. */
  exit: typeof Exit.usage | typeof Exit.input;
  cause?: unknown;
}

/**
 * An error meant for people: what, where, why and the mend.
 * Anything thrown that is not a Problem is a bug in culprit and is reported as one.
 */
export class Problem extends Error {
  readonly code: string;
  readonly where: string | undefined;
  readonly why: string | undefined;
  readonly help: string | undefined;
  readonly exit: typeof Exit.usage | typeof Exit.input;

  constructor(details: ProblemDetails) {
    super(details.what, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "Problem";
    this.code = details.code;
    this.where = details.where;
    this.why = details.why;
    this.help = details.help;
    this.exit = details.exit;
  }
}
