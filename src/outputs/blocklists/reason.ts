import { BLOCK } from "../../analyses/blockplan/parameters.js";

/**
 * A reason that is inert in every file: letters, digits, blanks and `.,:;/+=_()@`, single dashes.
 * It can end no comment, quote or line, begins no variable, escape or command, and is short.
 *
 * `plainReason("scraper: '/a' --> ${b}")` → `scraper: /a - b`
 */
export function plainReason(text: string): string {
  const inert = text
    .normalize("NFKD")
    .replaceAll(/(?<=\d)%/g, " percent")
    .replaceAll(/[^A-Za-z0-9 .,:;/+=_()@-]+/g, " ")
    .replaceAll(/-{2,}/g, "-")
    .replaceAll(/\/{2,}/g, "/")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  if (inert.length <= BLOCK.reason) return inert;
  return inert.slice(0, BLOCK.reason).replace(/ \S*$/, "");
}
