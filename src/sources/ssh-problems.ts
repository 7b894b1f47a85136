import { Exit, Problem } from "../problems/problem.js";
import { errorCode } from "./file-problems.js";
import { isGlob } from "./glob.js";
import type { SshAddress } from "./ssh-address.js";

/** How the ssh program ended. */
export interface SshEnd {
  /** The last of what it wrote to stderr. */
  readonly said: string;
  readonly status: number | null;
  readonly signal: string | null;
  /** Set when it could not be started. */
  readonly error?: unknown;
}

/** ssh's own status for a connection that failed; any other is the status of the remote `cat`. */
const CONNECTION_FAILED = 255;
const LINES_SHOWN = 5;

/** The Problem for an ssh that ended badly, with its own last words. */
export function sshFailure(name: string, address: SshAddress, end: SshEnd): Problem {
  const said = lastLines(end.said);
  if (end.status === CONNECTION_FAILED || end.status === null) {
    const port = address.port === undefined ? "" : `-p ${address.port} `;
    return new Problem({
      code: "ssh-failed",
      what: "the connection through ssh failed",
      where: name,
      why: said || (end.signal ? `ssh was ended by ${end.signal}` : "ssh gave no reason"),
      help: `this must work without a question first: ssh -o BatchMode=yes ${port}${address.destination} true`,
      exit: Exit.input,
    });
  }
  return new Problem({
    code: "ssh-unreadable",
    what: "the file on the other machine could not be read to its end",
    where: name,
    why: said || `cat ended with status ${end.status}`,
    ...(isGlob(address.path)
      ? { help: "an ssh:// path is taken literally, a glob in it matches nothing: name each file" }
      : {}),
    exit: Exit.input,
  });
}

/** The Problem for an ssh that could not be started. */
export function sshMissing(name: string, program: string, error: unknown): Problem {
  const missing = errorCode(error) === "ENOENT";
  return new Problem({
    code: "ssh-missing",
    what: missing ? `the program ${program} was not found` : `the program ${program} did not start`,
    where: name,
    ...(missing || !(error instanceof Error) ? {} : { why: error.message }),
    help: "install an ssh client (Debian: apt install openssh-client), or copy the file here",
    exit: Exit.input,
    cause: error,
  });
}

/** Another machine wrote this: only its printable text goes on. */
function lastLines(said: string): string {
  return said
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{C}/gu, "").trim())
    .filter((line) => line !== "")
    .slice(-LINES_SHOWN)
    .join("; ");
}
