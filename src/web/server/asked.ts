import type { TwoTimes } from "../../analyses/page/largest.js";
import type { Window } from "../../analyses/scope.js";
import { Exit, Problem } from "../../problems/problem.js";
import type { BlockQuestion } from "../live-data.js";

/** Filters beyond these are no person's. */
const FILTERS = 50;
const LENGTH = 4000;
/** Pieces of a baseline: a year of days. */
const PIECES = 400;

/** The filters of a request; a Problem where they are none. */
export function filtersOf(where: unknown = []): string[] {
  const isText = (one: unknown): one is string => typeof one === "string" && one.length <= LENGTH;
  if (!Array.isArray(where) || where.length > FILTERS || !where.every(isText)) {
    throw badRequest("The filters are not a short list of texts");
  }
  return where;
}

/** The two times of a request, and its filters. */
export function timesOf(body: unknown): { where: string[]; times: TwoTimes } {
  const { where, incident, baseline } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(baseline) || baseline.length > PIECES) {
    throw badRequest("The baseline is not a list of times");
  }
  return {
    where: filtersOf(where),
    times: { incident: windowOf(incident), baseline: baseline.map(windowOf) },
  };
}

/** The question of a block plan, and the reading of the logs that it was asked of, where it says. */
export function blockOf(params: URLSearchParams): { question: BlockQuestion; version?: number } {
  const [from, until] = [params.get("from"), params.get("until")];
  const window =
    from === null && until === null ? undefined : windowOf([Number(from), Number(until)]);
  const target = Number(params.get("target") ?? "80");
  const by = params.get("by") ?? "requests";
  if (!(target > 0 && target <= 100)) throw badRequest("The target is not a part of the harm");
  if (by !== "requests" && by !== "bytes") throw badRequest("Harm is in requests or in bytes");
  const version = params.get("v");
  return {
    question: {
      where: filtersOf(params.getAll("w")),
      window: window === undefined ? null : [window.from.getTime(), window.until.getTime()],
      target,
      by,
      bucket: bucketOf(params.get("bucket")),
    },
    ...(version !== null && { version: Number(version) }),
  };
}

/** The same as text, for the plan's files. */
export function blockQuery(question: BlockQuestion, version: number): string {
  const { where, window, target, by, bucket } = question;
  const params = new URLSearchParams(where.map((one): [string, string] => ["w", one]));
  if (window !== null) {
    params.set("from", String(window[0]));
    params.set("until", String(window[1]));
  }
  params.set("target", String(target));
  params.set("by", by);
  if (bucket !== null) params.set("bucket", bucket);
  params.set("v", String(version));
  return params.toString();
}

/** A name that S3 allows; null where none is given. */
function bucketOf(text: string | null): string | null {
  if (text === null || text === "") return null;
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text)) return text;
  throw badRequest("This is not the name of a bucket");
}

/** From year 1 to 9999, which every engine can write. */
const MOST = 253_402_300_799_000;

function windowOf(span: unknown): Window {
  const [from, until] = Array.isArray(span) ? (span as unknown[]) : [];
  const isTime = (time: unknown): time is number =>
    typeof time === "number" && Number.isSafeInteger(time) && time >= 0 && time <= MOST;
  if (!isTime(from) || !isTime(until) || from >= until) {
    throw badRequest("A time is not a pair of milliseconds since 1970");
  }
  return { from: new Date(from), until: new Date(until) };
}

const badRequest = (what: string): Problem =>
  new Problem({
    code: "bad-request",
    what,
    help: "Load the page again",
    exit: Exit.usage,
  });
