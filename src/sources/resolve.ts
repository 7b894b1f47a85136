import { Exit, Problem } from "../problems/problem.js";
import type { Input } from "./input.js";
import { sources as kinds } from "./registry.js";
import { inTimeOrder, rotationOf } from "./rotation.js";
import type { Found, ResolveOptions } from "./source.js";

export type { ResolveOptions } from "./source.js";

/**
 * The inputs that the arguments of a command mean: files, quoted globs, folders, `-` and `ssh://`.
 * A rotated set is put in time order, and the same file under two names is read once, with a warning.
 *
 * @example
 * await resolveInputs(["logs/access.log*"], options)
 * // names: logs/access.log.2.gz, logs/access.log.1, logs/access.log
 */
export async function resolveInputs(
  sources: readonly string[],
  options: ResolveOptions,
): Promise<Input[]> {
  const found: Found[] = [];
  for (const text of sources) {
    if (text === "" || text.includes("\0")) throw unusable(text);
    const kind = kinds.find((candidate) => candidate.accepts(text));
    if (!kind) throw unusable(text);
    found.push(...(await kind.find(text, options)));
  }
  const ordered = inTimeOrder(once(found, options), placeOf);
  warnOfCopies(ordered, options);
  return ordered;
}

/** Where an input lies: two routes to one folder are one place. */
function placeOf(input: Input): string {
  return input.path ?? input.name;
}

function once(found: readonly Found[], options: ResolveOptions): Input[] {
  const first = new Map<string, Input>();
  for (const { input, identity } of found) {
    const known = first.get(identity);
    if (!known) first.set(identity, input);
    else if (known.name === input.name) options.warn(`${input.name} is given twice: read once`);
    else options.warn(`${input.name} is the same file as ${known.name}: read once`);
  }
  return [...first.values()];
}

/** `access.log.1` beside `access.log.1.gz` is usually one file that is just being compressed. */
function warnOfCopies(inputs: readonly Input[], options: ResolveOptions): void {
  const seen = new Map<string, string>();
  for (const input of inputs) {
    const { uncompressed } = rotationOf(placeOf(input));
    const other = seen.get(uncompressed);
    if (other === undefined) seen.set(uncompressed, input.name);
    else
      options.warn(
        `${other} and ${input.name} are both read: if one is a compressed copy of the other, its lines count twice`,
      );
  }
}

function unusable(text: string): Problem {
  return new Problem({
    code: "source-unknown",
    what: text === "" ? "a source is an empty text" : "culprit cannot read from this source",
    where: text,
    why: `a source is one of: ${kinds.map((kind) => kind.shape).join(", ")}`,
    help: "pipe anything else: curl -s URL | culprit report -",
    exit: Exit.usage,
  });
}
