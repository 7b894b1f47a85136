import type { Labels } from "./alert.js";
import type { Silence } from "./state.js";

/** The silence that keeps quiet about these labels now; undefined when there is none. */
export const silenceOf = (
  silences: readonly Silence[],
  labels: Labels,
  now: Date,
): Silence | undefined =>
  silences.find(
    ({ until, matchers }) =>
      Date.parse(until) > now.getTime() &&
      Object.entries(matchers).every(([name, wanted]) => matches(wanted, labels[name] ?? "")),
  );

/** Whether a value is the wanted one, in which `*` stands for any text. */
function matches(wanted: string, value: string): boolean {
  const [first = "", ...rest] = wanted.split("*");
  if (rest.length === 0) return wanted === value;
  const last = rest.pop() ?? "";
  let at = first.length;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= value.length - last.length;
}
