import { Exit, Problem } from "../problems/problem.js";
import { pipe } from "./magic.js";

/** The Problem for a compressed file that ends too early. */
export function truncated(kind: "gzip" | "zstd", name: string, position: number): Problem {
  return new Problem({
    code: `${kind}-truncated`,
    what: `the ${kind} data ends too early`,
    where: at(name, position),
    why: "the file is still being written, or it was cut off when it was copied",
    help: `copy it again, or take what is there: ${pipe((file) => `${kind} -dc ${file}`, name)}`,
    exit: Exit.input,
  });
}

/** The Problem for a compressed file whose bytes make no sense, or not the text they promise. */
export function corrupt(
  kind: "gzip" | "zstd",
  name: string,
  position: number,
  reason: Error | string,
): Problem {
  return new Problem({
    code: `${kind}-corrupt`,
    what: `the ${kind} data is damaged`,
    where: at(name, position),
    why: typeof reason === "string" ? reason : reason.message,
    help: `copy it again, or take what can be read: ${pipe((file) => `${kind} -dc ${file}`, name)}`,
    exit: Exit.input,
    ...(typeof reason === "string" ? {} : { cause: reason }),
  });
}

function at(name: string, position: number): string {
  return `${name}: after byte ${position} of the compressed data`;
}
