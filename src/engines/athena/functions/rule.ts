/** What becomes of a Trino function. */
export type Rule = {
  /** How many arguments have a faithful equivalent: least and most. */
  readonly args: readonly [least: number, most: number];
  /** Arguments that must be a text literal, and what the engine must get instead of it. */
  readonly literals?: Readonly<Record<number, (text: string) => string>>;
} & (
  | { readonly kind: "same" }
  /** Another name, the same arguments: FILTER, OVER and DISTINCT go on working. */
  | { readonly kind: "renamed"; readonly to: string }
  /** `(a, b) AS …`, in the schema `athena`; several overloads are divided by commas. */
  | { readonly kind: "macro"; readonly sql: string }
  | { readonly kind: "refused"; readonly why: string; readonly help: string }
);

export type Rules = Readonly<Record<string, Rule>>;

type Args = readonly [number, number] | number;
const range = (args: Args): readonly [number, number] =>
  typeof args === "number" ? [args, args] : args;

/** The engine has the same function under the same name. */
export const same = (args: Args): Rule => ({ kind: "same", args: range(args) });

export const renamed = (to: string, args: Args, literals?: Rule["literals"]): Rule => ({
  kind: "renamed",
  to,
  args: range(args),
  ...(literals === undefined ? {} : { literals }),
});

export const macro = (args: Args, sql: string, literals?: Rule["literals"]): Rule => ({
  kind: "macro",
  args: range(args),
  sql,
  ...(literals === undefined ? {} : { literals }),
});

export const refused = (why: string, help: string): Rule => ({
  kind: "refused",
  args: [0, 255],
  why,
  help,
});

/** The same rule under several names. */
export const each = (names: string, rule: Rule): Rules =>
  Object.fromEntries(names.split(" ").map((name) => [name, rule]));

/** An overload for every number of arguments from 2 on: Trino's variadic functions. */
export function variadic(most: number, body: (names: readonly string[]) => string): Rule {
  const overloads = Array.from({ length: most - 1 }, (_, index) => {
    const names = Array.from({ length: index + 2 }, (_unused, at) => `a${at}`);
    return `(${names.join(", ")}) AS ${body(names)}`;
  });
  return macro([2, most], overloads.join(", "));
}
