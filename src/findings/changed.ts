import { metrics } from "../analyses/compare/metric.js";
import type { Typical } from "../analyses/compare/story.js";
import type { Changes } from "../analyses/verdicts.js";
import { duration, integer, percent } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import { drillDown } from "./drill-down.js";
import { expectedText } from "./leads.js";
import type { Cell, Severity, Verdict, Wording } from "./verdict.js";
import { nameOf, valueName, whatChanged } from "./what-changed.js";

/** The five cells about a time unlike the rest whose cause is known. */
export function changed({ incident, comparison }: Changes, wording: Wording): Verdict | undefined {
  const { total, causes } = comparison;
  const [cause] = causes;
  if (cause === undefined || comparison.verdict !== "explained") return undefined;
  const severity = severityOf(total.factor, total.incident, total.expected);
  if (severity === null) return undefined;
  const { zone, locale, sources } = wording;
  const metric = metrics.requests;
  const { conditions, typical, first_seen: first, last_seen: last } = cause;
  const rose = total.incident > total.expected;
  const own = conditions["client_ip"];
  const clients = (typical.find(({ field }) => field === "client_ip")?.values ?? []).filter(
    (client) => client !== null,
  );
  const cell = whoOf(
    typeof own === "string" ? [own] : clients,
    typical.filter(({ field, values }) => field !== "client_ip" && values.length === 1),
    nameOf(cause, metric),
  );
  const show = (time: Date): string => localTime(time, zone);
  const length = duration(incident.until.getTime() - incident.from.getTime(), locale);
  const others = causes.slice(1).map((one) => nameOf(one, metric));
  return {
    unusual: true,
    severity,
    who: cell,
    what: {
      text:
        `${percent(Math.min(1, cause.share_of_change), locale)} of what is ${rose ? "more" : "missing"}: ` +
        `${integer(cause.incident, locale)} requests, ${integer(cause.expected, locale)} expected`,
      ...(others.length === 0 ? {} : { detail: `further causes: ${others.join("; ")}` }),
    },
    since: {
      text: `${show(first ?? incident.from)} ${zone}`,
      detail: `until ${show(last ?? incident.until)}, within ${length} unlike the rest`,
    },
    how_unusual: {
      text: `all requests: ${expectedText(comparison, wording)}`,
      ...(comparison.clients === null
        ? {}
        : {
            detail: `${integer(comparison.clients.incident, locale)} clients, usually ${integer(comparison.clients.baseline, locale)}`,
          }),
    },
    do: {
      text: rose
        ? "see what they ask for, then limit or block them"
        : "find out why they stopped: an outage, a block, or a client that was moved",
      command: drillDown(cause, comparison, metric, incident, sources),
    },
    evidence: [whatChanged({ result: comparison, metric, incident }, wording)],
  };
}

/** The clients, where they are few, and what they have in common. */
function whoOf(clients: readonly string[], typical: readonly Typical[], name: string): Cell {
  const marks = typical
    .slice(0, 2)
    .map(({ field, values: [value = null] }) => valueName(field, value, metrics.requests));
  const isNamed = clients.length > 0 && name === `client ${clients[0] ?? ""}`;
  const details = [...(isNamed || clients.length === 0 ? [] : [name]), ...marks];
  return {
    text: clients.length === 0 ? name : clients.join(", "),
    ...(details.length === 0 ? {} : { detail: details.join(", ") }),
  };
}

/** Changes that somebody would be woken for, and those that can wait; null for everything smaller. */
function severityOf(factor: number | null, incident: number, expected: number): Severity | null {
  const difference = Math.abs(incident - expected);
  if (difference < LEAST) return null;
  const times = factor === null || factor === 0 ? Infinity : Math.max(factor, 1 / factor);
  return times >= 5 ? "high" : times >= 2 ? "medium" : times >= 1.5 ? "low" : null;
}

/** Requests of which nobody would speak. */
const LEAST = 100;
