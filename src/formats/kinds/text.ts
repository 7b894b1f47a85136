import { into, present, type Kind, type Options, type Target } from "./kind.js";

/** Text without spaces outside quotes; `pattern` widens or narrows that. */
export function text(column: Target, options: Options = {}): Kind {
  return {
    name: "text",
    pattern: options.pattern ?? "[^ \\t]+",
    spaces: 0,
    wants: "text",
    typed: present,
    columns: into(column),
    rank: options.rank ?? 0,
  };
}

/** A value the record has no column for; it stays in `extra` under its native name. */
export const other = (options: Options = {}): Kind => ({ ...text("extra", options), columns: {} });

/**
 * Words with blanks between them, as few as fit. Unlike `.*?` it never ends in a blank, so that a
 * long run of blanks cannot be divided in many ways between it and the delimiter after it.
 */
export const MORE_WORDS = "(?:[ \\t]+[^ \\t]+?)*?";
export const PHRASE = `[^ \\t]+?${MORE_WORDS}`;

/** A user name: it may hold spaces though it is not quoted. Apache writes `""` for an empty one. */
export const userName: Kind = {
  ...text("user", { pattern: PHRASE }),
  typed: (c) => `nullif(${present(c)}, '""')`,
};

/** A query with the question mark that stands before it. */
export const queryString: Kind = {
  ...text("query", { pattern: "[^ \\t]*" }),
  columns: { query: (t) => `nullif(regexp_replace(${t}, '^\\?', ''), '')` },
};

/** Percent-decoded text; what does not decode to UTF-8, or to a NUL, stays as it is. */
export const percentDecoded = (c: string): string =>
  `CASE WHEN contains(${c}, '%') AND NOT contains(${c}, '%00') THEN coalesce(try(url_decode(${c})), ${c}) ELSE ${c} END`;

/** Percent-encoded text, decoded once or twice. */
export function urlEncoded(column: Target, times: 1 | 2 = 1, options: Options = {}): Kind {
  return {
    ...text(column, options),
    name: "url-encoded",
    typed: (c) =>
      times === 1 ? percentDecoded(present(c)) : percentDecoded(`(${percentDecoded(present(c))})`),
  };
}
