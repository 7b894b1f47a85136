import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RemoteEngine } from "../../src/engines/remote.js";
import { isJson, type Format } from "../../src/formats/format.js";
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

const JSON_LINES = "{";

const columns = [...columnTypes().keys()].filter((name) => name !== "source" && name !== "line");

/**
 * A format's samples and refusals, and `many` mutations of each; a file for each of its headers, and one
 * for its JSON.
 */
export function filesOf(format: Format, many: number): RawFile[] {
  const byHeader = new Map<string, string[]>();
  for (const { line, header = "" } of [...format.samples, ...format.refusals]) {
    const kind = !isJson(format) && looksLikeJson([line]) ? JSON_LINES : header;
    if (!line.includes("\n")) byHeader.set(kind, [...(byHeader.get(kind) ?? []), line]);
  }
  return [...byHeader].map(([header, lines], at) => ({
    like: header === "" || header === JSON_LINES ? lines : [header, ...lines],
    lines: [
      ...new Set(lines.flatMap((line, n) => [line, ...mutated(line, many, at * 100 + n + 1)])),
    ],
  }));
}

/** Objects on which readers of JSON differ. */
export const oddObjects: RawFile = {
  like: ['{"status":200}'],
  lines: [
    ...[
      ...[
        "0",
        "-0",
        "-0.0",
        "0.0",
        "0.10",
        "-7.250",
        "12.0",
        "1e5",
        "1E400",
        "01",
        "+1",
        ".5",
        "5.",
      ],
      ...["0.000936428", "0.00012", "0.000012", "0.00001", "-0.0000012", "0.0000001", "0.000010"],
      ...["1703373474.8155608", "0.1000000000000000055", "123456789012345.5", "1234567890123456.5"],
      ...["9007199254740993", "18446744073709551616", "-9223372036854775809", "NaN", "-Infinity"],
      ...["12345678901234567890123456789012345"],
      ...["true", "false", "null", "[]", "{}", "[1, 2.50,\t{}]", '{"z":1.0,"a":[0.0000012,null]}'],
      ...['{"b":{"y":"\\u00e9\\/\\n\\u001f","x":"\u{1F984}"},"a":"\\""}', '{"a":1,"a":2}', "[1,]"],
      ...[
        '"\\ud83d\\ude00"',
        '"\\ud83d"',
        '"\\u0000"',
        '"\\u2028"',
        '"\u2028"',
        '"\\uf8fe1"',
        '"\\q"',
      ],
      ...[
        '"{\\"a\\":1}"',
        '"5.e-05"',
        '"0.000012"',
        '"\\\\u2028"',
        '"\\\\ud83d\\ude00"',
        '"\\ud83d\\\\\\ude00"',
        '"\\u007f\u007f"',
        '"null"',
        '"-"',
        '""',
      ],
    ].map((value) => `{"status":200,"odd":${value},"elapsed":${value},"user":${value}}`),
    ...[
      ...[
        "12",
        "1.5",
        "2.5",
        "-2.5",
        "0.004",
        "1e3",
        " 5",
        "5 ",
        "1_000",
        "0x1F",
        "+5",
        "inf",
        "nan",
        "-3",
        "2,5",
      ],
      ...["-", "", "99999999999999999999", "1.5ms", "20\u00b5s", "null"],
    ].flatMap((text) => [
      `{"status":200,"bytes":"${text}","asn":"${text}","duration":"${text}","response_time":"${text}"}`,
      `{"status":"${text}","request_time":"${text}","client_port":"${text}"}`,
    ]),
    ...[
      ...["2026-11-05", "2026-11-05T10:31", "2026-11-05T10:31:02", "2026-11-05 10:31:02.123456789"],
      ...["2026-11-05T10:31:02z", "2026-11-05T10:31:02+01", "2026-11-05T10:31:02+0100", "20261105"],
      ...["2026-11-05T24:00:00Z", "2026-02-30T10:31:02Z", "2026-11-05T10:31:02 UTC", "05/Nov/2026"],
      ...["05/Nov/2026:10:31:02 +0100", "05/Nox/2026:10:31:02 +0100", " 2026-11-05T10:31:02Z"],
      ...["1762335062", "1762335062.125", "1762335062125", "1762335062125000000", "-1", "infinity"],
      ...["epoch", "yesterday", "-"],
    ].map((text) => `{"status":200,"time":"${text}"}`),
    ...["1762335062", "1762335062.125", "1762335062.1250001", "1.5e9", "99999999999999999999"].map(
      (number) => `{"status":200,"time":${number}}`,
    ),
    '{"http":{"request":{"method":"GET"},"response":5},"status":200,"http.request.method":"PUT"}',
    '{"http":[{"request":{"method":"GET"}}],"url":{"path":["/a"]},"status":200}',
    '{"request":{"method":"GET"},"status":"200","a\\"b":1.50,"a.b":{"c":[]},"":0}',
    '{"request":"GET /\\u00e9?a=1 HTTP/1.1","uri":"/b","status":404,"tls_protocol":{"b":1,"a":2.0}}',
    '{"status":200,"source":{"ip":"192.0.2.1","ip":"192.0.2.2"}}',
    '  {"status" : 200 , "x":\t[ ] }  ',
    '\u00a0{"status":200}',
    '{"status":200} x',
    '[{"status":200}]',
    '"status"',
    "{}",
    "nothing",
  ],
};

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
  ...[
    "12.50",
    "0.0000012",
    "1e5",
    "-0",
    "1.0",
    "true",
    "null",
    '{"a":[1.0,"\\u00e9/"]}',
    '"status":',
  ],
  ...["\\u001B", "\\u0000", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\/", ",", "}"],
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
