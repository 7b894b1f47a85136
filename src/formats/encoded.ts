import { literal } from "../engines/sql.js";
import { present, type Kind } from "./kinds.js";

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
  return `CASE WHEN regexp_full_match(${sql}, '[A-Za-z0-9/._-]*') THEN ${sql} ELSE ${encoded} END`;
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

/** Keeps the text where one of these, made from the typed value, is not the same. */
export const keepingText = (kind: Kind, ...again: readonly ((t: string) => string)[]): Kind => ({
  ...kind,
  extra: (c, t) =>
    `CASE WHEN ${again.map((encode) => `${encode(t)} <> ${c}`).join(" OR ")} THEN ${present(c)} END`,
});
