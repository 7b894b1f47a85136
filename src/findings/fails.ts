import type { ReportResult } from "../analyses/report.js";
import { shellWord } from "../outputs/escape.js";
import { integer, percent } from "../outputs/numbers.js";
import { sinceCell, whatDetail, whoDetail } from "./stands-out.js";
import type { Verdict, Wording } from "./verdict.js";

/** From this part of all requests on, one client's errors are more than noise. */
const MUCH = 0.2;

/** The five cells about the client that makes most of the errors. */
export function fails(result: ReportResult, wording: Wording): Verdict {
  const found = result.failing as NonNullable<ReportResult["failing"]>;
  const { row, requests, others, spread, story } = found;
  const { locale, sources } = wording;
  const ip = String(row["client_ip"]);
  const count = (value: number): string => integer(value, locale);
  const rate = (errors: number, all: number): string =>
    percent(all === 0 ? 0 : errors / all, locale);
  const failed =
    row.requests === requests
      ? `all of its ${count(requests)} requests`
      : `${count(row.requests)} of its ${count(requests)} requests`;
  const where = [`client_ip=${ip}`, "status>=400"].map((text) => `-w ${shellWord(text)}`).join(" ");
  return {
    unusual: true,
    severity: row.requests >= MUCH * result.totals.requests ? "medium" : "low",
    who: { text: ip, detail: whoDetail(found, locale) },
    what: {
      text: `${percent(row.share, locale)} of all errors: ${failed} failed`,
      ...whatDetail(story, locale),
    },
    since: sinceCell(story, row, wording),
    how_unusual: {
      text: `${rate(row.requests, requests)} of its requests fail, ${rate(others.errors, others.requests)} of all others`,
      detail: `${count(spread.groups)} client${spread.groups === 1 ? " has" : "s have"} any errors`,
    },
    do: {
      text: "see what it asks for: a scanner can be blocked, a broken program or link mended",
      command: `culprit top status,path ${where} ${sources}`,
    },
    evidence: [
      `${ip} made ${count(row.requests)} of ${count(result.totals.errors)} errors.`,
      `Of its ${count(requests)} requests ${count(row.requests)} failed; of the ${count(others.requests)} of all others ${count(others.errors)}.`,
    ],
  };
}
