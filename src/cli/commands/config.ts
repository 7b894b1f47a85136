import { jsonText, type Value } from "../../outputs/values.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { loadConfig, placesOf, type ConfigFlags } from "../config/find.js";
import { configFlag } from "../flags.js";
import { writeText, type OutputFlags } from "../output.js";

type Flags = ConfigFlags & OutputFlags;

export const configCommand: Command<Flags> = {
  name: "config",
  about: "the configuration: show it with its origin, check it, print its schema",
  usage: "<action>",
  flags: [configFlag],
  examples: [
    ["culprit config show", "what is in force, and which file says so"],
    ["culprit config check --config culprit.yaml", "exit code 2 and the line when it is wrong"],
    ["culprit config schema > culprit.schema.json", "for editors"],
  ],
  async run([action], flags, io) {
    if (action === "schema") {
      const { jsonSchema } = await import("../config/schema.js");
      await writeText([jsonText(jsonSchema() as Value, 2)], flags, io);
      return Exit.ok;
    }
    if (action !== "show" && action !== "check") throw unknown(action ?? "");
    const loaded = await loadConfig(flags, io);
    if (loaded === undefined) {
      const places = placesOf(io).map((place) => `  ${place}`);
      await writeText(["there is no configuration; it may lie at", ...places], flags, io);
    } else if (action === "check") await writeText([`${loaded.file}: fine`], flags, io);
    else await writeText([`# from ${loaded.file}`, jsonText(loaded.config, 2)], flags, io);
    return Exit.ok;
  },
};

const unknown = (action: string): Problem =>
  new Problem({
    code: "unknown-action",
    what: `There is no culprit config ${action}`,
    help: "culprit config show, check or schema",
    exit: 2,
  });
