import { literal } from "../engines/sql.js";
import { present, type Kind } from "./kinds/kind.js";

/*
 * How AWS encodes values. The record holds them decoded, and Athena shows them encoded: `extra` keeps
 * the text of those that encoding again would not give back.
 */

/** Percent-encodes all but the characters that never need it and those in `kept`. */
export function percentEncoded(sql: string, kept: string): string {
  const encoded = kept.split("").reduce((inner, character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `replace(${inner}, '%${code}', ${literal(character)})`;
  }, `url_encode(${sql})`);
  return `CASE WHEN regexp_full_match(${sql}, '${PLAIN}') THEN ${sql} ELSE ${encoded} END`;
}

/**
 * CloudFront encodes control characters, spaces, everything beyond ASCII and `<>"#%{|}\^~[]` and the
 * backtick; these stay. `~` is encoded though it is one of the characters that never need it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
export const cloudfrontEncoded = (sql: string): string =>
  `replace(${percentEncoded(sql, "!$&'()*+,/:;=?@")}, '~', '%7E')`;

/** A key as lifecycle and batch operations log it. */
export const keyEncoded = (sql: string): string => percentEncoded(sql, "/");

/** A key as all other operations log it. */
export const keyEncodedTwice = (sql: string): string => `replace(${keyEncoded(sql)}, '%', '%25')`;

/** Text in which nothing is encoded, and that stays as it is when it is. */
export const PLAIN = "[A-Za-z0-9/._-]*";

/** Text that CloudFront encoded once, and in which nothing reads as encoded after that. */
export const cloudfrontOnce = (kept = "!$&'()*+,/:;=?@"): string =>
  `(?:[A-Za-z0-9._${kept}-]|%(?:20|22|3C|3E|5B|5C|5D|5E|60|7B|7C|7D|7E))*`;

/**
 * Keeps the text where one of these, made from the typed value, is not the same. Nearly all texts are
 * as `usual`, a regular expression, says; they are known to come back, and nothing is made of them.
 */
export const keepingText = (
  kind: Kind,
  usual: string,
  ...again: readonly ((t: string) => string)[]
): Kind => ({
  ...kind,
  extra: (c, t) =>
    `CASE WHEN regexp_full_match(${c}, ${literal(usual)}) THEN NULL WHEN ${again.map((encode) => `${encode(t)} <> ${c}`).join(" OR ")} THEN ${present(c)} END`,
});
