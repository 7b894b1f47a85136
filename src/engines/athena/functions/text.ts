import { each, macro, refused, renamed, same, variadic, type Rules } from "./rule.js";

const BLANKS = "E' \\t\\n\\r\\f\\v'";
/** `$1` of Java's replacements becomes `\1`; what else Java would read in it is refused at run time. */
const replacement = (sql: string): string =>
  `CASE WHEN contains(${sql}, '\\') OR contains(${sql}, '\${') THEN error('regexp_replace: only $1 to $9 are understood in a replacement') ELSE regexp_replace(${sql}, '\\$([0-9])', '\\\\\\1', 'g') END`;

/**
 * https://trino.io/docs/current/functions/string.html
 * https://trino.io/docs/current/functions/regexp.html
 */
export const texts: Rules = {
  ...each("length lower upper reverse chr", same(1)),
  ...each("starts_with strpos split", same(2)),
  ...each("lpad rpad translate", same(3)),
  concat_ws: same([2, 255]),
  // With the engine's own concat a NULL is nothing; in Trino it makes the whole text NULL.
  concat: variadic(12, (names) => names.join(" || ")),
  ...each("trim", macro(1, `(s) AS trim(s, ${BLANKS})`)),
  ltrim: macro(1, `(s) AS ltrim(s, ${BLANKS})`),
  rtrim: macro(1, `(s) AS rtrim(s, ${BLANKS})`),
  ...each(
    "substr substring",
    macro(
      [2, 3],
      "(s, b) AS CASE WHEN b = 0 OR b < -length(s) THEN '' ELSE substr(s, b) END, " +
        "(s, b, n) AS CASE WHEN b = 0 OR b < -length(s) THEN '' ELSE substr(s, b, n) END",
    ),
  ),
  split_part: macro(
    3,
    "(s, d, i) AS CASE WHEN i > 0 THEN string_split(s, d)[i] ELSE error('split_part: the index must be greater than zero') END",
  ),
  replace: macro([2, 3], "(s, a) AS replace(s, a, ''), (s, a, b) AS replace(s, a, b)"),
  codepoint: renamed("unicode", 1),
  levenshtein_distance: renamed("levenshtein", 2),
  hamming_distance: renamed("hamming", 2),
  to_utf8: renamed("encode", 1),
  to_hex: renamed("hex", 1),
  from_hex: renamed("unhex", 1),
  ...each("to_base64 from_base64", same(1)),
  md5: macro(1, "(b) AS unhex(md5(b))"),
  sha1: macro(1, "(b) AS unhex(sha1(b))"),
  sha256: macro(1, "(b) AS unhex(sha256(b))"),
  format: refused(
    "format follows Java's rules, the engine's format does not",
    "Write round(x, 2), lpad(CAST(x AS VARCHAR), 5, '0') or concat",
  ),
  regexp_like: renamed("regexp_matches", 2),
  regexp_extract: macro(
    [2, 3],
    "(s, p) AS CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p) END, " +
      "(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, g) END",
  ),
  regexp_extract_all: same([2, 3]),
  regexp_replace: macro(
    [2, 3],
    `(s, p) AS regexp_replace(s, p, '', 'g'), (s, p, r) AS regexp_replace(s, p, ${replacement("r")}, 'g')`,
  ),
  regexp_split: renamed("string_split_regex", 2),
  regexp_count: macro(2, "(s, p) AS len(regexp_extract_all(s, p))"),
};
