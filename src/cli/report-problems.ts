import { integer } from "../outputs/numbers.js";
import type { Problem } from "../problems/problem.js";
import { problemText } from "./errors.js";
import type { Io } from "./io.js";

/** Problems of one kind that are told in full. */
const SHOWN = 3;

/** Tells the problems of many objects: the first of each kind in full, the others as a number. */
export function reportProblems(problems: readonly Problem[], io: Io): void {
  const kinds = new Map<string, Problem[]>();
  for (const problem of problems) {
    const alike = kinds.get(problem.code) ?? [];
    alike.push(problem);
    kinds.set(problem.code, alike);
  }
  for (const [code, alike] of kinds) {
    for (const problem of alike.slice(0, SHOWN)) io.stderr.write(problemText(problem));
    if (alike.length > SHOWN) {
      io.stderr.write(`culprit: and ${integer(alike.length - SHOWN)} more like this (${code})\n`);
    }
  }
}
