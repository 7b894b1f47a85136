import type { TwoTimes } from "../../analyses/page/largest.js";
import type { Window } from "../../analyses/scope.js";
import { Exit, Problem } from "../../problems/problem.js";

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
