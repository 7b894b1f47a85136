import type { ReportResult } from "../analyses/report.js";
import { FEW } from "../analyses/standout.js";
import { integer, percent, times } from "../outputs/numbers.js";
import { localTime } from "../outputs/times.js";
import { stepName } from "./steps.js";
import type { Verdict, Wording } from "./verdict.js";

/** The five cells when nobody stands out, or when nobody can. */
export function calm(result: ReportResult, wording: Wording): Verdict {
  const { totals, consumers, timeline } = result;
  const { zone, locale, ascii, sources } = wording;
  const [first] = consumers.by_requests.rows;
  const { groups } = consumers.by_requests.concentration;
  const buckets = timeline?.buckets ?? [];
  const most = buckets.reduce((best, { requests }) => Math.max(best, requests), 0);
  const mean = buckets.length === 0 ? 0 : totals.requests / buckets.length;
  const step = stepName(timeline?.step ?? 3600);
  return {
    unusual: false,
    severity: null,
    ...(totals.requests === 0 ? nothing() : whoAndDo(groups, totals.requests, sources)),
    what: {
      text:
        first === undefined
          ? totals.requests === 0
            ? "no requests"
            : "no client addresses were logged"
          : groups === 1
            ? `all ${integer(first.requests, locale)} requests`
            : `the top client makes ${percent(first.share, locale)} of ${integer(totals.requests, locale)} requests`,
    },
    since: {
      text:
        totals.first === null || totals.last === null
          ? "unknown: there are no times"
          : `${localTime(totals.first, zone)} .. ${localTime(totals.last, zone)} ${zone}`,
    },
    how_unusual: {
      text:
        buckets.length < 2 || mean === 0
          ? "nothing to compare with"
          : `busiest ${step} ${times(most / mean, { locale, ascii })} the average ${step}`,
    },
    evidence: [],
  };
}

const nothing = (): Pick<Verdict, "who" | "do"> => ({
  who: { text: "nobody: there are no requests" },
  do: { text: "check the sources, the filters and the time range" },
});

/** Who is there, where nobody is far from the others. */
function whoAndDo(clients: number, requests: number, sources: string): Pick<Verdict, "who" | "do"> {
  if (clients === 0) {
    return {
      who: { text: "unknown: the log has no client addresses" },
      do: {
        text: "log the client's address, or group by what there is",
        command: `culprit top path ${sources}`,
      },
    };
  }
  if (clients === 1) {
    return {
      who: {
        text: "only one client is in this log",
        detail: "a balancer or proxy in front hides the clients behind its own address",
      },
      do: {
        text: "if so, log the address from X-Forwarded-For and report again",
        command: `culprit top user_agent,path ${sources}`,
      },
    };
  }
  const few = requests < FEW ? { detail: `${requests} requests are too few to tell` } : {};
  return {
    who: { text: "nobody stands out", ...few },
    do: { text: "nothing to do", command: `culprit top client_ip,path ${sources}` },
  };
}
