import type { Writable } from "node:stream";
import { Exit, Problem } from "../problems/problem.js";

/** Where a result goes: text in order, and whether anyone still reads it. */
export interface Sink {
  /**
   * Writes the text and waits until the stream has taken it, so that a slow reader slows the writer.
   * False when the reader has gone (`| head`): then there is nothing left to do.
   */
  write(text: string): Promise<boolean>;
}

const GONE = new Set(["EPIPE", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END", "ECONNRESET"]);

/**
 * A sink on a Node stream such as process.stdout. A closed pipe ends it quietly; any other failure,
 * such as a full disk, is a Problem. `name` says in that Problem where the result was going.
 */
export function streamSink(stream: Writable, name = "the output"): Sink {
  let ended: Error | undefined = stream.errored ?? undefined;
  if (stream.destroyed || stream.writableEnded) ended ??= gone();
  let waiting: ((error: Error | null | undefined) => void) | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    waiting?.(ended);
  };
  // These stay: stdout reports a closed pipe after the write, and an unheard error ends the process.
  stream.on("error", end);
  // A stream may close without ever answering the write that was under way.
  stream.once("close", () => end(gone()));
  return {
    async write(text) {
      const error =
        ended ??
        (await new Promise<Error | null | undefined>((resolve) => {
          waiting = resolve;
          stream.write(text, "utf8", resolve);
        }));
      waiting = undefined;
      if (error === undefined || error === null) return true;
      ended ??= error;
      if (isGone(error)) return false;
      throw outputFailed(error, name);
    },
  };
}

const gone = (): Error => Object.assign(new Error("closed"), { code: "EPIPE" });

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

const isGone = (error: Error): boolean => GONE.has(codeOf(error));

function outputFailed(error: Error, name: string): Problem {
  const full = codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT";
  return new Problem({
    code: full ? "disk-full" : "output-failed",
    what: full ? "the disk is full" : "the result could not be written",
    where: name,
    why: error.message,
    help: full
      ? "free some space, or write to another disk with -o FILE"
      : "check that the place exists and may be written to",
    exit: Exit.input,
    cause: error,
  });
}
