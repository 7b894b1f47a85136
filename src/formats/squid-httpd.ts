import { exactReader, type ExactReader } from "./compile/exact.js";
import { layoutReading, type LineReading } from "./compile/portable.js";
import { literal } from "../engines/sql.js";
import { readable } from "./compile/escapes.js";
import { defineFormat } from "./format.js";
import type { Field, Layout } from "./layout.js";
import { squidLayout } from "./notations/squid.js";

const combined =
  '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" %Ss:%Sh';
const common = combined.replace(' "%{Referer}>h" "%{User-Agent}>h"', "");

/**
 * Since version 3.2 the two formats are built in, and unlike a logformat of the same text protect
 * nothing but user names. A request that was not read has the version `NONE/0.0`.
 */
function builtIn(logformat: string): Layout {
  const { items, ...rest } = squidLayout(logformat.replace("HTTP/%rv", "%rv"));
  return {
    ...rest,
    items: items.map((item) =>
      "native" in item && !item.native.startsWith("%[") ? { ...item, escaping: "none" } : item,
    ),
  };
}

/**
 * What stands before the referrer, it and the agent, and what stands behind. Clients can forge
 * neither: a user's brackets are percent-encoded, and a URL holds no blanks.
 */
const LINE = /^([^[]*\[[^\]]*\] ".*?" \d{1,3} \d+ ")(.*)(" \S+:\S+[ \t]*)$/s;
const BETWEEN = '" "';

/** Reads referrer and agent as the client sent them, quotes included; the first `" "` divides them. */
function looseReader(layouts: readonly Layout[], slots: readonly Field[]): ExactReader {
  const read = exactReader(layouts, slots);
  const slotOf = (name: string): number => slots.findIndex(({ native }) => native === name);
  const [referrer, agent] = [slotOf("%{Referer}>h"), slotOf("%{User-Agent}>h")];
  return (line) => {
    const [, head = "", clients = "", tail = ""] = LINE.exec(line) ?? [];
    const end = clients.indexOf(BETWEEN);
    if (end < 0) return read(line);
    const match = read(`${head}-${BETWEEN}-${tail}`);
    if (match === undefined) return undefined;
    const cells = [...match.cells];
    cells[referrer] = readable(clients.slice(0, end), "none");
    cells[agent] = readable(clients.slice(end + BETWEEN.length), "none");
    return { ...match, cells };
  };
}

/** The same, as SQL. */
function loosePortable(layouts: readonly Layout[], slots: readonly Field[]): LineReading {
  const { stages, understood, cells } = layoutReading(layouts, slots, "plain");
  const border = literal(BETWEEN);
  const own: Record<string, string> = {
    "%{Referer}>h": "nullif(substr(parts[2], 1, divided - 1), '')",
    "%{User-Agent}>h": `nullif(substr(parts[2], divided + ${BETWEEN.length}), '')`,
  };
  return {
    stages: [
      [`groups(text, ${literal(LINE.source.slice(1, -1))}) AS parts`],
      [`coalesce(strpos(parts[2], ${border}), 0) AS divided`],
      [
        `CASE WHEN divided > 0 THEN parts[1] || ${literal(`-${BETWEEN}-`)} || parts[3] ELSE text END AS plain`,
      ],
      ...stages,
    ],
    understood,
    cells: cells.map((cell, index) => {
      const clients = own[slots[index]?.native ?? ""];
      return clients === undefined
        ? cell
        : `CASE WHEN divided > 0 AND layout IS NOT NULL THEN ${clients} ELSE ${cell} END`;
    }),
  };
}

export const squidHttpd = defineFormat({
  name: "squid-httpd",
  aliases: ["squid-combined", "squid-common"],
  about: "Squid with emulate_httpd_log, or its formats common and combined",
  notation: combined,
  layouts: [combined, common].map(builtIn),
  reads: { exact: looseReader, portable: loosePortable },
  samples: [
    {
      line: '10.0.0.1 - alice [05/Nov/2026:10:31:02 +0100] "GET http://example.com/a?b=1 HTTP/1.1" 200 411 "http://example.com/" "agent "x" \\" TCP_MISS:HIER_DIRECT',
      record: {
        time: "2026-11-05T09:31:02Z",
        client_ip: "10.0.0.1",
        user: "alice",
        method: "GET",
        host: "example.com",
        path: "/a",
        query: "b=1",
        protocol: "HTTP/1.1",
        status: 200,
        bytes_sent: 411,
        referrer: "http://example.com/",
        user_agent: 'agent "x" \\',
        cache_result: "TCP_MISS",
        hierarchy: "HIER_DIRECT",
      },
    },
    {
      line: '2001:db8::7 - - [05/Nov/2026:10:31:02 +0000] "CONNECT example.com:443 HTTP/1.1" 200 39 TCP_TUNNEL:HIER_DIRECT',
      record: { client_ip: "2001:db8::7", host: "example.com", path: null, user_agent: null },
    },
    {
      line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "- error:invalid-request NONE/0.0" 400 3 "-" "-" TAG_NONE:HIER_NONE',
      record: { method: null, protocol: null, status: 400, cache_result: "TAG_NONE" },
    },
  ],
  refusals: [
    {
      line: '10.0.0.1 - - [05/Nov/2026:10:31:02 +0000] "GET http://a/ HTTP/1.1" 200 411 "-" "x"',
      reason: "the line ends where",
    },
    {
      line: '10.0.0.1 - - [35/Nov/2026:10:31:02 +0000] "GET http://a/ HTTP/1.1" 200 1 TCP_MISS:HIER_DIRECT',
      reason: "is not a time",
    },
  ],
});
