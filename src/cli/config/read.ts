import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { nearest } from "../../outputs/nearest.js";
import { Problem } from "../../problems/problem.js";
import { jsonSchema, schema, type Config } from "./schema.js";

/** Reads the text of a configuration; every fault is a Problem with its line and the mend. */
export function readConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw refused(`${file}:${line}:${col}`, fault.message.split("\n")[0] ?? "", "Mend the YAML");
  }
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).filter((step) => typeof step !== "symbol");
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const guess = nearest(key, keysAt(path));
    throw refused(
      place(file, document, lines, [...path, key]),
      `${key} is no setting${path.length === 0 ? "" : ` of ${path.join(".")}`}`,
      guess === undefined ? `Known are ${keysAt(path).join(", ")}` : `Did you mean ${guess}?`,
    );
  }
  throw refused(
    place(file, document, lines, path),
    `${path.join(".") || "the configuration"} ${issue?.message ?? "is not valid"}`,
    "culprit config schema prints what is allowed",
  );
}

type Path = readonly (string | number)[];

/** `file:line:column` of the key that a path leads to. */
function place(file: string, document: Document, lines: LineCounter, path: Path): string {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const key = path.at(-1);
  const pair = isMap(parent)
    ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const node = pair?.key ?? document.getIn(path, true);
  const range = (node as { range?: readonly number[] | null } | undefined)?.range;
  if (range?.[0] === undefined) return file;
  const { line, col } = lines.linePos(range[0]);
  return `${file}:${line}:${col}`;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

/** The settings that may stand at a path. */
function keysAt(path: Path): string[] {
  let node = jsonSchema() as SchemaNode | undefined;
  for (const step of path) node = typeof step === "number" ? node?.items : node?.properties?.[step];
  return Object.keys(node?.properties ?? {});
}

const refused = (where: string, why: string, help: string): Problem =>
  new Problem({
    code: "bad-config",
    what: "The configuration cannot be used",
    where,
    why,
    help,
    exit: 2,
  });
