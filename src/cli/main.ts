import { CommanderError, Command as Program, Option } from "commander";
import { streamSink } from "../outputs/sink.js";
import { Exit, Problem, type ExitCode } from "../problems/problem.js";
import { nearest } from "../outputs/nearest.js";
import type { Command } from "./command.js";
import { withEnvFiles, type EnvFlags } from "./config/env-file.js";
import { explainError } from "./errors.js";
import { commonFlags, configFlag, type Flag } from "./flags.js";
import type { Io } from "./io.js";
import { checkPlace } from "./output.js";
import { commands } from "./registry.js";
import { version } from "./version.js";

const EXAMPLES = `Examples:
  culprit report access.log                    who dominates, on what, since when
  culprit top client_ip,path 'access.log*'     ranked by requests
  culprit activity -w client_ip=203.0.113.7 access.log
  culprit compare --incident 2026-11-05T14:00..15:00 access.log
  culprit scrapers access.log                  who scrapes, and the evidence
  culprit sql 'SELECT status, count(*) FROM requests GROUP BY 1' access.log
`;

/** Runs culprit with arguments (without node and script) and returns its exit code. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
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
    await say(`culprit ${version()}\n`, io);
    return Exit.ok;
  }
  if (first === "") {
    io.stderr.write(await overview());
    return Exit.usage;
  }
  if (name === "help" || first === "--help" || first === "-h") {
    await say(await overview(), io);
    return Exit.ok;
  }
  throw unknownCommand(name);
}

/** Writes help to standard output, whose reader may go away. */
async function say(text: string, io: Io): Promise<void> {
  await streamSink(io.stdout).write(text);
}

function unknownCommand(name: string): Problem {
  const guess = nearest(name, Object.keys(commands));
  return new Problem({
    code: "unknown-command",
    what: `There is no command ${JSON.stringify(name)}`,
    help: guess === undefined ? "culprit help lists them" : `Did you mean culprit ${guess}?`,
    exit: Exit.usage,
  });
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
  let help = "";
  const program = new Program(`culprit ${command.name}`)
    .usage(`[options] ${command.usage}`)
    .description(command.about)
    .exitOverride()
    .configureHelp({ minWidthToWrap: 16 })
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => (help += text),
      outputError: () => {},
      getOutHelpWidth: () => io.stdout.columns ?? 100,
    })
    .addHelpText("after", examplesOf(command));
  for (const argument of command.usage.split(" ")) program.argument(argument);
  for (const flag of [...command.flags, ...commonFlags]) program.addOption(option(flag));
  program.action(async () => {
    const flags = program.opts<{ output?: string; rejects?: string } & EnvFlags>();
    if (flags.output !== undefined) checkPlace("-o", flags.output, io);
    if (flags.rejects !== undefined) checkPlace("--rejects", flags.rejects, io);
    const surroundings = await withEnvFiles(flags, command.flags.includes(configFlag), io);
    code = await command.run(program.args, flags, surroundings);
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw badUsage(command.name, error);
    await say(help, io);
  }
  return code;
}

/** What commander says of a command line, in the words of every other problem. */
function badUsage(name: string, { code, message }: CommanderError): Problem {
  const [what = "", ...hints] = message.replace(/^error: /, "").split("\n");
  const hint = hints.map((line) => line.replace(/^\((.*)\)$/, "$1")).join(" ");
  return new Problem({
    code: code.replace("commander.", "usage-"),
    what: what.charAt(0).toUpperCase() + what.slice(1).replace(/\.$/, ""),
    where: `culprit ${name}`,
    ...(hint === "" ? {} : { why: hint }),
    help: `culprit help ${name}`,
    exit: Exit.usage,
  });
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
