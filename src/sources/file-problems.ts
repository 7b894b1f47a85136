import { Exit, Problem } from "../problems/problem.js";

const REASONS: Readonly<Record<string, { why: string; help?: string }>> = {
  EACCES: {
    why: "permission denied",
    help: "run culprit as a user who may read it, often with sudo or as a member of the group adm",
  },
  EPERM: { why: "operation not permitted" },
  EIO: { why: "the disk reported a read error" },
  ELOOP: { why: "too many symbolic links, or links that lead in a circle" },
  EISDIR: { why: "it is a folder now" },
  ENOENT: { why: "it is no longer there", help: "run again: the log was rotated meanwhile" },
  EMFILE: { why: "too many files are open", help: "raise the limit: ulimit -n 4096" },
  ESTALE: { why: "the network disk has lost it" },
};

/** The code of a failed system call, such as `EACCES`; empty for anything else. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** The Problem for a file or folder that is there and cannot be read. */
export function cannotRead(name: string, error: unknown): Problem {
  const code = errorCode(error);
  const known = REASONS[code];
  return new Problem({
    code: "input-unreadable",
    what: "this cannot be read",
    where: name,
    why: known?.why ?? (code || (error instanceof Error ? error.message : String(error))),
    ...(known?.help === undefined ? {} : { help: known.help }),
    exit: Exit.input,
    cause: error,
  });
}
