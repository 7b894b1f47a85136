import type { ReportResult } from "../analyses/report.js";
import type { Verdicts } from "../analyses/verdicts.js";
import { calm } from "./calm.js";
import { changed } from "./changed.js";
import { fails } from "./fails.js";
import { flooded } from "./flooded.js";
import { scraped } from "./scraped.js";
import { standsOut } from "./stands-out.js";
import { severities, type Verdict, type Wording } from "./verdict.js";

/**
 * The five cells: the gravest of what was found; of equals, whoever stands out among all comes before
 * a time, a scraper, a flood and errors. Without `verdicts` only the report's own numbers are judged.
 */
export function judge(
  result: ReportResult,
  verdicts: Verdicts | undefined,
  wording: Wording,
): Verdict {
  const found = [
    result.standout && standsOut(result, wording),
    verdicts?.changes && changed(verdicts.changes, wording),
    verdicts && scraped(verdicts.scrapers, wording),
    verdicts && flooded(verdicts.floods, result.totals.requests, wording),
    result.failing && fails(result, wording),
  ].filter((verdict) => verdict !== undefined);
  const [gravest] = found.toSorted((a, b) => weight(b) - weight(a));
  return gravest ?? calm(result, wording);
}

const weight = ({ severity }: Verdict): number =>
  severity === null ? -1 : severities.indexOf(severity);
