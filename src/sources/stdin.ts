import { Exit, Problem } from "../problems/problem.js";
import type { Input } from "./input.js";
import type { Found, ResolveOptions, Source } from "./source.js";

/** The device names of standard input, read as `-`: a socket there could not be opened by its path. */
const NAMES: ReadonlySet<string> = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

/** Standard input. */
export const stdinSource: Source = {
  shape: "-",
  accepts: (text) => NAMES.has(text),
  find(_text, options): Promise<Found[]> {
    if (options.stdinIsTTY) {
      return Promise.reject(
        new Problem({
          code: "stdin-is-terminal",
          what: "standard input is the keyboard, so there is no log to read from it",
          where: "-",
          help: "pipe a log into it, for example: zcat access.log.*.gz | culprit report -",
          exit: Exit.usage,
        }),
      );
    }
    return Promise.resolve([{ input: stdinInput(options), identity: "stdin" }]);
  },
};

function stdinInput(options: ResolveOptions): Input {
  let opened = false;
  return {
    name: "stdin",
    open(): AsyncIterable<Buffer> {
      if (opened) {
        throw new Problem({
          code: "stdin-read-twice",
          what: "standard input can be read only once",
          where: "stdin",
          help: "save it to a file first, and give the file",
          exit: Exit.input,
        });
      }
      opened = true;
      return options.stdin;
    },
  };
}
