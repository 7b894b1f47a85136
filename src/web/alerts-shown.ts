import type { Labels } from "../alerts/alert.js";
import type { SeriesState } from "../alerts/machine.js";
import { silenceOf } from "../alerts/silence.js";
import type { Silence, State } from "../alerts/state.js";
import { whereText } from "../analyses/where-text.js";
import type { AlertsShown, AlertShown } from "./live-data.js";

/** Alerts that are over and still told of. */
const PAST = 20;

interface Remembered {
  readonly place: string;
  readonly state: State;
  readonly silences: readonly Silence[];
  /** What a rule's alerts are labelled with beside the series' own labels. */
  readonly labelsOf: (rule: string) => Labels;
  /** Whether a label's name is a column of the logs. */
  readonly isColumn: (name: string) => boolean;
}

/** What alerts remember, for the page: what fires now and who keeps quiet about it, what was before. */
export function alertsShown(remembered: Remembered, now: Date): AlertsShown {
  const { place, state, silences } = remembered;
  const alert = alertOf(remembered, now);
  const series = Object.values(state.series);
  const current = series
    .filter(({ phase }) => phase !== "inactive")
    .map((one) => alert(one, one.episode?.onset ?? one.judged, null));
  const past = series
    .flatMap((one) => one.past.map(({ from, until }) => alert(one, from, until)))
    .toSorted((a, b) => (b.until ?? 0) - (a.until ?? 0));
  return {
    place,
    series: series.length,
    current: current.toSorted(
      (a, b) => Number(b.phase === "firing") - Number(a.phase === "firing") || b.from - a.from,
    ),
    past: past.slice(0, PAST),
    messages: state.outbox.flatMap(({ status, notification, attempts, reason, decided }) =>
      status === "delivered"
        ? []
        : [
            {
              rule: notification.group.rule,
              channel: notification.channel,
              status,
              attempts,
              reason,
              decided: Date.parse(decided),
            },
          ],
    ),
    silences: silences
      .filter(({ until }) => Date.parse(until) > now.getTime())
      .map(({ id, matchers, until, by, comment }) => ({
        id,
        labels: Object.entries(matchers).map(([name, value]) => `${name}=${value}`),
        until: Date.parse(until),
        by,
        comment,
      })),
  };
}

const alertOf =
  ({ state, silences, isColumn, labelsOf }: Remembered, now: Date) =>
  (series: SeriesState, from: string, until: string | null): AlertShown => {
    const { rule, labels, phase, episode } = series;
    // Of earlier episodes only the time is remembered.
    const own = episode?.onset === from ? episode : undefined;
    const said = own && annotationsOf(state, own.fingerprint);
    const silence = silenceOf(silences, { ...labelsOf(rule), ...labels, alertname: rule }, now);
    return {
      rule,
      labels: Object.entries(labels)
        .filter(([, value]) => value !== "")
        .map(([name, value]) => ({
          name,
          value,
          // A rule's site is a name of the configuration.
          where: name !== "site" && isColumn(name) ? whereText(name, value) : "",
        })),
      phase: until !== null || phase === "inactive" ? "over" : phase,
      from: Date.parse(from),
      until: until === null ? null : Date.parse(until),
      summary: own?.summary ?? "",
      explanation: said?.["explanation"] ?? null,
      command: said?.["command"] ?? null,
      told: own?.told ? Date.parse(own.told.at) : null,
      silence: until === null && silence ? `${silence.id} by ${silence.by}` : null,
    };
  };

/** What the last message about an episode said of it. */
const annotationsOf = ({ outbox }: State, fingerprint: string) =>
  outbox
    .flatMap(({ notification }) => notification.alerts)
    .findLast((alert) => alert.fingerprint === fingerprint)?.annotations;
