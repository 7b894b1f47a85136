import { clfTime } from "./kinds/times.js";

/** The values of a line in the order of its fields, or why it cannot be read. */
export type S3Line = { readonly values: readonly string[] } | { readonly fault: string };

/**
 * Reads an S3 access log line whose quotes do not add up: S3 writes the request URI, the referrer
 * and the User-Agent as the client sent them, quotes included.
 *
 * What stands around them cannot be forged, because the client does not write it: the fields before
 * the first quote, the six numbers and codes behind the URI, and the fields after the last quote.
 * A client can only imitate the six; then the line is refused, and never read as the client likes.
 * Undefined when the line is no S3 line at all. Takes time in proportion to the line's length.
 */
export function readS3Line(line: string): S3Line | undefined {
  const head = HEAD.exec(line);
  if (head === null) return undefined;
  const start = head[0].length;
  const end = line[start] === '"' ? endOfUri(line, start, head[7] ?? "") : bareUri(line, start);
  if (end === undefined || "fault" in end) return end;
  const clients = referrerAndAgent(line, end.next);
  if (clients === undefined) return undefined;
  const tail = line.slice(clients.next);
  if (!/^[ \t]+[^ \t]/.test(tail)) return undefined;
  const { referrer, agent } = clients;
  return {
    values: [
      ...head.slice(1),
      end.uri,
      ...end.middle,
      referrer,
      agent,
      ...tail.split(BLANKS).filter((value) => value !== ""),
    ],
  };
}

const BLANKS = /[ \t]+/;

/** Owner, bucket, time, address, requester, request id, operation and key, which is encoded. */
const HEAD = new RegExp(
  `^[ \\t]*([^ \\t]+)[ \\t]+([^ \\t]+)[ \\t]+\\[(${clfTime.pattern})\\][ \\t]+([^ \\t]+)[ \\t]+([^ \\t]+)[ \\t]+([^ \\t]+)[ \\t]+([^ \\t]+)[ \\t]+([^ \\t"]+)[ \\t]+`,
);

/** Status, error code, bytes sent, object size, total time, turn-around time. */
const SIX = '(\\d{3}|-) ([^ "]+) (\\d+|-) (\\d+|-) (\\d+|-) (\\d+|-) (?=["-])';
const AFTER_URI = new RegExp(`" ${SIX}`, "y");
const BARE_URI = new RegExp(`- ${SIX}`, "y");

interface UriEnd {
  readonly uri: string;
  readonly middle: readonly string[];
  /** Where the referrer begins. */
  readonly next: number;
}

function bareUri(line: string, start: number): UriEnd | undefined {
  const match = at(BARE_URI, line, start);
  return match && { uri: "-", middle: match.slice(1), next: start + match[0].length };
}

function endOfUri(
  line: string,
  start: number,
  operation: string,
): UriEnd | { fault: string } | undefined {
  const ends: number[] = [];
  for (
    let quote = line.indexOf('" ', start + 1);
    quote >= 0;
    quote = line.indexOf('" ', quote + 1)
  ) {
    if (at(AFTER_URI, line, quote) !== undefined) ends.push(quote);
  }
  const end = ends.length < 2 ? ends[0] : versionedEnd(line, ends, operation);
  if (end === undefined && ends.length > 1) {
    return { fault: `ambiguous quotes: ${ends.length} places could end request_uri` };
  }
  const match = end === undefined ? undefined : at(AFTER_URI, line, end);
  if (end === undefined || match === undefined) return undefined;
  return { uri: line.slice(start + 1, end), middle: match.slice(1), next: end + match[0].length };
}

/**
 * S3 only answers requests with an HTTP version, so of several ends the one behind a version is
 * real, if it is the only one. The source of a copy is logged without a version.
 */
function versionedEnd(
  line: string,
  ends: readonly number[],
  operation: string,
): number | undefined {
  if (operation.endsWith("_GET")) return undefined;
  const versioned = ends.filter((end) => / HTTP\/\d(?:\.\d)?$/.test(line.slice(end - 9, end)));
  return versioned.length === 1 ? versioned[0] : undefined;
}

/**
 * The two values up to the last quote. Where several places could divide them, the first is taken:
 * both are the client's own words, so nobody gains by it.
 */
function referrerAndAgent(
  line: string,
  start: number,
): { referrer: string; agent: string; next: number } | undefined {
  const last = line.lastIndexOf('"');
  if (line[start] === "-") {
    const agent = start + 2;
    if (line[agent] === "-") return { referrer: "-", agent: "-", next: agent + 1 };
    if (line[agent] !== '"' || last <= agent) return undefined;
    return { referrer: "-", agent: line.slice(agent + 1, last), next: last + 1 };
  }
  if (last <= start) return undefined;
  const both = line.slice(start + 1, last);
  const border = both.indexOf('" "');
  if (border >= 0) {
    return { referrer: both.slice(0, border), agent: both.slice(border + 3), next: last + 1 };
  }
  const bareAgent = !both.includes('"') && line.startsWith(" - ", last + 1);
  return bareAgent ? { referrer: both, agent: "-", next: last + 3 } : undefined;
}

function at(sticky: RegExp, line: string, index: number): RegExpExecArray | undefined {
  sticky.lastIndex = index;
  return sticky.exec(line) ?? undefined;
}
