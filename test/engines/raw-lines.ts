import type { RemoteEngine } from "../../src/engines/remote.js";
import type { Format } from "../../src/formats/format.js";
import { readingOf } from "../../src/formats/reading.js";
import { columnTypes } from "../../src/formats/record.js";
import { random } from "../cli/logs.js";

export type Read = Readonly<Record<string, unknown>>;

const columns = [...columnTypes().keys()].filter((name) => name !== "source" && name !== "line");

/** Reads lines as the engine does where they lie, one row a line; as `parseLines` gives them. */
export async function readOn(
  engine: RemoteEngine,
  format: Format,
  lines: readonly string[],
  like: readonly string[],
): Promise<Read[]> {
  const { dialect, expressions } = engine;
  const given = dialect.values("given", {
    columns: [
      ["line", "text"],
      ["n", "int"],
    ],
    rows: lines.map((line, at) => [line, at]),
  });
  const parser = readingOf(format, like).parser({});
  const sql = parser.sqlFor(expressions, `(SELECT * FROM ${given})`, columns, ["n"]);
  const list = [...columns, "outcome", "reason", "raw", "n"].map((name) => {
    const own = dialect.ident(name);
    if (name === "time") return `${dialect.timeText(own)} AS ${own}`;
    return name === "extra" ? `${dialect.mapJson(own)} AS ${own}` : own;
  });
  const rows = await engine.rows(`SELECT ${list.join(", ")} FROM (${sql}) AS found`);
  return rows.toSorted((a, b) => Number(a["n"]) - Number(b["n"])).map(tidy);
}

function tidy({ n: _, ...row }: Read): Read {
  const known = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  if (typeof known["time"] === "string") {
    known["time"] = `${known["time"].replace(" ", "T")}Z`.replace(/\.?0*Z$/, "Z");
  }
  if (known["extra"] !== undefined) {
    const extra = Object.entries(
      (typeof known["extra"] === "string" ? JSON.parse(known["extra"]) : known["extra"]) as object,
    ).filter(([, value]) => value !== null);
    if (extra.length === 0) delete known["extra"];
    else known["extra"] = Object.fromEntries(extra);
  }
  return known;
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
export function mutated(line: string, count: number, seed: number): string[] {
  const next = random(seed);
  return Array.from({ length: count }, () => {
    let text = line;
    for (let times = next(3); times >= 0; times--) {
      const from = next(text.length + 1);
      const insert = next(4) === 0 ? "" : (INSERTED[next(INSERTED.length)] ?? "");
      text = text.slice(0, from) + insert + text.slice(from + next(3));
    }
    return text;
  });
}
