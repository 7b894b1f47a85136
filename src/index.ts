/** The library behind the command line: run a command, or use the pieces. */
export { run } from "./cli/main.js";
export type { Io } from "./cli/io.js";
export { Exit, Problem, type ExitCode } from "./problems/problem.js";
