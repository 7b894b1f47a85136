import { CommanderError, Command as Program, Option } from "commander";
import { Exit, type ExitCode } from "../problems/problem.js";
import { nearest } from "../outputs/nearest.js";
import type { Command } from "./command.js";
import { explainError } from "./errors.js";
import type { Flag } from "./flags.js";
import type { Io } from "./io.js";
import { commands } from "./registry.js";
import { version } from "./version.js";

const EXAMPLES = `Examples:
  culprit report access.log                    who dominates, on what, since when
  culprit top client_ip,path 'access.log*'     ranked by requests
  culprit activity -w client_ip=203.0.113.7 access.log
  culprit sql 'SELECT status, count(*) FROM requests GROUP BY 1' access.log
`;

/** Runs culprit with arguments (without node and script) and returns its exit code. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.ok : Exit.usage;
    const { text, code } = explainError(error, io.signal.aborted);
    io.stderr.write(text);
    return code;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<ExitCode> {
  const [first = ""] = argv;
  const help = first === "help" ? argv[1] : undefined;
  const name = help ?? first;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined) {
    const args = help === undefined ? argv.slice(1) : ["--help"];
    return runCommand(await load(), args, io);
  }
  if (first === "--version" || first === "-V" || first === "version") {
    io.stdout.write(`culprit ${version()}\n`);
    return Exit.ok;
  }
  if (first === "" || first === "help" || first === "--help" || first === "-h") {
    (first === "" ? io.stderr : io.stdout).write(await overview());
    return first === "" ? Exit.usage : Exit.ok;
  }
  const guess = nearest(first, Object.keys(commands));
  io.stderr.write(
    `culprit: there is no command ${JSON.stringify(first)}\n` +
      `  help:  ${guess === undefined ? "culprit help lists them" : `did you mean culprit ${guess}?`}\n`,
  );
  return Exit.usage;
}

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(
      async ([name, load]) => `  ${name.padEnd(10)} ${(await load()).about}`,
    ),
  );
  return (
    `culprit finds who is hammering a site, what changed, and what it costs, from access logs.\n\n` +
    `${EXAMPLES}\nCommands:\n${lines.join("\n")}\n\n` +
    `culprit help COMMAND says more. Exit codes: 0 fine, 1 findings (--fail-on), 2 usage, 3 input, 130 interrupted.\n`
  );
}

async function runCommand(
  command: Command<object>,
  args: readonly string[],
  io: Io,
): Promise<ExitCode> {
  let code: ExitCode = Exit.ok;
  const program = new Program(`culprit ${command.name}`)
    .usage(`[options] ${command.usage}`)
    .description(command.about)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .addHelpText("after", examplesOf(command));
  for (const argument of command.usage.split(" ")) program.argument(argument);
  for (const flag of command.flags) program.addOption(option(flag));
  program.action(async () => {
    code = await command.run(program.args, program.opts(), io);
  });
  await program.parseAsync(args, { from: "user" });
  return code;
}

function option(flag: Flag): Option {
  const made = new Option(flag.flags, flag.about).helpGroup(`${flag.group}:`);
  if (flag.choices !== undefined) made.choices(flag.choices);
  if (flag.fallback !== undefined) made.default(flag.fallback);
  if (flag.repeat === true) {
    made.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  }
  return made;
}

const examplesOf = ({ examples }: Command<object>): string =>
  `\nExamples:\n${examples.map(([text, meaning]) => `  ${text}${meaning === "" ? "" : `    # ${meaning}`}`).join("\n")}\n`;
