import type { ColumnType } from "../../formats/record.js";
import { plainNumber } from "../engine.js";
import type { TimesAs } from "../remote.js";

type Read = (value: unknown) => unknown;

/** `Nullable(LowCardinality(String))` → `String`. */
function bare(type: string): string {
  const [, inner] = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type) ?? [];
  return inner === undefined ? type : bare(inner);
}

const WHOLE = /^U?Int\d+$/;
const FLOAT = /^(?:B?Float\d+|Decimal.*)$/;
const TIME = /^Date(?:32|Time(?:64)?)?(?:\(|$)/;

/** How values of one of ClickHouse's types, as its JSON writes them, become ours; NULL is null. */
export function readerOf(type: string, times: TimesAs): Read {
  const read = present(bare(type), times);
  return (value) => (value === null || value === undefined ? null : read(value));
}

function present(type: string, times: TimesAs): Read {
  if (WHOLE.test(type)) return (value) => plainNumber(BigInt(value as string | number));
  if (FLOAT.test(type)) return Number;
  if (TIME.test(type)) return times === "date" ? dateOf : (value) => value;
  return (value) => value;
}

/** `2026-11-05T01:59:59.123456Z`, cut to milliseconds. */
const dateOf = (value: unknown): Date => new Date(String(value).replace(/(\.\d{3})\d+Z$/, "$1Z"));

/** What outputs call one of ClickHouse's types. */
export function columnType(type: string): ColumnType | "bool" | "json" {
  const own = bare(type);
  if (WHOLE.test(own)) return "int";
  if (FLOAT.test(own)) return "float";
  if (TIME.test(own)) return "time";
  if (own === "Bool") return "bool";
  return /^(?:Array|Map|Tuple|Variant|JSON)\b/.test(own) ? "json" : "text";
}
