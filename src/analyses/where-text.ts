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

/** In double quotes, with every character that is special or unseen as an escape. */
const quote = (text: string): string =>
  `"${text
    .replaceAll(/["\\*]/g, "\\$&")
    .replaceAll(
      UNSEEN,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
    )}"`;
