import { styleText } from "node:util";

export const colorFlags = ["auto", "always", "never"] as const;
export type ColorFlag = (typeof colorFlags)[number];

export interface ColorSurroundings {
  flag: ColorFlag;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether the stream that is written to is a terminal. */
  isTTY: boolean | undefined;
}

/**
 * Whether to colour: `--color`, then NO_COLOR, then FORCE_COLOR, then whether a terminal that can
 * colour is looking. Node's own rule lets FORCE_COLOR win and warns, so it is decided here.
 */
export function wantsColor({ flag, env, isTTY }: ColorSurroundings): boolean {
  if (flag !== "auto") return flag === "always";
  // no-color.org: "when present and not an empty string".
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTTY === true && env["TERM"] !== "dumb";
}

/** Puts a look on text that is already safe to print. */
export type Paint = (text: string) => string;

const looks = [
  "bold",
  "dim",
  "underline",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
] as const;

/** One function a look; without colour each returns its text unchanged. */
export type Style = Readonly<Record<(typeof looks)[number], Paint>> & { readonly enabled: boolean };

/** `createStyle(true).red("no")` → `\x1b[31mno\x1b[39m`, `createStyle(false).red("no")` → `no` */
export function createStyle(enabled: boolean): Style {
  const paint = (look: (typeof looks)[number]): Paint =>
    enabled ? (text) => styleText(look, text, { validateStream: false }) : (text) => text;
  return {
    enabled,
    bold: paint("bold"),
    dim: paint("dim"),
    underline: paint("underline"),
    red: paint("red"),
    green: paint("green"),
    yellow: paint("yellow"),
    blue: paint("blue"),
    magenta: paint("magenta"),
    cyan: paint("cyan"),
  };
}

export const plain: Style = createStyle(false);
