import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { Parser, ParserFunctions } from "../../formats/compile/parser.js";
import { ipIn } from "../../analyses/where.js";
import { CUT_LINE } from "../../sources/clean-lines.js";
import { canonicalAddress, networkOf } from "../../formats/addresses.js";
import { BOOLEAN, DuckDBScalarFunction, LIST, listValue, VARCHAR } from "./api.js";

type Text = string | null;

/** Registers a scalar function of one text; the engine only calls it for the rows that need it. */
function register(
  connection: DuckDBConnection,
  name: string,
  call: (text: string) => Text | readonly Text[],
  list = false,
): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      parameterTypes: [VARCHAR],
      returnType: list ? LIST(VARCHAR) : VARCHAR,
      mainFunction: (_info, input, output) => {
        const column = input.getColumnVector(0);
        for (let row = 0; row < input.rowCount; row++) {
          const text = column.getItem(row);
          const value = typeof text === "string" ? call(text) : null;
          output.setItem(row, (Array.isArray(value) ? listValue(value) : value) as DuckDBValue);
        }
        output.flush();
      },
    }),
  );
}

/** Addresses come again and again: what was found for one is kept, up to a bound. */
const REMEMBERED = 200_000;

function remembering(call: (text: string) => Text): (text: string) => Text {
  const known = new Map<string, Text>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = call(text);
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, value);
    return value;
  };
}

/** The functions every parser's SQL may use. */
export function registerAddressFunctions(connection: DuckDBConnection): void {
  register(connection, "fold_ip", remembering(canonicalAddress));
  register(connection, "net_of", remembering(networkOf));
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: "ip_in",
      parameterTypes: [VARCHAR, VARCHAR],
      returnType: BOOLEAN,
      mainFunction: (_info, input, output) => {
        const [addresses, blocks] = [input.getColumnVector(0), input.getColumnVector(1)];
        for (let row = 0; row < input.rowCount; row++) {
          const [address, block] = [addresses.getItem(row), blocks.getItem(row)];
          const known = typeof address === "string" && typeof block === "string";
          output.setItem(row, known ? ipIn(address, block) : null);
        }
        output.flush();
      },
    }),
  );
}

/** How many bytes of a line were too many; undefined for whole lines. */
const leftOut = (line: string): string | undefined =>
  line.endsWith(" bytes]") ? CUT_LINE.exec(line)?.[2] : undefined;

/** Parsers known to a connection so far: a function's name can be used once. */
const registered = new WeakMap<DuckDBConnection, number>();

/** Registers one parser's exact reading and explanation under names of its own. */
export function registerParser(connection: DuckDBConnection, parser: Parser): ParserFunctions {
  const id = (registered.get(connection) ?? 0) + 1;
  registered.set(connection, id);
  const names = { exact: `exact_${id}`, explain: `explain_${id}` };
  const { exact } = parser;
  if (exact !== undefined) {
    const read = (line: string): Text[] | null =>
      leftOut(line) === undefined ? (exact(line)?.cells ?? null) : null;
    register(connection, names.exact, read, true);
  }
  register(connection, names.explain, (line) => {
    const cut = leftOut(line);
    if (cut === undefined) return parser.explain(line);
    return `the line is too long: ${cut} bytes of it were cut`;
  });
  return names;
}
