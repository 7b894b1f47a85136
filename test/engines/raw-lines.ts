import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RemoteEngine } from "../../src/engines/remote.js";
import type { Format } from "../../src/formats/format.js";
import { looksLikeJson, readingOf } from "../../src/formats/reading.js";
import { columnTypes } from "../../src/formats/record.js";
import { random } from "../cli/logs.js";
import { parseLines } from "../formats/parse-lines.js";

export type Read = Readonly<Record<string, unknown>>;

/** Lines that are read alike: a file of a log. */
export interface RawFile {
  readonly like: readonly string[];
  readonly lines: readonly string[];
}

const columns = [...columnTypes().keys()].filter((name) => name !== "source" && name !== "line");

/** A format's samples and refusals, and `many` mutations of each; a file for each of its headers. */
export function filesOf(format: Format, many: number): RawFile[] {
  const byHeader = new Map<string, string[]>();
  for (const { line, header = "" } of [...format.samples, ...format.refusals]) {
    if (!line.includes("\n") && !looksLikeJson([line])) {
      byHeader.set(header, [...(byHeader.get(header) ?? []), line]);
    }
  }
  return [...byHeader].map(([header, lines], at) => ({
    like: header === "" ? lines : [header, ...lines],
    lines: [
      ...new Set(lines.flatMap((line, n) => [line, ...mutated(line, many, at * 100 + n + 1)])),
    ],
  }));
}

/** Reads a file of raw lines as the engine does where it lies: its rows by their lines. */
export async function readOn(
  engine: RemoteEngine,
  format: Format,
  { like, lines }: RawFile,
  folder: string,
  place: string,
): Promise<Map<string, Read>> {
  const { dialect, expressions } = engine;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "lines.log"), lines.map((line) => `${line}\n`).join(""));
  const raw = engine.raw(place);
  for (const statement of raw.prepare) await engine.run(statement);
  const parser = readingOf(format, like).parser({});
  const sql = parser.sqlFor(expressions, raw.from, columns, ["line"]);
  const list = [...columns, "outcome", "reason"].map((name) => {
    const own = dialect.ident(name);
    if (name === "time") return `${dialect.timeText(own)} AS ${own}`;
    return name === "extra" ? `${dialect.mapJson(own)} AS ${own}` : own;
  });
  const rows = await engine.rows(`SELECT line, ${list.join(", ")} FROM (${sql}) AS found`);
  for (const statement of raw.finish) await engine.run(statement);
  return new Map(rows.map(({ line, ...row }) => [String(line), tidy(row)]));
}

/** The same by culprit's own exact reading. */
export async function readHere(
  format: Format,
  { like, lines }: RawFile,
): Promise<Map<string, Read>> {
  const rows = await parseLines(format, lines, { like, exactly: true });
  return new Map(rows.map((row, at) => [lines[at] ?? "", tidy({ ...row, raw: null })]));
}

/** Keys in order, without NULLs; times and floats as all engines can say them. */
function tidy(row: Read): Read {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(
    known
      .map(([name, value]): [string, unknown] => [name, plain(name, value)])
      .filter(([, value]) => value !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function plain(name: string, value: unknown): unknown {
  if (name === "time")
    return String(value)
      .replace(" ", "T")
      .replace(/(?:\.0*|(\.\d*?)0*)?Z?$/, "$1Z");
  if (typeof value === "number") return Number(value.toPrecision(12));
  if (name !== "extra") return value;
  const extra = (typeof value === "string" ? JSON.parse(value) : value) as object;
  const filled = Object.entries(extra).filter(([, each]) => each !== null);
  if (filled.length === 0) return undefined;
  return Object.fromEntries(filled.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const INSERTED = [
  ...Array.from("\" \t\\\u0001\u007fé\u00a0🦄-,:/[]{}%#'0x9Z+"),
  '""',
  "  ",
  '\\"',
  "\\x22",
  "\\xC3\\xA9",
  "\\xC3(",
  "\\xff",
  "\\n",
  "%20",
  "%C3%A9",
  "%ff",
  "%zz",
  "+",
  "::1",
  "::ffff:1.2.3.4",
];

/** What hostile clients, broken relays and editors make of a line: the same for the same seed. */
function mutated(line: string, count: number, seed: number): string[] {
  const next = random(seed);
  return Array.from({ length: count }, () => {
    let text = line;
    for (let times = next(3); times >= 0; times--) {
      const from = next(text.length + 1);
      const insert = next(4) === 0 ? "" : (INSERTED[next(INSERTED.length)] ?? "");
      text = text.slice(0, from) + insert + text.slice(from + next(3));
    }
    return Buffer.from(text).toString("utf8");
  });
}
