import type { ExitCode } from "../problems/problem.js";
import type { Flag } from "./flags.js";
import type { Io } from "./io.js";

/** A command: what it is called, what it accepts, and what it does. */
export interface Command<Flags = never> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly about: string;
  /** Arguments in commander's notation. */
  readonly usage: string;
  readonly flags: readonly Flag[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  run(args: readonly string[], flags: Flags, io: Io): Promise<ExitCode>;
}
