import { addressText, likeAddress, parseNetwork } from "./where-ip.js";

/** What a terminal would not show as itself; markers for raw bytes (private use) too. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}]/gu;

/**
 * The condition that keeps the rows whose field is exactly this value, null for a missing one, as
 * `parseWhere` reads it: for the commands that findings print. Whatever the log held, it is printable;
 * on a command line it still goes through `shellWord`.
 *
 * `whereText("path", "/a b")` → `path="/a b"`, `whereText("referrer", null)` → `referrer=`
 */
export function whereText(field: string, value: string | number | bigint | null): string {
  const name = /^[^\s=!~<>",\\*]+$/.test(field) && field.search(UNSEEN) < 0 ? field : quote(field);
  if (value === null) return `${name}=`;
  const text = String(value);
  // A value of a log that reads as a block of addresses, or as another spelling of one, is itself.
  if (parseNetwork(text) !== undefined || (addressText(text) ?? text) !== text) {
    return `${name}~"^${text.replaceAll(".", "\\.")}$"`;
  }
  const bare = /^[^\s,"*\\]+$/.test(text) && text.search(UNSEEN) < 0 && !/^[=~<>]/.test(text);
  const mistyped = /[.:/]/.test(text) && likeAddress(text) && addressText(text) === undefined;
  return `${name}=${bare && !(mistyped && typeof value === "string") ? text : quote(text)}`;
}

/**
 * The condition that keeps the rows whose field is any of some texts, each given as its pieces with
 * anything between them: `whereGlob("path", [["/a"], ["/a/", ""]])` → `path="/a","/a/*"`.
 */
export const whereGlob = (field: string, texts: readonly (readonly string[])[]): string =>
  `${field}=${texts.map((pieces) => `"${pieces.map(escaped).join("*")}"`).join(",")}`;

/**
 * The condition that keeps the rows whose whole field is these texts with a pattern of RE2 between
 * them, `around` it what stands before and after, as patterns.
 *
 * `whereRegex("path", ["/p/", ".html"], "[0-9]+")` → `path~"^/p/[0-9]+[.]html$"`
 */
export function whereRegex(
  field: string,
  texts: readonly string[],
  between: string,
  around: readonly [string, string] = ["^", "$"],
): string {
  const pattern = `${around[0]}${texts.map(literally).join(between)}${around[1]}`;
  return `${field}~"${pattern.replaceAll('"', '\\"')}"`;
}

/** A text as a pattern that finds exactly it, in printable characters. */
const literally = (text: string): string =>
  text
    .replaceAll(/[\\^$.|?*+()[\]{}]/g, (character) =>
      character === "\\" || character === "^" ? `\\${character}` : `[${character}]`,
    )
    .replaceAll(UNSEEN, (character) => `\\x{${code(character)}}`);

const code = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase();

/** In double quotes, with every character that is special or unseen as an escape. */
const quote = (text: string): string => `"${escaped(text)}"`;

const escaped = (text: string): string =>
  text.replaceAll(/["\\*]/g, "\\$&").replaceAll(UNSEEN, (character) => `\\u{${code(character)}}`);
