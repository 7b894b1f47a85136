import { ident } from "../../engines/sql.js";
import type { Field } from "../layout.js";
import { constantsOf, nested } from "./assembly.js";
import type { ParserOptions } from "./parser.js";
import { columnSources, recordStages } from "./record-sql.js";
import type { Split } from "./split.js";

interface Quick {
  readonly source: string;
  readonly columns: readonly string[];
  readonly slots: readonly Field[];
  readonly options: ParserOptions;
  readonly split: Split;
  /** All must hold; NULL is no. */
  readonly conditions: readonly string[];
}

/** Every line as if it were an ordinary one; `outcome` tells where that was so. */
export function quickSql({ source, columns, slots, options, split, conditions }: Quick): string {
  const has = ({ native }: Field): boolean => split.cells.has(native);
  const forms = slots.map((slot, index) => quickForm(slot, `c${index}`, split));
  const fields = forms.map(({ field }) => field);
  const record = recordStages(
    columnSources(fields, has),
    constantsOf(options),
    options.derivations ?? [],
  );
  const valid = forms.flatMap(({ field: { kind }, text }, index) =>
    has(slots[index] as Field) && kind.valid !== undefined
      ? [`(${kind.valid(text, `t${index}`)})`]
      : [],
  );
  const implied = new Set(forms.flatMap((form) => form.implied));
  const stages: (readonly string[])[] = [
    ...split.stages,
    fields.map(
      ({ native }, index) => `${split.cells.get(native) ?? "CAST(NULL AS VARCHAR)"} AS c${index}`,
    ),
    forms.map(({ field, text }, index) => `${field.kind.typed(text)} AS t${index}`),
    [
      `coalesce(${[...conditions.filter((condition) => !implied.has(condition)), ...valid].join(" AND ")}, false) AS parsed`,
    ],
    ...record.stages,
  ];
  const list = [
    ...columns.map((name) => `${record.columns.get(name)} AS ${ident(name)}`),
    "CASE WHEN parsed THEN 'parsed' ELSE 'odd' END AS outcome",
    "CAST(NULL AS VARCHAR) AS reason",
    "CASE WHEN parsed THEN NULL ELSE line END AS raw",
  ];
  return nested(list, stages, source);
}

interface QuickForm {
  readonly field: Field;
  /** What its value is made from. */
  readonly text: string;
  /** Conditions of the split that its `valid` makes superfluous. */
  readonly implied: readonly string[];
}

function quickForm(field: Field, text: string, { cells, wrapped }: Split): QuickForm {
  const { kind, native } = field;
  if (!cells.has(native) || kind.quick === undefined) return { field, text, implied: [] };
  const { within, ...quick } = kind.quick;
  const around = wrapped.get(native);
  if (within === undefined || around === undefined) {
    return { field: { ...field, kind: { ...kind, ...quick } }, text, implied: [] };
  }
  const forms = within(around.prefix, around.suffix);
  return {
    field: { ...field, kind: { ...kind, ...quick, ...forms } },
    text: around.text,
    implied: around.implied,
  };
}
