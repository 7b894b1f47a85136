import { literal } from "../engines/sql.js";
import type { LineReading } from "./compile/portable.js";
import { clfTime } from "./kinds/times.js";
import type { Field } from "./layout.js";

/*
 * What `s3-line.ts` does, as SQL: see there why. Every quote that could end the request URI has what
 * S3 writes behind it; a line with several of them is read only where the version of HTTP tells.
 */

const BLANKS = "[ \\t]+";
const WORD = "[^ \\t]+";

/** Owner, bucket, time, address, requester, request id, operation and key: eight groups. */
const HEAD =
  `[ \\t]*(${WORD})${BLANKS}(${WORD})${BLANKS}\\[(${clfTime.pattern})\\]${BLANKS}` +
  `(${WORD})${BLANKS}(${WORD})${BLANKS}(${WORD})${BLANKS}(${WORD})${BLANKS}([^ \\t"]+)${BLANKS}`;

/** Status, error code, bytes sent, object size, total time, turn-around time. */
const six = (open: string): string => {
  const group = (pattern: string): string => `${open}${pattern})`;
  const number = group("[0-9]+|-");
  return `${group("[0-9]{3}|-")} ${group('[^ "]+')} ${number} ${number} ${number} ${number} `;
};
const SIX = six("(");

/** Referrer and agent; the first `" "` between their quotes divides them. */
const CLIENTS = {
  bare: "(-).(-)",
  agent: '(-) "(.*)"',
  both: '"(.*?)" "(.*)"',
  referrer: '"([^"]*)" (-)',
} as const;
type Clients = keyof typeof CLIENTS;

/** The words behind the last quote; what comes after the named ones has no name yet. */
const tail = (count: number): string => {
  const optional = `(?:${BLANKS}(${WORD})`.repeat(count - 1) + ")?".repeat(count - 1);
  return `${BLANKS}(${WORD})${optional}(?:${BLANKS}${WORD})*[ \\t]*`;
};

/** Ways to read the line, by what ends the URI and how the two clients' values stand. */
const URIS = {
  bare: "(-) ",
  one: '"(.*)" ',
  versioned: '"(.* HTTP/[0-9](?:[.][0-9])?)" ',
} as const;
type Uri = keyof typeof URIS;

export function s3Portable(slots: readonly Field[]): LineReading {
  const ways = (Object.keys(URIS) as Uri[]).flatMap((uri) =>
    (Object.keys(CLIENTS) as Clients[]).map((clients) => ({ uri, clients })),
  );
  // With every quote doubled, the one that ends a match can begin the next one.
  const doubled = `replace(CASE WHEN quoted THEN substr(text, begins + 1) END, '"', '""')`;
  const end = `" ${six("(?:")}["-]`;
  const tailFields = slots.length - 17;
  const pattern = ({ uri, clients }: (typeof ways)[number]): string => {
    // No quote stands behind the agent's, or behind a bare pair where the URI's is the last.
    const behind =
      clients === "bare" ? tail(tailFields) : tail(tailFields).replaceAll("[^ \\t]", '[^ \\t"]');
    return `${HEAD}${URIS[uri]}${SIX}${CLIENTS[clients]}${behind}`;
  };
  const conditions: Record<Uri, string> = {
    bare: "NOT quoted",
    one: "quoted AND ends = 1",
    versioned: "quoted AND ends > 1 AND versions = 1 AND NOT by_get",
  };
  const found = ways.map((_, at) => `coalesce(len(m${at}) > 0, false)`);
  const count = 17 + tailFields;
  return {
    stages: [
      [`groups(text, ${literal(`${HEAD}(.*)`)}) AS head`],
      [
        `coalesce(starts_with(head[9], '"'), false) AS quoted`,
        `length(text) - length(head[9]) + 1 AS begins`,
        `coalesce(ends_with(head[7], '_GET'), false) AS by_get`,
      ],
      [
        `count_matches(${doubled}, ${literal(end)}) AS ends`,
        `count_matches(${doubled}, ${literal(` HTTP/[0-9](?:[.][0-9])?"${end}`)}) AS versions`,
      ],
      ways.map(
        (way, at) =>
          `groups(CASE WHEN ${conditions[way.uri]} THEN text END, ${literal(pattern(way))}) AS m${at}`,
      ),
      [
        `CASE ${found.map((is, at) => `WHEN ${is} THEN m${at}`).join(" ")} END AS cells`,
        `(${found.join(" OR ")}) AS understood`,
      ],
    ],
    understood: "understood",
    cells: slots.map((_, index) => (index < count ? `nullif(cells[${index + 1}], '')` : "NULL")),
  };
}
