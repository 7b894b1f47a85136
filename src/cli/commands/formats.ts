import { isJson } from "../../formats/format.js";
import { record } from "../../formats/record.js";
import { textTable } from "../../outputs/table.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { Command } from "../command.js";
import { outputFlags } from "../flags.js";
import { badFlag } from "../parse-flags.js";
import { lookOf, shapeOf, writeSet, writeText, type OutputFlags } from "../output.js";

interface Flags extends OutputFlags {
  readonly fields?: boolean;
}

export const formatsCommand: Command<Flags> = {
  name: "formats",
  about: "the log formats that are understood, and the fields of the record",
  usage: "[name]",
  flags: [
    { flags: "--fields", group: "This command", about: "the columns of the record" },
    ...outputFlags,
  ],
  examples: [
    ["culprit formats", "all of them"],
    ["culprit formats s3", "one, with a sample line"],
    ["culprit formats --fields", "what --where, top and sql can name"],
  ],
  async run([name], flags, io) {
    const { findFormat, formats } = await import("../../formats/registry.js");
    const shape = shapeOf(flags);
    if (shape === "parquet") {
      throw badFlag("-o", flags.output ?? "", "Only rows of logs are written as Parquet");
    }
    if (name !== undefined) {
      const format = findFormat(name);
      if (format === undefined) throw unknown(name);
      const lines = [
        `${format.name}: ${format.about}`,
        `also called: ${format.aliases.join(", ") || "nothing else"}`,
        `notation: ${format.notation}`,
        ...(isJson(format) ? [] : [`layouts: ${format.layouts.length}`]),
        ...format.samples.slice(0, 1).map(({ line }) => `sample: ${line}`),
      ];
      await writeText(lines, flags, io);
      return Exit.ok;
    }
    const [columns, rows] =
      flags.fields === true
        ? [
            ["field", "type", "meaning"],
            Object.entries(record).map(([field, { type, about }]) => [field, type, about]),
          ]
        : [
            ["format", "aliases", "about"],
            formats.map((format) => [format.name, format.aliases.join(" "), format.about]),
          ];
    if (shape === "text") {
      const titles = columns.map((title, at) => ({ title, ...(at === 1 ? { max: 30 } : {}) }));
      await writeText(textTable(titles, rows, lookOf(flags, io)), flags, io);
    } else {
      const set = {
        columns: columns.map((title) => ({ name: title, type: "text" as const })),
        rows: rows,
      };
      await writeSet(shape, set, flags, io);
    }
    return Exit.ok;
  },
};

const unknown = (name: string): Problem =>
  new Problem({
    code: "unknown-format",
    what: `There is no format ${name}`,
    help: "culprit formats lists them",
    exit: 2,
  });
