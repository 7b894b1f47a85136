import type { ReportResult } from "../analyses/report.js";
import { calm } from "./calm.js";
import { standsOut } from "./stands-out.js";
import type { Verdict, Wording } from "./verdict.js";

/** The five cells from the report's numbers. */
export function judge(result: ReportResult, wording: Wording): Verdict {
  return result.standout === undefined ? calm(result, wording) : standsOut(result, wording);
}
