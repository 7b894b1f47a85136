import type { ReportResult } from "../analyses/report.js";
import { calm } from "./calm.js";
import { fails } from "./fails.js";
import { standsOut } from "./stands-out.js";
import type { Verdict, Wording } from "./verdict.js";

/** The five cells from the report's numbers. */
export function judge(result: ReportResult, wording: Wording): Verdict {
  if (result.standout !== undefined) return standsOut(result, wording);
  return result.failing === undefined ? calm(result, wording) : fails(result, wording);
}
