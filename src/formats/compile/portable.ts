import { BORDER, UNIT } from "../../engines/expressions/escapes.js";
import { literal } from "../../engines/sql.js";
import { MAX_LINE_BYTES } from "../../sources/clean-lines.js";
import { fieldsOf, isLiteral, withFields, type Field, type Layout } from "../layout.js";
import { layoutPattern } from "./exact.js";
import { tooManyWaysSql } from "./freedom.js";

/**
 * The exact reading of a line as SQL alone, for engines without culprit's functions. Written in the
 * words of the kinds, and three more: `groups(text, pattern)` (the groups of a whole text as a list,
 * `''` where one is missing; no list where it does not match), `unescaped(text)` and `count_matches`.
 * There is the column `text`, which is NULL where the line is blank or refused already.
 */
export interface LineReading {
  /** `expression AS name`; a stage may use what the ones before it have named. */
  readonly stages: readonly (readonly string[])[];
  /** Whether the line was understood: never NULL. */
  readonly understood: string;
  /** A text per slot, NULL where the line has none. */
  readonly cells: readonly string[];
  /**
   * Why a line is refused that engines could not read the same way, NULL for others. Absent: what
   * holds for all lines of the layouts.
   */
  readonly unread?: string;
}

/** `WHEN … THEN reason` for a text with escapes that engines do not take back. */
export const unitFault = (text: string): string =>
  `WHEN regexp_matches(${singleBackslashes(text)}, ${literal(UNIT)}) THEN 'the line holds \\uHHHH, which engines do not read'`;

/** Without the backslashes that are escaped themselves, which begin no escape. */
export const singleBackslashes = (text: string): string => `replace(${text}, '\\\\', '--')`;

/** What all formats begin with: the text of the line, whether it is blank, and why it is refused. */
export function lineStages(layouts: readonly Layout[], blank: string): string[][] {
  const hasUnits = layouts.some(({ escaping, items }) =>
    [escaping, ...items.map((item) => (isLiteral(item) ? undefined : item.escaping))].some(
      (each) => each === "backslash" || each === "bytes",
    ),
  );
  const faults = [
    "WHEN NOT is_text(line) THEN 'the line holds bytes that are not UTF-8, which engines do not read as they are'",
    `WHEN strlen(line) > ${MAX_LINE_BYTES} THEN 'the line is too long'`,
    `WHEN contains(line, ${literal(BORDER)}) THEN 'the line holds the private character U+F8FE'`,
    ...(hasUnits ? [unitFault("line")] : []),
  ];
  return [
    [`plain_text(line) AS whole`],
    [`${blank.replaceAll(/\btext\b/g, "whole")} AS blank`],
    [`CASE WHEN NOT blank THEN CASE ${faults.join(" ")} END END AS fault`],
    [`CASE WHEN NOT blank AND fault IS NULL THEN whole END AS text`],
  ];
}

/** Reads by layouts, the first that a line is of. */
export function layoutReading(
  layouts: readonly Layout[],
  slots: readonly Field[],
  line = "text",
): LineReading {
  const groups = layouts.map((layout, at) => {
    const open = tooManyWaysSql(layout, line);
    // Nearly all lines are of the first: the others are tried where it does not match.
    const tried = [
      ...(at === 0 ? [] : ["NOT is0"]),
      ...(open === undefined ? [] : [`NOT coalesce(${open}, false)`]),
    ];
    const text = tried.length === 0 ? line : `CASE WHEN ${tried.join(" AND ")} THEN ${line} END`;
    return `groups(${text}, ${literal(`[ \\t]*${layoutPattern(layout)}[ \\t]*`)}) AS m${at}`;
  });
  const found = layouts.map((layout, at) => {
    const ascii = fieldsOf(layout).flatMap(({ kind }, index) =>
      kind.ascii === true ? [`strlen(m${at}[${index + 1}]) = length(m${at}[${index + 1}])`] : [],
    );
    return `coalesce(${[`len(m${at}) > 0`, ...ascii].join(" AND ")}, false) AS is${at}`;
  });
  const others = layouts.length > 1 ? [groups.slice(1), found.slice(1)] : [];
  const cells = slots.map((slot, index) => new Cell(slot, index, layouts));
  return {
    stages: [
      groups.slice(0, 1),
      found.slice(0, 1),
      ...others,
      [`CASE ${layouts.map((_, at) => `WHEN is${at} THEN ${at}`).join(" ")} END AS layout`],
      cells.map((cell) => cell.taken()),
      cells.map((cell) => cell.bare()),
    ],
    understood: "(layout IS NOT NULL)",
    cells: cells.map((cell) => cell.text()),
  };
}

/** A layout that has the slot, and the group that holds it. */
interface Way {
  readonly at: number;
  readonly group: number;
  readonly layout: Layout;
  readonly field: Field;
  /** A line may end before it. */
  readonly isOptional: boolean;
}

/** How a slot's text comes out of the groups of whichever layout it was. */
class Cell {
  readonly #taken: string;
  readonly #bare: string;
  readonly #ways: readonly Way[];

  constructor({ native }: Field, index: number, layouts: readonly Layout[]) {
    this.#taken = `g${index}`;
    this.#bare = `b${index}`;
    this.#ways = layouts.flatMap((layout, at) => {
      const fields = fieldsOf(layout);
      const group = fields.findIndex((field) => field.native === native);
      const field = fields[group];
      if (field === undefined) return [];
      const isOptional = group >= fieldsOf(withFields(layout, 0)).length;
      return [{ at, group: group + 1, layout, field, isOptional }];
    });
  }

  taken(): string {
    const whens = this.#ways.map(
      ({ at, group, isOptional }) =>
        `WHEN ${at} THEN ${isOptional ? `nullif(m${at}[${group}], '')` : `m${at}[${group}]`}`,
    );
    return `CASE layout ${whens.join(" ")} END AS ${this.#taken}`;
  }

  bare(): string {
    const isQuoted = this.#where(({ field }) => field.quoted === true);
    const isCut = this.#where(
      ({ field, layout }) => field.quoted === true && layout.cutEnd === true,
    );
    const value = this.#taken;
    if (isQuoted === undefined) return `${value} AS ${this.#bare}`;
    const inner = `substr(${value}, 2, length(${value}) - 2)`;
    // A line that was cut has no closing quote; an escaped quote at its end is none.
    const cut =
      isCut === undefined
        ? ""
        : ` WHEN ${isCut} AND NOT regexp_matches(${value}, '(?s)[^\\\\](?:\\\\\\\\)*"$') THEN substr(${value}, 2)`;
    return `CASE WHEN NOT (${isQuoted}) OR NOT starts_with(${value}, '"') THEN ${value}${cut} ELSE ${inner} END AS ${this.#bare}`;
  }

  text(): string {
    const isEscaped = this.#where(({ field, layout }) => {
      const escaping = field.escaping ?? layout.escaping;
      return escaping === "backslash" || escaping === "bytes";
    });
    const value = this.#bare;
    if (isEscaped === undefined) return value;
    if (isEscaped === "true") return `unescaped(${value})`;
    return `CASE WHEN ${isEscaped} THEN unescaped(${value}) ELSE ${value} END`;
  }

  /** A condition for the layouts of which something holds: `true` for all, undefined for none. */
  #where(holds: (way: Way) => boolean): string | undefined {
    const those = this.#ways.filter(holds);
    if (those.length === 0) return undefined;
    if (those.length === this.#ways.length) return "true";
    return `layout IN (${those.map(({ at }) => at).join(", ")})`;
  }
}
