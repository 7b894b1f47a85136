import { duration } from "../kinds/numbers.js";
import { present, type Kind, type Target } from "../kinds/kind.js";
import { requestLine } from "../kinds/request.js";
import { text } from "../kinds/text.js";
import { isLiteral, type Field, type Item } from "../layout.js";

/**
 * AWS documents its logs as lists of fields, divided by single spaces. The names here are those of
 * the documentation; new fields are only ever added at the end.
 */
export const field = (native: string, kind: Kind): Field => ({ native, kind });

/** A value in double quotes. */
export const quoted = (native: string, kind: Kind): Field => ({ native, kind, quoted: true });

/** A value in double quotes, or a bare `-`. */
export const quotedOrDash = (native: string, kind: Kind): Field => ({
  ...quoted(native, kind),
  bare: "-",
});

/** A value in double quotes, which lines of earlier years left out. */
export const latelyQuoted = (native: string, kind: Kind): Field => ({
  ...quoted(native, kind),
  bare: '[^ \\t"]+',
});

/** Fields with a space between each two. */
export const spaced = (fields: readonly Field[]): Item[] =>
  fields.flatMap((item, index): Item[] => (index === 0 ? [item] : [{ literal: " " }, item]));

/** The index behind a field: from there on a line may stop. */
export const after = (items: readonly Item[], native: string): number =>
  items.findIndex((item) => !isLiteral(item) && item.native === native) + 1;

/** A value that fills a column and also stays in `extra` as it was logged. */
export const kept = (kind: Kind): Kind => ({ ...kind, extra: present });

/** Seconds, with -1 where there was nothing to measure; the record gets the sum of all parts. */
export const secondsOf = (part: Target): Kind => kept(duration(part, "s"));

const line = requestLine();
const method = line.columns.method as (t: string) => string;
const target = line.columns.request_target as (t: string) => string;

/**
 * The request line of a load balancer: `GET https://host:443/path HTTP/1.1`. Parts that the client
 * did not send are dashes: `- http://host:80- -`, and `- - - ` for a connection without HTTP.
 */
export const awsRequest: Kind = {
  ...line,
  typed: (c) => `string_split(nullif(${present(`trim(${c}, ' ')`)}, '- - -'), ' ')`,
  columns: {
    ...line.columns,
    method: (t) => `nullif(${method(t)}, '-')`,
    request_target: (t) =>
      `CASE WHEN ${t}[1] = '-' AND ${t}[-1] = '-' THEN array_to_string(${t}[2:len(${t}) - 1], ' ') ELSE ${target(t)} END`,
  },
};

/** The load balancer's name, which is the record's site. */
export const balancer: Kind = text("site");
