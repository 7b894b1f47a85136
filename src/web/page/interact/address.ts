import type { Match, MeasureName, Span, Windows } from "../../data.js";
import { measureNames } from "../../data.js";
import type { State } from "../model/state.js";
import { parseSpan, spanText } from "../model/times.js";

/** What of the page stands in its address. */
export interface View {
  readonly windows: Windows | null;
  readonly measure: MeasureName;
}

const MATCHES: readonly Match[] = ["all", "hours", "weekdays"];

/** The view as the part of an address after `#` or `?`; what is as found is left out. */
export function viewText(state: State): URLSearchParams {
  const { windows, zone, where } = state.data.value;
  const now = state.windows.value;
  const params = new URLSearchParams(where.map((one) => ["w", one]));
  if (now !== null && !sameWindows(now, windows)) {
    params.set("b", compact(spanText(now.baseline, zone)));
    params.set("i", compact(spanText(now.incident, zone)));
    params.set("match", now.match);
  }
  if (state.measure.value !== "requests") params.set("by", state.measure.value);
  return params;
}

const compact = (text: string): string => text.replaceAll(" ", "T");

/** The view that such a text says; what it does not say is as found. */
export function viewOf(params: URLSearchParams, state: State): View {
  const { windows, zone } = state.data.value;
  const span = (name: string): Span | undefined =>
    parseSpan((params.get(name) ?? "").replaceAll("T", " "), zone);
  const [baseline, incident] = [span("b"), span("i")];
  const match = MATCHES.find((one) => one === params.get("match")) ?? "all";
  const measure = measureNames.find((one) => one === params.get("by")) ?? "requests";
  if (baseline === undefined || incident === undefined) return { windows, measure };
  return { windows: { baseline, incident, match, without: [] }, measure };
}

function sameWindows(a: Windows, b: Windows | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
